public import Directory
public import Network

/// What a door knows of the connection on which someone signs in.
public struct SASLPeer {
    /// What is signed in to.
    public var service: SignIn.Service
    /// The peer's address as text.
    public var address: String
    /// The network that the address belongs to, as `Network.Address.network` tells networks apart.
    public var network: String
    /// What the client says it is; may be empty.
    public var client: String
    /// Whether the connection is under TLS.
    public var isEncrypted: Bool
    /// Whether one may log in without TLS.
    public var allowsPlaintext: Bool
    /// The client's certificate, if it showed one that was verified: its mail addresses and its SHA-256.
    public var certificate: (mailboxes: [String], fingerprint: String)?
    /// What TLS ties an exchange to, by the name of the kind (RFC 5056 §7.1); nil for a kind that is not there.
    public var binding: (String) -> [UInt8]?

    /// A connection without TLS, on which no secret may be sent.
    public init(service: SignIn.Service, address: String = "", network: String = "", client: String = "") {
        self.service = service
        self.address = address
        self.network = network
        self.client = client
        isEncrypted = false
        allowsPlaintext = false
        certificate = nil
        binding = { _ in nil }
    }

    /// The connection that `stream` is. What it says of TLS is what is true now.
    public init(_ stream: Stream, service: SignIn.Service, client: String = "", allowsPlaintext: Bool) {
        self.init(service: service, address: stream.peer.host, network: stream.peer.network, client: client)
        isEncrypted = stream.tls != nil
        self.allowsPlaintext = allowsPlaintext
        certificate = stream.clientCertificate.map { ($0.mailboxes, $0.fingerprint) }
        binding = { ChannelBinding(rawValue: $0).flatMap(stream.channelBinding) }
    }

    /// What the directory is told of someone who signs in.
    public func signIn(as name: String, by mechanism: String) -> SignIn {
        SignIn(
            name: name,
            service: service,
            address: address,
            network: network,
            client: client,
            isEncrypted: isEncrypted,
            mechanism: mechanism
        )
    }

    /// The registered name of the service. RFC 4422 §4, item 1.
    var serviceName: String {
        switch service {
        case .imap: "imap"
        case .pop3: "pop"
        case .smtp: "smtp"
        case .rest: "http"
        case .sieve: "sieve"
        }
    }
}
