internal import Admission
internal import Directory
internal import Mailbox
internal import Network
internal import Resolver
internal import Store
internal import World

extension Gatekeeper {
    /// The gatekeeper of a configuration, for all listeners.
    convenience init(
        _ configuration: Configuration,
        _ names: any NameService,
        _ store: any Store,
        on loops: EventLoopGroup,
        _ world: World,
        _ log: Log
    ) {
        self.init(
            settings: configuration.admission,
            names: names,
            store: store,
            world: world,
            log: log,
            pause: { await loops.next().sleep($0) }
        )
    }
}

extension SendingRules {
    /// The rules of a configuration. Who is suspended gets a message in the inbox.
    convenience init(
        _ configuration: Configuration,
        _ directory: any Directory,
        _ mailboxes: any MailboxService,
        _ store: any Store,
        _ world: World,
        _ log: Log
    ) {
        let postmaster =
            configuration.postmaster.isEmpty ? "postmaster@\(configuration.hostname)" : configuration.postmaster
        let sender = MailAddress(postmaster) ?? MailAddress(localPart: "postmaster", domain: configuration.hostname)
        self.init(
            settings: configuration.submission,
            directory: directory,
            store: store,
            node: configuration.hostname,
            world: world,
            log: log,
            notify: { account, suspension in
                guard
                    let octets = SuspensionNotice.octets(suspension, to: account, from: sender, world: world)
                else { return false }
                do throws(MailboxError) {
                    try await file(octets, for: account, mailboxes)
                    return true
                } catch {
                    log(.error, "sending.notice-failed", [("account", "\(account.address)"), ("cause", "\(error)")])
                    return false
                }
            }
        )
    }

    /// The rules where no service runs: an owner is told by the service, with the next message that is refused.
    convenience init(_ directory: any Directory, _ store: any Store, world: World) {
        self.init(
            settings: SendingSettings(),
            directory: directory,
            store: store,
            node: "",
            world: world,
            log: .none,
            notify: { _, _ in false }
        )
    }
}

/// Files a message of the service's own in an inbox.
private func file(
    _ octets: [UInt8],
    for account: Account,
    _ mailboxes: any MailboxService
) async throws(MailboxError) {
    let message = try await mailboxes.receive()
    do throws(MailboxError) {
        try await message.push(octets)
        try await message.finish()
        _ = try await message.file(
            in: .inbox,
            of: AccountID(account.number),
            prefix: Array("Return-Path: <>\r\n".utf8),
            flags: [],
            keywords: [],
            date: nil
        )
    } catch {
        await message.discard()
        throw error
    }
    await message.discard()
}
