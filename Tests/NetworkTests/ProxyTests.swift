import Network
import Octets
import PorticoTesting
import Synchronization
import Testing
import World

private let binary: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x21, 0, 36,
    0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25,
    0x9C, 0x40, 0, 25,
]
private let healthCheck: [UInt8] = Array(binary[..<12]) + [0x20, 0, 0, 0]

/// The PROXY protocol in front of a session.
@Suite struct ProxyTests {
    /// A server that says whom it takes its peer for, and sends back what comes.
    private func server(
        _ networks: [String],
        patience: Duration = .patience,
        counter: ConnectionCounter = ConnectionCounter(),
        failed: @escaping @Sendable (Address, ProxyFault) -> Void = { _, _ in }
    ) throws -> (Listener, EventLoopGroup) {
        let loops = EventLoopGroup(count: 2)
        let listener = try Listener(
            Address(host: "127.0.0.1", port: 0),
            on: loops,
            counter: counter,
            proxies: Proxies(networks.compactMap { Subnet($0) }, patience: patience, failed: failed),
            refusal: { _ in Array("too many\r\n".utf8) }
        )
        listener.serve { stream in
            stream.write("\(stream.peer) \(stream.local.host)\r\n")
            try? await stream.echo()
        }
        return (listener, loops)
    }

    /// What the server says to a client that sends `octets` in pieces of that size, and no more.
    private func answer(_ listener: Listener, _ loops: EventLoopGroup, _ octets: [UInt8], piece: Int = .max)
        async throws
        -> String
    {
        let loop = loops.next()
        return try await on(loop) {
            let transport = try await TCPTransport.connect(
                to: listener.address,
                on: loop,
                by: loop.uptime + .patience
            )
            defer { transport.close() }
            let stream = Stream(transport)
            var start = 0
            while start < octets.count {
                stream.write(Array(octets[start..<min(octets.count, start + min(piece, octets.count))]))
                start += min(piece, octets.count)
                try await stream.flush(by: loop.uptime + .patience)
                if piece < 100 { await loop.sleep(.milliseconds(1)) }
            }
            transport.endSending()
            return String(decoding: try await stream.readToEnd(), as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("PROXY TCP4 198.51.100.22 203.0.113.7 35646 80\r\n", "198.51.100.22:35646 203.0.113.7"),
        ("PROXY TCP6 2001:db8::1 2001:db8::2 35646 80\r\n", "[2001:db8::1]:35646 2001:db8::2"),
        ("PROXY TCP6 ::ffff:198.51.100.22 ::1 1 80\r\n", "[::ffff:198.51.100.22]:1 ::1"),
    ])
    func theClientIsThePeer(_ header: String, _ expected: String) async throws {
        let (listener, loops) = try server(["127.0.0.0/8"])
        for piece in [1, 7, Int.max] {
            let text = try await answer(listener, loops, Array((header + "hello PROXY \r\n").utf8), piece: piece)
            #expect(text == expected + "\r\nhello PROXY \r\n")
        }
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    @Test func binaryHeaders() async throws {
        let (listener, loops) = try server(["127.0.0.1"])
        for piece in [1, 15, 16, Int.max] {
            let text = try await answer(listener, loops, binary + Array("hi".utf8), piece: piece)
            #expect(text == "[2001:db8::7]:40000 2001:db8::19\r\nhi")
        }
        for start in [healthCheck, Array("PROXY UNKNOWN\r\n".utf8), Array("PROXY UNKNOWN what ever\r\n".utf8)] {
            let text = try await answer(listener, loops, start + Array("hi".utf8))
            #expect(text.hasPrefix("127.0.0.1:") && text.hasSuffix("127.0.0.1\r\nhi"), "it stands for itself")
        }
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    /// From others it is text like any other: whoever could say it would be whoever they like.
    @Test func othersAreNotBelieved() async throws {
        let (listener, loops) = try server(["192.0.2.0/24", "::/0"])
        let header = "PROXY TCP4 198.51.100.22 203.0.113.7 35646 80\r\n"
        let text = try await answer(listener, loops, Array(header.utf8))
        #expect(text.hasPrefix("127.0.0.1:") && text.hasSuffix("\r\n" + header))
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    @Test(arguments: ["EHLO x\r\n", "PROXY TCP4 1.2.3.4\r\n", "PROXY\r\n", "", "PROXY TCP4 ", "\r\n\r\n\0\r\nQUIX\n"])
    func aProxyWithoutAHeaderIsClosed(_ text: String) async throws {
        let counted = Counted()
        let (listener, loops) = try server(["127.0.0.1"]) { _, _ in counted.add() }
        #expect(try await answer(listener, loops, Array(text.utf8)) == "")
        #expect(await eventually { counted.count == 1 })
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    @Test func aHeaderIsNotWaitedForForEver() async throws {
        let counted = Counted()
        let (listener, loops) = try server(["127.0.0.1"], patience: .milliseconds(50)) { _, fault in
            if case .transport(.deadline) = fault { counted.add() }
        }
        let loop = loops.next()
        let rest = try await on(loop) {
            let transport = try await TCPTransport.connect(
                to: listener.address,
                on: loop,
                by: loop.uptime + .patience
            )
            defer { transport.close() }
            return try await Stream(transport).readToEnd()
        }
        #expect(rest.isEmpty && counted.count == 1)
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    /// The clients of a proxy are held to the limit of one address, the proxy is not.
    @Test func clientsAreCounted() async throws {
        let counter = ConnectionCounter(limits: ConnectionLimits(total: 99, perAddress: 1, unauthenticated: 99))
        let (listener, loops) = try server(["127.0.0.1"], counter: counter)
        let loop = loops.next()
        let texts = try await on(loop) { () async throws -> [String] in
            var open: [Network.Stream] = []
            var texts: [String] = []
            for host in ["198.51.100.1", "198.51.100.2", "198.51.100.1"] {
                let transport = try await TCPTransport.connect(
                    to: listener.address,
                    on: loop,
                    by: loop.uptime + .patience
                )
                let stream = Stream(transport)
                stream.write("PROXY TCP4 \(host) 203.0.113.7 1 80\r\n")
                texts.append(String(decoding: try await stream.read(8), as: UTF8.self))
                open.append(stream)
            }
            for stream in open { await stream.close(by: loop.uptime + .patience) }
            return texts
        }
        #expect(texts == ["198.51.1", "198.51.1", "too many"])
        #expect(await eventually { counter.total == 0 })
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/33", "2001:db8:7fff::", true), ("2001:db8::/33", "2001:db8:8000::", false),
        ("192.0.2.0/24", "::ffff:192.0.2.7", true), ("::1", "::1", true), ("192.0.2.0/24", "", false),
        ("192.0.2.0/24", "mx.example", false), ("192.0.2.128/25", "192.0.2.127", false),
    ])
    func subnets(_ text: String, _ host: String, _ isIn: Bool) throws {
        #expect(try #require(Subnet(text)).contains(host) == isIn)
    }

    @Test(arguments: ["", "x", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/+8", "::/129", "1.2.3/8", "/8"])
    func noSubnets(_ text: String) { #expect(Subnet(text) == nil) }
}

/// A number that any thread may raise.
private final class Counted: Sendable {
    private let value = Atomic(0)
    func add() { value.add(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}
