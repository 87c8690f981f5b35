internal import Cryptography
public import Directory
public import Mailbox
internal import SMTP
public import World

/// Delivery into this service's own mailboxes: the directory says whose inbox an address means, and each inbox gets one
/// commit.
public struct LocalDelivery: Delivery {
    /// What may be set.
    public struct Configuration: Sendable {
        /// Octets that a message may have: by address, or by domain for all its addresses that have no limit of their own.
        /// In lower case, domains as A-labels.
        public var sizeLimits: [String: Int] = [:]
        /// A secret of the service's, the same on all its nodes and after a restart: nobody else can tell from what is kept
        /// of a message what it was. RFC 2104.
        public var receiptKey: [UInt8] = []
        /// The A-label form of a domain that is not ASCII, in lower case; nil if it is no domain. RFC 5891 §4.
        public var asciiDomain: @Sendable (String) -> String? = { _ in nil }

        /// No limits, an empty key, and no domains beyond ASCII.
        public init() {}
    }

    private let directory: any Directory
    private let mailboxes: any MailboxService
    private let configuration: Configuration
    private let notices: (any SenderNotices)?
    private let witness: (any DeliveryWitness)?
    private let log: Log
    /// Inboxes that one message is filed into at a time.
    private static let filingAtOnce = 16

    /// Delivery to the accounts of `directory`, whose mail is in `mailboxes`. Without `notices`, nobody is told of success;
    /// `witness` is told of everything.
    public init(
        directory: any Directory,
        mailboxes: any MailboxService,
        configuration: Configuration = Configuration(),
        notices: (any SenderNotices)? = nil,
        witness: (any DeliveryWitness)? = nil,
        log: Log
    ) {
        self.directory = directory
        self.mailboxes = mailboxes
        self.configuration = configuration
        self.notices = notices
        self.witness = witness
        self.log = log
    }

    /// Notices, if there is somebody who gives them.
    public var abilities: DeliveryAbilities { notices == nil ? [] : .notices }

    /// Asks the directory; see `Delivery`. A domain is the same in either of its forms. RFC 6531 §3.7.1.
    public func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        var known = address
        if !address.domain.utf8.allSatisfy({ $0 < 0x80 }) {
            guard let domain = configuration.asciiDomain(address.domain) else { throw .notLocal }
            known = MailAddress(localPart: address.localPart, domain: domain)
        }
        let resolution: Resolution
        do throws(DirectoryError) {
            resolution = try await directory.resolve(known)
        } catch {
            throw .store(error)
        }
        switch resolution {
        case .accounts(let accounts) where !accounts.isEmpty:
            var recipient = Recipient(address: known, accounts: accounts)
            recipient.given = address.description
            recipient.sizeLimit = sizeLimit(of: recipient)
            return recipient
        case .accounts, .unknown: throw .unknownRecipient
        case .elsewhere: throw .notLocal
        }
    }

    private func sizeLimit(of recipient: Recipient) -> Int? {
        let limits = configuration.sizeLimits
        guard !limits.isEmpty else { return nil }
        if let limit = limits[recipient.address.description] { return limit }
        if recipient.accounts.count == 1, let limit = limits[recipient.accounts[0].address.description] { return limit }
        return limits[recipient.address.domain]
    }

    /// Asks the one inbox that the recipient means: no read if it is warm, and the delivery needs the same. Of several, some
    /// may have room; that is seen at the end. See `Delivery`.
    public func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError) {
        if let limit = recipient.sizeLimit, size > limit { throw .tooLargeForRecipient }
        guard recipient.accounts.count == 1, let account = recipient.accounts.first else { return }
        do throws(MailboxError) {
            let quota = try await mailboxes.open(AccountID(account.number)).quota()
            if let limit = quota.limits.storage, quota.storage + size > limit { throw .overQuota(.storage) }
            if let limit = quota.limits.messages, quota.messages >= limit { throw .overQuota(.messages) }
        } catch {
            throw DeliveryError(error)
        }
    }

    /// A message that remembers whose inbox it is in; see `Delivery`.
    public func receive() async throws(DeliveryError) -> any IncomingMessage {
        do throws(MailboxError) {
            return RememberingMessage(try await mailboxes.receive())
        } catch {
            throw DeliveryError(error)
        }
    }

    /// One commit for each account, several at a time; see `Delivery`.
    public func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        let head = (message as? RememberingMessage)?.head ?? MessageHead()
        let size = envelope.size ?? message.size
        var errors: [UInt64: DeliveryError] = [:]
        var accounts: [Account] = []
        var seen: Set<UInt64> = []
        for recipient in envelope.recipients where recipient.sizeLimit.map({ size <= $0 }) ?? true {
            for account in recipient.accounts where seen.insert(account.number).inserted {
                if head.deliveredTo.contains(account.address) || head.deliveredTo.count >= MessageHead.fields {
                    errors[account.number] = .loop
                } else {
                    accounts.append(account)
                }
            }
        }
        for (account, error) in await file(message, for: accounts, envelope) { errors[account] = error }
        var outcomes = envelope.recipients.map { recipient -> DeliveryOutcome in
            if let limit = recipient.sizeLimit, size > limit { return .failed(.tooLargeForRecipient) }
            return recipient.accounts.lazy.compactMap { errors[$0.number] }.first.map { .failed($0) } ?? .delivered
        }
        await tell(of: &outcomes, envelope, header: head.octets)
        record(outcomes, envelope, size: message.size)
        let about = zip(envelope.recipients, outcomes).map { (recipient: $0, outcome: $1) }
        await witness?.saw(DeliveryNotice(envelope, about: about, header: head.octets))
        return outcomes
    }

    /// Has the senders told who want to hear of success. Whom nothing can be promised is as if nothing was delivered: the
    /// client comes again, and then only this is made up for.
    private func tell(of outcomes: inout [DeliveryOutcome], _ envelope: MailEnvelope, header: [UInt8]) async {
        guard let notices, envelope.reversePath != .null else { return }
        let places = outcomes.indices.filter { outcomes[$0].error == nil && envelope.recipients[$0].wantsSuccess }
        guard !places.isEmpty else { return }
        do {
            let about = places.map { (recipient: envelope.recipients[$0], outcome: outcomes[$0]) }
            try await notices.tell(DeliveryNotice(envelope, about: about, header: header))
        } catch {
            for place in places { outcomes[place] = .failed(.store(error)) }
        }
    }

    /// See `Delivery`. Nobody is told of what nobody sent.
    public func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool {
        guard let notices else { return false }
        let about = zip(envelope.recipients, outcomes).filter { $0.1.error != nil && $0.0.wantsFailure }
            .map { (recipient: $0.0, outcome: $0.1) }
        guard envelope.reversePath != .null, !about.isEmpty else { return true }
        let header = (message as? RememberingMessage)?.head.octets ?? []
        do {
            try await notices.tell(DeliveryNotice(envelope, about: about, header: header))
            return true
        } catch {
            log(.error, "delivery.notice.failed", [("from", "\(envelope.reversePath)"), ("cause", "\(error)")])
            return false
        }
    }

    private func record(_ outcomes: [DeliveryOutcome], _ envelope: MailEnvelope, size: Int) {
        let from = "\(envelope.reversePath)"
        for (recipient, outcome) in zip(envelope.recipients, outcomes) {
            guard let error = outcome.error else { continue }
            let level: Log.Level = if case .store = error { .error } else { .notice }
            log(level, "delivery.failed", [("from", from), ("to", recipient.given), ("cause", "\(error)")])
        }
        let done = zip(envelope.recipients, outcomes).filter { $0.1.error == nil }.map(\.0)
        guard let first = done.first else { return }
        let accounts = Set(done.flatMap { $0.accounts.map(\.number) })
        log(
            .info,
            "delivery.done",
            [
                ("from", from), ("to", "\(first.address)"), ("recipients", "\(done.count)"),
                ("accounts", "\(accounts.count)"), ("size", "\(size)"),
            ]
        )
    }

    // MARK: Filing

    /// Files into each inbox that lacks the message, several at a time: the engine syncs their commits together.
    ///
    /// All are tried, whatever happens to one. Returns the errors, by account.
    private func file(
        _ message: any IncomingMessage,
        for accounts: [Account],
        _ envelope: MailEnvelope
    ) async -> [UInt64: DeliveryError] {
        do throws(MailboxError) {
            if accounts.count > 1 { try await message.share(among: accounts.map { AccountID($0.number) }) }
        } catch {
            return Dictionary(accounts.map { ($0.number, DeliveryError(error)) }) { first, _ in first }
        }
        if accounts.count == 1 {
            return await file(message, for: accounts[0], envelope).map { [accounts[0].number: $0] } ?? [:]
        }
        return await withTaskGroup(of: (UInt64, DeliveryError?).self) { group in
            var errors: [UInt64: DeliveryError] = [:]
            for (index, account) in accounts.enumerated() {
                if index >= Self.filingAtOnce, let ended = await group.next() { errors[ended.0] = ended.1 }
                group.addTask { (account.number, await file(message, for: account, envelope)) }
            }
            for await ended in group { errors[ended.0] = ended.1 }
            return errors
        }
    }

    private func file(
        _ message: any IncomingMessage,
        for account: Account,
        _ envelope: MailEnvelope
    ) async -> DeliveryError? {
        let remembering = message as? RememberingMessage
        let id = AccountID(account.number)
        if remembering?.isFiled(for: id) == true { return nil }
        let prefix = Array("Return-Path: <\(envelope.reversePath)>\r\nDelivered-To: \(account.address)\r\n".utf8)
        do {
            if let receipt = try receipt(for: account, envelope) {
                let filed = try await message.file(
                    once: receipt,
                    in: .inbox,
                    of: id,
                    prefix: prefix,
                    flags: [],
                    keywords: [],
                    date: nil
                )
                if filed == nil {
                    let fields: [Log.Field] = [("from", "\(envelope.reversePath)"), ("account", "\(account.address)")]
                    log(.info, "delivery.repeated", fields)
                }
            } else {
                _ = try await message.file(in: .inbox, of: id, prefix: prefix, flags: [], keywords: [], date: nil)
            }
        } catch let error as MailboxError {
            return DeliveryError(error)
        } catch {
            return .store(error)
        }
        remembering?.didFile(for: id)
        return nil
    }

    /// What tells that a message for one account is one that came before: the same octets by the same sender. A sender that
    /// lost the answer sends just that again. nil if the message does not say that it is one only.
    private func receipt(for account: Account, _ envelope: MailEnvelope) throws(CryptographyError) -> Receipt? {
        guard let content = envelope.digest else { return nil }
        var octets = Array("\(account.number) \(envelope.reversePath) ".utf8)
        octets += content
        let digest = try SHA256.hmac(octets, key: configuration.receiptKey)
        let words = [0, 8].map { start in digest[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return Receipt(high: words[0], low: words[1])
    }
}
