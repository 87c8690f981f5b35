internal import MIME
internal import Network
internal import SMTP

extension Connection {
    /// Sends a message: as it is, or converted for what the server does not take. RFC 6152 §3.
    ///
    /// With more recipients than the server, or `Settings.recipientLimit`, allows in one transaction there are several.
    /// Nothing of the message is sent if no recipient was accepted.
    ///
    /// - Returns: what became of it for each recipient. The connection is closed if `failure` is not nil.
    public func send(_ message: OutgoingMessage) async -> Report {
        var report = Report(outcomes: [])
        report.notifiesSenders = server.extensions.contains(.dsn)
        report.tls = tls
        report.tlsProblem = tlsProblem
        var outcomes = [Outcome?](repeating: nil, count: message.recipients.count)
        do throws(Failure) {
            guard isOpen else { throw Failure(.local, .closed) }
            let plan: DeliveryPlan
            switch await DeliveryPlan.make(for: message, over: self) {
            case .refused(let reply):
                report.outcomes = message.recipients.map { _ in Outcome(refused: reply, at: .local) }
                return report
            case .failed(let text):
                report.outcomes = message.recipients.map { _ in .failed(Failure(.local, .content(text))) }
                return report
            case .ready(let made): plan = made
            }
            for (index, reply) in plan.refusals { outcomes[index] = Outcome(refused: reply, at: .local) }
            var rest = plan.recipients[...]
            while let batch = nextBatch(of: &rest) {
                transactions += 1
                var transaction = Transaction(self, plan, Array(batch))
                let failure: Failure?
                do throws(Failure) {
                    try await transaction.run()
                    failure = nil
                } catch {
                    failure = error
                }
                report.octetsSent += transaction.octetsSent
                for (recipient, outcome) in zip(batch, transaction.outcomes) { outcomes[recipient.index] = outcome }
                guard let failure else { continue }
                // They were not even named: nothing about them is uncertain.
                for recipient in rest { outcomes[recipient.index] = missing(Failure(.local, failure.cause)) }
                throw failure
            }
        } catch {
            report.failure = error
            await leave(after: error)
        }
        report.outcomes = outcomes.map { $0 ?? missing(report.failure) }
        return report
    }

    /// The recipients of the next transaction; nil if there are no more, or the server takes no further transaction.
    private func nextBatch(of rest: inout ArraySlice<DeliveryPlan.Recipient>) -> ArraySlice<DeliveryPlan.Recipient>? {
        guard canSend else { return nil }
        let limits = server.limits
        let most = min(max(1, settings.recipientLimit), limits?.recipients.map { Int($0) } ?? .max)
        var count = 0
        for recipient in rest.prefix(most) {
            let domain = recipient.domain
            if let limit = limits?.domains, !domains.contains(domain), domains.count >= Int(limit) { break }
            domains.insert(domain)
            count += 1
        }
        guard count > 0 else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// What became of a recipient whom the server was not told of.
    private func missing(_ failure: Failure?) -> Outcome {
        guard let failure else {
            // RFC 9422 §3.2: it is for the next connection.
            return .temporary(Reply(450, "4.5.3", "No more recipients on this connection"), .local)
        }
        // To RSET, or for others than these, a refusal says nothing about them.
        guard case .refused(let reply) = failure.cause, failure.stage != .reset, failure.stage != .local else {
            return .failed(failure)
        }
        return Outcome(refused: reply, at: failure.stage)
    }
}
