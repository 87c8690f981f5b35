public import World

/// What moves a stream's octets: a TCP socket, TLS over one, or the memory of a test. Used from its loop only.
public protocol Transport: AnyObject {
    /// Appends what has arrived, at most `limit` octets, to `input`, without waiting.
    func receive(into input: inout [UInt8], limit: Int) throws(TransportError) -> Received

    /// Sends from `output[offset...]` what can go without waiting; returns how many octets went, 0 if it must wait.
    func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Int

    /// Waits until `receive` (or, with `.output`, `send`) may get further, `signal` is raised, the deadline has passed,
    /// or, if `mayStop`, the server is stopping. Also ends if the task is cancelled, with `.stopping`.
    func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake

    /// Lets everything else that its loop has to do go first. Throws `.stopping` if the task is cancelled.
    func pause() async throws(TransportError)

    /// Starts TLS on the connection, as the server.
    func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError)

    /// Starts TLS on the connection; as the client if `context` is one for clients, to the server called `serverName`.
    func startTLS(
        _ context: TLSContext,
        serverName: String?,
        until deadline: Instant
    ) async throws(TransportError)

    /// Starts TLS on the connection as the client of a server of which that is expected; `context` must be one for clients.
    func startTLS(
        _ context: TLSContext,
        expecting expectation: TLSExpectation,
        until deadline: Instant
    ) async throws(TransportError)

    /// Tells the peer that no more comes, and still reads what it sends. Without a half-open state it does nothing.
    func endSending()

    /// Tells the peer that no more comes (close_notify for TLS) and closes. Does nothing the second time.
    func close()

    /// The other end.
    var peer: Address { get }
    /// This end.
    var local: Address { get }
    /// What TLS agreed on; nil without TLS.
    var tls: TLSInfo? { get }
    /// What ties an exchange to this connection's TLS; nil without TLS, or where that kind does not exist.
    func channelBinding(_ kind: ChannelBinding) -> [UInt8]?
    /// The certificate that the client showed, if one of ours vouches for it.
    var clientCertificate: ClientCertificate? { get }
    /// The time now, on the clock that deadlines are measured by.
    var uptime: Instant { get }
}

extension Transport {
    /// Lets the other tasks of the executor go first.
    public func pause() async throws(TransportError) {
        guard !Task.isCancelled else { throw .stopping }
        await Task.yield()
    }

    /// Does nothing.
    public func endSending() {}

    /// There is none.
    public func channelBinding(_ kind: ChannelBinding) -> [UInt8]? { nil }

    /// There is none.
    public var clientCertificate: ClientCertificate? { nil }

    /// Starts TLS as the server.
    public func startTLS(
        _ context: TLSContext,
        serverName: String?,
        until deadline: Instant
    ) async throws(TransportError) {
        try await startTLS(context, until: deadline)
    }

    /// Starts TLS, and expects of the server what the context does.
    public func startTLS(
        _ context: TLSContext,
        expecting expectation: TLSExpectation,
        until deadline: Instant
    ) async throws(TransportError) {
        try await startTLS(context, serverName: expectation.serverName, until: deadline)
    }
}

/// What a transport waits for.
public enum Interest: Sendable {
    case input
    case output
}

/// What `receive` found.
public enum Received: Sendable {
    /// At least one octet was appended.
    case octets
    /// Nothing has arrived yet.
    case nothingYet
    /// The peer will send no more.
    case end
}

/// What ended a wait.
public enum Wake: Sendable {
    /// The transport may get further.
    case ready
    /// The signal was raised; it has been taken down again.
    case signal
    /// The deadline passed.
    case deadline
    /// The server is stopping.
    case stopping
}

/// An end of a connection.
public struct Address: Hashable, Sendable, CustomStringConvertible {
    /// `192.0.2.1` or `2001:db8::1`, without brackets; the path of a UNIX socket that is listened on.
    public var host: String
    /// The TCP port.
    public var port: Int

    /// The address with that host and port.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Of whoever is at a UNIX socket: no host, no port.
    public static let local = Address(host: "", port: 0)
    /// Whether it is that of a UNIX socket: of its path, or of whoever is at it.
    public var isLocal: Bool { host.isEmpty || host.utf8.first == UInt8(ascii: "/") }

    /// `192.0.2.1:25` or `[2001:db8::1]:25`; of a UNIX socket its path or `local`.
    public var description: String {
        if isLocal { return host.isEmpty ? "local" : host }
        return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// What TLS agreed on.
public struct TLSInfo: Hashable, Sendable {
    /// `TLSv1.3` or `TLSv1.2`.
    public var version: String
    /// OpenSSL's name of the cipher suite.
    public var cipher: String
    /// The name that the client asked for (SNI), if it did.
    public var serverName: String?
    /// The server's certificate; nil for the server itself.
    public var peer: TLSPeer?

    /// What TLS agreed on.
    public init(version: String, cipher: String, serverName: String?, peer: TLSPeer? = nil) {
        self.version = version
        self.cipher = cipher
        self.serverName = serverName
        self.peer = peer
    }
}
