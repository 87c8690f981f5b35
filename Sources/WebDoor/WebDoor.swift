public import Admission
public import Delivery
public import Directory
public import Mailbox
public import Network
public import SASL
public import World

/// The REST interface: JSON over HTTP/1.1, one session for each connection, in the caller's task.
///
/// | route | |
/// |---|---|
/// | `POST`, `DELETE /v1/login` | a bearer token for an address and a password; the end of one |
/// | `GET /v1/folders` | all folders |
/// | `GET /v1/folders/{id}/messages` | a page of a folder, newest first |
/// | `POST /v1/messages` | sends a message, with a copy in Sent |
/// | `GET`, `PATCH`, `DELETE /v1/messages/{id}` | a message; its flags; to Trash, or out of it for ever |
/// | `GET /v1/messages/{id}/raw` | its octets as they were received |
/// | `GET /v1/messages/{id}/attachments/{part}` | a part of it, decoded |
/// | `GET /v1/me` | the account, what the credential allows, and whether it may send |
/// | `GET /v1/me/sign-ins` | who signed in to it, or tried to, the latest first |
/// | `GET`, `POST /v1/me/app-passwords` | application passwords; makes one, and shows it this once |
/// | `DELETE /v1/me/app-passwords/{id}` | takes one back |
/// | `GET /v1/admin/queue` | jobs of the mail on its way, a page of them |
/// | `GET`, `POST /v1/admin/queue/{id}` | a message in the queue, or a job; does something to it |
/// | `GET /v1/admin/queue/stats` | how much is where, since when |
/// | `GET /v1/admin/trace` | the way of the messages with a Message-ID |
/// | `GET /v1/admin/metrics` | counters and gauges, for Prometheus |
/// | `POST /v1/tls-reports` | a report on TLS with our servers, as others send it (RFC 8460) |
/// | `POST /v1/me/networks`, `DELETE /v1/me/networks/{network}` | vouches for sign-ins from a network; takes that back |
///
/// Everything but `POST /v1/login` and `POST /v1/tls-reports` needs a token or HTTP Basic. What is below `/v1/admin` is there for administrators only,
/// for others there is nothing. Everybody sees their own account only: the id of somebody
/// else's message is the id of no message. Tokens are kept in memory: they end with the process,
/// with the account, and with what they were got for: the account's password or an application password. A token allows as
/// much as that did.
public struct WebDoor: Sendable {
    let configuration: Configuration
    let directory: any Directory
    let mailboxes: any MailboxService
    let delivery: any Delivery
    let world: World
    let log: Log
    let tokens: SessionTokens
    let sending: SendingRules?
    let accounts: (any SignInManagement)?
    let authentication: SASLService
    let administration: Administration?
    let takeReport: TakeReport?

    /// A REST interface to the mailboxes of those whom the directory knows, who send as much as `sending` lets them. Copies
    /// share their tokens. Without `accounts` there is nothing below `/v1/me`. Without `authentication` the directory checks
    /// passwords. Without `administration` there is nothing below `/v1/admin`, and without `takeReport` nobody
    /// posts reports.
    public init(
        configuration: Configuration,
        directory: any Directory,
        mailboxes: any MailboxService,
        delivery: any Delivery,
        world: World,
        log: Log,
        sending: SendingRules? = nil,
        accounts: (any SignInManagement)? = nil,
        authentication: SASLService? = nil,
        administration: Administration? = nil,
        takeReport: TakeReport? = nil
    ) {
        self.configuration = configuration
        self.directory = directory
        self.mailboxes = mailboxes
        self.delivery = delivery
        self.world = world
        self.log = log
        self.sending = sending
        self.accounts = accounts
        self.authentication = authentication ?? .passwords(of: directory, log: log)
        self.administration = administration
        self.takeReport = takeReport
        tokens = SessionTokens(perAccount: configuration.tokensPerAccount, inAll: configuration.tokens)
    }

    /// Serves one connection until either side closes it. TLS, if any, is already on `stream`.
    public func serve(_ stream: Stream) async {
        var session = Session(door: self, stream: stream)
        await session.run()
    }
}
