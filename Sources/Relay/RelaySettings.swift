public import Network
public import Returns
public import SMTPClient

/// What may be set of sending mail on.
public struct RelaySettings: Sendable {
    /// The name of this server, as other servers are told, and as it may be found among the servers of a domain.
    public var hostName: String
    /// Other names of this server.
    public var otherNames: Set<String> = []
    /// Where this service itself listens for mail: it sends nothing there.
    public var ownAddresses: Set<Address> = []
    /// Routes that do not come from DNS; the first that fits counts.
    public var routes: [StaticRoute] = []
    /// The port of servers that DNS names.
    public var port = 25
    /// The address that connections come from; nil for the system's choice. If `sources` is there, it says that; and a route
    /// may have an address of its own.
    public var source: Address?
    /// Says from which address mail for other domains comes, and how fast it goes to whom; nil if all comes from one address,
    /// as fast as it is taken.
    public var sources: SourcePlan?
    /// How long a message waits for its turn with a connection; beyond it, in the queue.
    public var patience = Duration.seconds(5)
    /// For TLS that verifies nothing.
    public var opportunistic: TLSContext?
    /// For TLS that verifies by the system's authorities.
    public var verifying: TLSContext?
    /// How long a job is a worker's, unless it says that it goes on with it: what a dead process had taken waits so long.
    public var lease = Duration.seconds(120)
    /// Connections at a time.
    public var connections = 200
    /// Connections at a time to one destination. It begins with a few and grows while messages are taken.
    public var connectionsPerDestination = 20
    /// Messages over one connection.
    public var messagesPerConnection = 100
    /// How long a connection without work is kept.
    public var idle = Duration.seconds(4)
    /// Addresses that are tried for one message before it waits.
    public var addressesAtOnce = 8
    /// How long a server may take to accept a connection while there are others to try.
    public var connectOfMany = Duration.seconds(10)
    /// How long a server may take.
    public var timeouts = Timeouts()
    /// How notifications look.
    public var notices: DeliveryNotice.Settings
    /// How long an address that bounced is not written to.
    public var suppression = SuppressionList.Policy()
    /// Return paths of ours; nil if none are used.
    public var returnPaths: ReturnPaths?
    /// Told of what becomes of mail; nil if nobody is.
    public var records: SenderRecords?

    /// The usual, for the server of that name.
    public init(hostName: String) {
        self.hostName = hostName
        notices = DeliveryNotice.Settings(hostName: hostName)
    }
}
