public import Admission
public import Delivery
public import Directory
public import Network
public import SASL
public import World

/// The SMTP server: one linear session for each connection. RFC 5321, RFC 6409 for submission, RFC 2033 for LMTP.
///
/// It knows the protocol and nothing of mailboxes: recipients are decided and messages are filed by `Delivery`.
public struct SMTPDoor: Sendable {
    let configuration: Configuration
    let directory: any Directory
    let delivery: any Delivery
    /// For hosts of `Configuration.relayNetworks`.
    let relaying: (any Delivery)?
    let messageURLs: (any MessageURLs)?
    let world: World
    let log: Log
    let gatekeeper: Gatekeeper?
    let sending: SendingRules?
    let authentication: SASLService

    /// A door that lets mail in to `delivery`, and people whom `directory` knows. Without `messageURLs` there is no BURL. At the
    /// port for other servers `gatekeeper` is asked who may come, at the one for people `sending` what may be sent. Without
    /// `authentication` they log in by PLAIN and LOGIN. What hosts of `Configuration.relayNetworks` hand over goes to
    /// `relaying`.
    public init(
        configuration: Configuration,
        directory: any Directory,
        delivery: any Delivery,
        relaying: (any Delivery)? = nil,
        messageURLs: (any MessageURLs)? = nil,
        world: World,
        log: Log,
        gatekeeper: Gatekeeper? = nil,
        sending: SendingRules? = nil,
        authentication: SASLService? = nil
    ) {
        self.configuration = configuration
        self.directory = directory
        self.delivery = delivery
        self.relaying = configuration.role == .exchange ? relaying : nil
        self.messageURLs = messageURLs
        self.world = world
        self.log = log
        self.gatekeeper = configuration.role == .exchange ? gatekeeper : nil
        self.sending = configuration.role == .submission ? sending : nil
        self.authentication = authentication ?? .passwords(of: directory, log: log)
    }

    /// Holds one session, from the greeting to the close. Returns when the connection is closed.
    public func serve(_ stream: Stream) async {
        var session = Session(self, stream)
        await session.run()
    }
}
