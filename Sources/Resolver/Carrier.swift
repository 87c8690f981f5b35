internal import DNS
internal import Network
internal import Octets
internal import World

/// What carries queries to servers: sockets of a loop, or the memory of a test.
protocol Carrier: Sendable {
    /// Where the tasks that use it have to run.
    var executor: any TaskExecutor { get }
    /// The time now, on the clock of its deadlines.
    var uptime: Instant { get }

    /// Opens a channel for datagrams to and from `server` alone, at a port that nobody can guess.
    func open(to server: Address) throws(TransportError) -> any DatagramChannel

    /// Sends `query` to `server` over a connection of its own, and gives the response.
    func exchange(_ query: [UInt8], with server: Address, by deadline: Instant) async throws(TransportError) -> [UInt8]
}

/// Datagrams to and from one server. Whoever opened it closes it.
protocol DatagramChannel: AnyObject {
    func send(_ octets: [UInt8]) throws(TransportError)
    func next(by deadline: Instant) async throws(TransportError) -> [UInt8]
    func close()
}

/// Sockets of one loop.
struct NetworkCarrier: Carrier {
    var loop: EventLoop
    var world: World

    var executor: any TaskExecutor { loop }
    var uptime: Instant { loop.uptime }

    func open(to server: Address) throws(TransportError) -> any DatagramChannel {
        SocketChannel(socket: try DatagramSocket.open(to: server, choosingPortBy: world, on: loop))
    }

    /// The length stands before each message in two octets (RFC 1035 §4.2.2); both go at once (RFC 7766 §8).
    func exchange(
        _ query: [UInt8],
        with server: Address,
        by deadline: Instant
    ) async throws(TransportError) -> [UInt8] {
        let transport = try await TCPTransport.connect(to: server, on: loop, by: deadline)
        defer { transport.close() }
        let stream = Stream(transport)
        stream.inputLimit = 2 + Message.maximumCount
        stream.write([UInt8(truncatingIfNeeded: query.count >> 8), UInt8(truncatingIfNeeded: query.count)] + query)
        while true {
            let response: [UInt8]? = stream.withInput { octets in
                guard octets.count >= 2 else { return nil }
                let count = Int(octets[0]) << 8 | Int(octets[1])
                return octets.count >= 2 + count ? octets.extracting(2..<2 + count).toArray() : nil
            }
            if let response { return response }
            guard try await stream.fill(by: deadline) else { throw .closed }
        }
    }
}

private final class SocketChannel: DatagramChannel {
    private let socket: DatagramSocket
    init(socket: DatagramSocket) { self.socket = socket }

    func send(_ octets: [UInt8]) throws(TransportError) { try socket.send(octets) }
    func next(by deadline: Instant) async throws(TransportError) -> [UInt8] {
        try await socket.receive(by: deadline).octets
    }
    func close() { socket.close() }
}
