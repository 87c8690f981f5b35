public import Directory
public import Mailbox
public import World

/// Delivery into this service's own mailboxes: the directory says whose inbox an address means, and each inbox gets one
/// commit.
public struct LocalDelivery: Delivery {
    private let directory: any Directory
    private let mailboxes: any MailboxService
    private let log: Log
    /// Inboxes that one message is filed into at a time.
    private static let filingAtOnce = 16

    /// Delivery to the accounts of `directory`, whose mail is in `mailboxes`.
    public init(directory: any Directory, mailboxes: any MailboxService, log: Log) {
        self.directory = directory
        self.mailboxes = mailboxes
        self.log = log
    }

    /// Asks the directory; see `Delivery`.
    public func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        let resolution: Resolution
        do throws(DirectoryError) {
            resolution = try await directory.resolve(address)
        } catch {
            throw .store(error)
        }
        switch resolution {
        case .accounts(let accounts) where !accounts.isEmpty: return Recipient(address: address, accounts: accounts)
        case .accounts, .unknown: throw .unknownRecipient
        case .elsewhere: throw .notLocal
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
    public func deliver(
        _ message: any IncomingMessage,
        from reversePath: String,
        to recipients: [Recipient]
    ) async throws(DeliveryError) {
        let remembering = message as? RememberingMessage
        var accounts: [AccountID] = []
        var seen: Set<AccountID> = []
        for recipient in recipients {
            for account in recipient.accounts where seen.insert(AccountID(account.number)).inserted {
                accounts.append(AccountID(account.number))
            }
        }
        do throws(MailboxError) {
            if accounts.count > 1 { try await message.share(among: accounts) }
            let missing = remembering.map { message in accounts.filter { !message.isFiled(for: $0) } } ?? accounts
            try await file(message, for: missing, prefix: Array("Return-Path: <\(reversePath)>\r\n".utf8))
        } catch {
            log(.error, "delivery.failed", [("from", reversePath), ("cause", "\(error)")])
            throw DeliveryError(error)
        }
        log(
            .info,
            "delivery.done",
            [
                ("from", reversePath), ("to", recipients.first.map { "\($0.address)" } ?? ""),
                ("recipients", "\(recipients.count)"), ("accounts", "\(accounts.count)"), ("size", "\(message.size)"),
            ]
        )
    }

    /// Files into each inbox, several at a time: the engine syncs their commits together.
    ///
    /// All are tried, whatever happens to one; then the first error is thrown.
    private func file(
        _ message: any IncomingMessage,
        for accounts: [AccountID],
        prefix: [UInt8]
    ) async throws(MailboxError) {
        if accounts.count == 1 { return try await file(message, for: accounts[0], prefix: prefix) }
        let error: MailboxError? = await withTaskGroup(of: MailboxError?.self) { group in
            var error: MailboxError?
            for (index, account) in accounts.enumerated() {
                if index >= Self.filingAtOnce, let ended = await group.next(), error == nil { error = ended }
                group.addTask {
                    do throws(MailboxError) {
                        try await file(message, for: account, prefix: prefix)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for await ended in group where error == nil { error = ended }
            return error
        }
        if let error { throw error }
    }

    private func file(
        _ message: any IncomingMessage,
        for account: AccountID,
        prefix: [UInt8]
    ) async throws(MailboxError) {
        _ = try await message.file(in: .inbox, of: account, prefix: prefix, flags: [], keywords: [], date: nil)
        (message as? RememberingMessage)?.didFile(for: account)
    }
}
