public import Charset
public import Directory
public import MIME
public import Mailbox
public import Network
public import SASL
public import World

// What the session of this door may and may not do stands in Session.swift; each command's behaviour in Commands/.

/// The IMAP door: one linear session for each connection, from greeting to close. RFC 3501.
///
/// It knows the directory to ask who somebody is, and the mailbox for everything else; it keeps no mail itself.
public struct IMAPDoor: Sendable {
    let house: House

    /// A door of that configuration to those mailboxes. SEARCH reads text by `charsets`. Without `authentication` people log
    /// in by PLAIN and LOGIN.
    public init(
        configuration: Configuration,
        directory: any Directory,
        mailboxes: any MailboxService,
        world: World,
        log: Log,
        charsets: any CharsetDecoder = SystemCharsets(),
        authentication: SASLService? = nil
    ) {
        house = House(
            configuration: configuration,
            directory: directory,
            mailboxes: mailboxes,
            world: world,
            log: log,
            charsets: charsets,
            authentication: authentication ?? .passwords(of: directory, log: log)
        )
    }

    /// Serves one connection: greeting, commands, goodbye; closes it. RFC 3501 §3.
    public func serve(_ stream: Stream) async {
        await Session(house: house, stream: stream).run()
    }
}

/// What all sessions of a door share, in one place so that each costs a pointer.
final class House: Sendable {
    let configuration: IMAPDoor.Configuration
    let directory: any Directory
    let mailboxes: any MailboxService
    let world: World
    let log: Log
    let charsets: any CharsetDecoder
    let authentication: SASLService
    let index: any SearchIndex

    init(
        configuration: IMAPDoor.Configuration,
        directory: any Directory,
        mailboxes: any MailboxService,
        world: World,
        log: Log,
        charsets: any CharsetDecoder,
        authentication: SASLService
    ) {
        self.world = world
        index = ScanningIndex(cache: SearchTextCache(octets: configuration.limits.searchCacheOctets))
        self.configuration = configuration
        self.directory = directory
        self.mailboxes = mailboxes
        self.log = log
        self.charsets = charsets
        self.authentication = authentication
    }
}
