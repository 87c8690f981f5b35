public import Directory
public import Mailbox
public import Network
public import SASL
public import World

/// The POP3 server: one session for each connection, in the caller's task. RFC 1939.
///
/// ```
///               USER, PASS or AUTH                      QUIT
/// AUTHORIZATION ------------------> TRANSACTION --------------> UPDATE
///    | STLS: starts again               | dropped, timed out or stopped: nothing is removed
/// ```
///
/// A session sees the maildrop, INBOX unless configured otherwise, as it was at login, and holds the maildrop alone until
/// it ends.
public struct POP3Door: Sendable {
    let configuration: Configuration
    let directory: any Directory
    let mailboxes: any MailboxService
    let world: World
    let log: Log
    let authentication: SASLService

    /// A server of the mailboxes of those whom the directory knows. Without `authentication` they log in by PLAIN and LOGIN.
    public init(
        configuration: Configuration,
        directory: any Directory,
        mailboxes: any MailboxService,
        world: World,
        log: Log,
        authentication: SASLService? = nil
    ) {
        self.configuration = configuration
        self.directory = directory
        self.mailboxes = mailboxes
        self.world = world
        self.log = log
        self.authentication = authentication ?? .passwords(of: directory, log: log)
    }

    /// Serves one connection, from the greeting to the close. With TLS already on `stream`, it is POP3S. RFC 8314 §3.3.
    public func serve(_ stream: Stream) async {
        var session = Session(door: self, stream: stream)
        await session.run()
    }
}
