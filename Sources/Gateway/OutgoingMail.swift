internal import Delivery
internal import Directory
internal import Mailbox
internal import Network
internal import Queue
internal import Relay
internal import Resolver
internal import Returns
internal import World

/// The way out, as the configuration says: who takes mail for other domains, and who brings it there.
struct OutgoingMail {
    /// Delivers to mailboxes here; senders elsewhere are told if they asked for it and mail is sent at all.
    let local: LocalDelivery
    /// For strangers: takes what comes back too, if mail is sent.
    let exchange: any Delivery
    /// For those who signed in, and for hosts whose mail is passed on: takes mail for anybody, if mail is sent.
    let anywhere: any Delivery
    /// Works on the queue; nil if no mail is sent.
    let relay: MailRelay?

    init(
        _ configuration: Configuration,
        settings: RelaySettings?,
        directory: StoreDirectory,
        mailboxes: any MailboxService,
        receiptKey: [UInt8],
        queue: MailQueue,
        returning: ReturningMail?,
        security: TransportSecurity?,
        names: any NameService,
        suppression: SuppressionList,
        loops: EventLoopGroup,
        world: World,
        log: Log
    ) {
        var incoming = LocalDelivery.Configuration()
        incoming.sizeLimits = configuration.recipientSizeLimits
        incoming.receiptKey = receiptKey
        incoming.asciiDomain = { InternationalDomain.ascii($0) }
        let notices = settings.map { settings in
            QueueNotices(queue: queue, settings: settings, world: world) { address in
                guard let address = MailAddress(address) else { return false }
                do throws(DirectoryError) {
                    if case .accounts = try await directory.resolve(address) { return true }
                    return false
                } catch {
                    // The queue finds out by itself where the notice goes.
                    return false
                }
            }
        }
        func filing(_ witness: LocalTrace?) -> LocalDelivery {
            LocalDelivery(
                directory: directory,
                mailboxes: mailboxes,
                configuration: incoming,
                notices: notices,
                witness: witness,
                log: log
            )
        }
        local = filing(LocalTrace(queue: queue))
        guard var settings else {
            exchange = local
            anywhere = local
            relay = nil
            return
        }
        settings.returnPaths = returning?.paths
        settings.records = returning?.records
        settings.sources = returning?.sources
        func taking(_ delivery: any Delivery) -> any Delivery {
            let delivery = security?.taking(delivery, configuration) ?? delivery
            guard let returning else { return delivery }
            return ReturningDelivery(local: delivery, queue: queue, intake: returning.intake)
        }
        exchange = taking(local)
        anywhere = taking(RelayingDelivery(local: local, queue: queue, log: log))
        relay = MailRelay(
            queue: queue,
            // The queue itself knows what it files.
            local: filing(nil),
            names: names,
            suppression: suppression,
            settings: settings,
            security: security?.sending,
            loops: loops,
            world: world,
            log: log
        )
    }
}
