public import Delivery
public import Directory
public import Network
public import SASL
public import World

/// The SMTP server: one linear session for each connection. RFC 5321, and RFC 6409 for submission.
///
/// It knows the protocol and nothing of mailboxes: recipients are decided and messages are filed by `Delivery`.
public struct SMTPDoor: Sendable {
    let configuration: Configuration
    let directory: any Directory
    let delivery: any Delivery
    let world: World
    let log: Log
    let authentication: SASLService
    let rates: NetworkRates

    /// A door that lets mail in to `delivery`, and people whom `directory` knows. Without `authentication` they log in by
    /// PLAIN and LOGIN.
    public init(
        configuration: Configuration,
        directory: any Directory,
        delivery: any Delivery,
        world: World,
        log: Log,
        authentication: SASLService? = nil
    ) {
        self.configuration = configuration
        self.directory = directory
        self.delivery = delivery
        self.world = world
        self.log = log
        self.authentication = authentication ?? .passwords(of: directory, log: log)
        rates = NetworkRates(configuration.policy)
    }

    /// Holds one session, from the greeting to the close. Returns when the connection is closed.
    public func serve(_ stream: Stream) async {
        var session = Session(self, stream)
        await session.run()
    }
}
