public import Delivery
public import Directory
public import Mailbox
internal import MIME
internal import SMTP
internal import Store
public import TransportPolicy
public import World

/// Delivery at the door for strangers: keeps the reports that come to the addresses of our TLSRPT records. Everything else is
/// for another delivery. RFC 8460 §5.3.
public struct TLSReportDelivery: Delivery {
    private let local: any Delivery
    private let addresses: Set<MailAddress>
    private let reports: TLSReportStore
    private let isOurs: @Sendable (String) async -> Bool
    private let log: Log

    /// Leaves to `local` what does not come to `addresses`; `isOurs` says whether a domain, or the name of a server, is ours.
    public init(
        local: any Delivery,
        addresses: Set<MailAddress>,
        reports: TLSReportStore,
        log: Log,
        isOurs: @escaping @Sendable (String) async -> Bool
    ) {
        self.local = local
        self.addresses = addresses
        self.reports = reports
        self.log = log
        self.isOurs = isOurs
    }

    /// Those of the other.
    public var abilities: DeliveryAbilities { local.abilities }

    /// An address of ours, which may have a mailbox too, or a recipient of the other delivery.
    public func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        guard addresses.contains(address) else { return try await local.recipient(address) }
        do throws(DeliveryError) {
            return try await local.recipient(address)
        } catch {
            if error.isTemporary { throw error }
            return Recipient(address: address, accounts: [])
        }
    }

    /// Asks the other for those who have a mailbox.
    public func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError) {
        if !recipient.accounts.isEmpty { try await local.checkRoom(for: recipient, size: size) }
    }

    /// A message for mailboxes: a report is received with its envelope.
    public func receive() async throws(DeliveryError) -> any IncomingMessage { try await local.receive() }

    /// A message that goes where its recipients are.
    public func receive(for envelope: MailEnvelope) async throws(DeliveryError) -> any IncomingMessage {
        guard hasReport(envelope) else { return try await local.receive(for: envelope) }
        let others = others(in: envelope)
        var part = envelope
        part.recipients = others.map { envelope.recipients[$0] }
        return ReturningMessage(local: others.isEmpty ? nil : try await local.receive(for: part), copies: [])
    }

    /// A report is kept before the answer; what is none goes to mailboxes only.
    public func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        guard hasReport(envelope), let message = message as? ReturningMessage else {
            return await local.deliver(message, envelope)
        }
        var outcomes: [DeliveryOutcome] = envelope.recipients.map { _ in .queued }
        let others = others(in: envelope)
        if let octets = message.local, !others.isEmpty {
            var part = envelope
            part.recipients = others.map { envelope.recipients[$0] }
            for (place, outcome) in zip(others, await local.deliver(octets, part)) { outcomes[place] = outcome }
        }
        do throws(DeliveryError) { try await keep(message.start, envelope) } catch {
            for (place, recipient) in envelope.recipients.enumerated()
            where addresses.contains(recipient.address) && outcomes[place].error == nil {
                outcomes[place] = .failed(error)
            }
        }
        return outcomes
    }

    /// As the other.
    public func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool {
        guard hasReport(envelope) else { return await local.tellOfFailures(message, envelope, outcomes) }
        return await local.tellOfFailures((message as? ReturningMessage)?.local ?? message, envelope, outcomes)
    }

    private func keep(_ octets: [UInt8], _ envelope: MailEnvelope) async throws(DeliveryError) {
        let structure = MessageStructure(of: octets.span)
        guard let report = TLSReport(in: octets.span, structure: structure) else {
            log(.notice, "tls-report.unreadable", [("from", "\(envelope.reversePath)"), ("peer", envelope.peer)])
            return
        }
        do {
            try await reports.keep(report, isOurs: isOurs)
            let failures = report.policies.reduce(0) { $0 &+ $1.failures }
            log(
                failures > 0 ? .notice : .info,
                "tls-report.received",
                [("organization", report.organization), ("id", report.id), ("failures", "\(failures)")]
            )
        } catch let refusal as TLSReportStore.Refusal {
            log(.notice, "tls-report.refused", [("from", "\(envelope.reversePath)"), ("cause", "\(refusal)")])
        } catch {
            log(.error, "tls-report.lost", [("id", report.id), ("cause", "\(error)")])
            throw .store(error)
        }
    }

    private func hasReport(_ envelope: MailEnvelope) -> Bool {
        envelope.recipients.contains { addresses.contains($0.address) }
    }

    /// The recipients that the other delivery is for: an address of ours may have a mailbox, too.
    private func others(in envelope: MailEnvelope) -> [Int] {
        envelope.recipients.indices.filter { index in
            let recipient = envelope.recipients[index]
            return !recipient.accounts.isEmpty || !addresses.contains(recipient.address)
        }
    }
}
