internal import SMTP
public import SMTPClient

/// Brings a message to the first host that takes it. RFC 5321 §5.1.
public struct Courier: Sendable {
    private let pool: ConnectionPool
    /// Hosts and addresses that are tried for one message, at most; the rest is for the next time.
    private let attempts: Int

    /// What became of a message, and where.
    public struct Delivery: Hashable, Sendable {
        /// For each recipient, in the message's order: what the last host that was asked said.
        public var outcomes: [Outcome]
        /// For each recipient, that host.
        public var hosts: [Hop]
        /// Every failure on the way: for the log, and for reports about TLS.
        public var failures: [Attempt]
    }

    /// A connection that broke, or was none.
    public struct Attempt: Hashable, Sendable {
        /// Where to.
        public var hop: Hop
        /// What happened.
        public var failure: Failure
    }

    /// A courier that uses the connections of `pool`, and tries so many addresses, at least 1.
    public init(pool: ConnectionPool, attempts: Int = 5) {
        self.pool = pool
        self.attempts = max(1, attempts)
    }

    /// Sends a message to recipients of one route, whose `hops` are not empty.
    ///
    /// The next host is asked for those who were not taken now: for a 4xx as for a host that does not answer. One that says
    /// never is believed, and what may have been delivered is not sent again here.
    public func deliver(_ message: OutgoingMessage, over hops: [Hop]) async -> Delivery {
        precondition(!hops.isEmpty, "a message without a way")
        let never = Outcome.failed(Failure(.connect, .cancelled))
        var delivery = Delivery(
            outcomes: message.recipients.map { _ in never },
            hosts: message.recipients.map { _ in hops[0] },
            failures: []
        )
        var open = Array(message.recipients.indices)
        for hop in hops.prefix(attempts) {
            var part = message
            part.recipients = open.map { message.recipients[$0] }
            let report: Report
            do throws(Failure) {
                report = try await pool.send(part, to: hop.destination)
            } catch {
                report = Report(outcomes: open.map { _ in .failed(error) }, failure: error)
            }
            if let failure = report.failure { delivery.failures.append(Attempt(hop: hop, failure: failure)) }
            for (index, outcome) in zip(open, report.outcomes) {
                delivery.outcomes[index] = outcome
                delivery.hosts[index] = hop
            }
            open = open.filter { delivery.outcomes[$0].mayTryAnotherHost }
            if open.isEmpty || report.failure?.cause == .cancelled { break }
        }
        return delivery
    }
}

extension Outcome {
    /// Whether another server of the domain may take what this one did not.
    fileprivate var mayTryAnotherHost: Bool {
        switch self {
        case .delivered, .permanent(_, .rcpt), .permanent(_, .mail), .permanent(_, .data), .permanent(_, .message),
            .permanent(_, .end):
            return false
        // This side's own: another host may have the extension that this one lacks.
        case .permanent(_, .local), .temporary, .permanent: return true
        case .failed(let failure): return !failure.isUncertain && !failure.isOfTheMessage
        }
    }
}

extension Failure {
    /// Whether the message itself cannot be read.
    fileprivate var isOfTheMessage: Bool {
        if case .content = cause { return true }
        return false
    }
}
