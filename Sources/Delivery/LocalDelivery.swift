public import Directory
public import Mailbox
public import World

/// Delivery into this service's own mailboxes: the directory says whose inbox an address means, and each inbox gets one
/// commit.
public struct LocalDelivery: Delivery {
    private let directory: any Directory
    private let mailboxes: any MailboxService
    private let log: Log

    /// Delivery to the accounts of `directory`, whose mail is in `mailboxes`.
    public init(directory: any Directory, mailboxes: any MailboxService, log: Log) {
        self.directory = directory
        self.mailboxes = mailboxes
        self.log = log
    }

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

    public func receive() async throws(DeliveryError) -> any IncomingMessage {
        do throws(MailboxError) {
            return RememberingMessage(try await mailboxes.receive())
        } catch {
            throw DeliveryError(error)
        }
    }

    public func deliver(
        _ message: any IncomingMessage,
        from reversePath: String,
        to recipients: [Recipient]
    ) async throws(DeliveryError) {
        let prefix = Array("Return-Path: <\(reversePath)>\r\n".utf8)
        let remembering = message as? RememberingMessage
        var seen: Set<AccountID> = []
        var first: Filed?
        for recipient in recipients {
            for account in recipient.accounts {
                let number = AccountID(account.number)
                guard seen.insert(number).inserted, remembering?.isFiled(for: number) != true else { continue }
                do throws(MailboxError) {
                    let filed = try await message.file(
                        in: .inbox,
                        of: number,
                        prefix: prefix,
                        flags: [],
                        keywords: [],
                        date: nil
                    )
                    if first == nil { first = filed }
                    remembering?.didFile(for: number)
                } catch {
                    log(
                        .error,
                        "delivery.failed",
                        [("account", "\(number)"), ("from", reversePath), ("cause", "\(error)")]
                    )
                    throw DeliveryError(error)
                }
            }
        }
        log(
            .info,
            "delivery.done",
            [
                ("id", first.map { "\($0.email)" } ?? "-"), ("from", reversePath), ("accounts", "\(seen.count)"),
                ("size", "\(message.size)"),
            ]
        )
    }
}
