import Network
import Octets
import PorticoTesting
import Synchronization
import Testing
import World

@testable import HTTPClient

/// A server that answers each connection with the same octets, and keeps what it was sent.
final class CannedServer: Sendable {
    let loops = EventLoopGroup(count: 1)
    let listener: Listener
    let requests = Mutex<[String]>([])

    let answer: String
    let end: String

    init(_ answer: String, endsWith end: String = "\r\n\r\n") throws {
        (self.answer, self.end) = (answer, end)
        listener = try Listener(Address(host: "127.0.0.1", port: 0), on: loops)
        listener.serve(session: Self.session(self))
    }

    private static func session(_ server: CannedServer) -> @Sendable (Network.Stream) async -> Void {
        { await server.hold($0) }
    }

    private func hold(_ stream: Network.Stream) async {
        var received: [UInt8] = []
        while (try? await stream.fill(by: stream.deadline(after: .patience))) == true {
            stream.withInput { received.append(contentsOf: $0) }
            stream.consume(stream.available)
            if String(decoding: received, as: UTF8.self).hasSuffix(end) { break }
        }
        requests.withLock { $0.append(String(decoding: received, as: UTF8.self)) }
        stream.write(answer)
        await stream.close(by: stream.deadline(after: .patience))
    }

    func client(_ limits: HTTPClient.Limits = .init()) throws -> HTTPClient {
        var limits = limits
        limits.time = .patience
        return HTTPClient(loops: loops, tls: try TLSContext.client(verification: .systemAuthorities), limits: limits) {
            host in
            host == "id.test" ? ["127.0.0.1"] : []
        }
    }

    func url(_ path: String, _ scheme: String = "http") throws -> HTTPURL {
        try #require(HTTPURL("\(scheme)://id.test:\(listener.address.port)\(path)"))
    }

    func stop() async {
        await listener.stop(grace: .seconds(5))
        await loops.stop()
    }
}

@Suite(.rfc(9112, "6.3"))
struct HTTPClientTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello"),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: r\r\n\r\n",
            "404 hello"
        ),
        ("HTTP/1.0 200 OK\r\n\r\nhello", "200 hello"), ("HTTP/1.1 204 No\r\n\r\n", "204 "),
        ("HTTP/1.1 302 Found\r\nLocation: http://other.test/\r\nContent-Length: 0\r\n\r\n", "302 "),
        ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", "expected a whole body"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhello", "the answer is too large"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "expected a last chunk"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFF\r\nhello\r\n", "the answer is too large"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "expected chunks"),
        ("HTTP/1.1 200", "expected a whole head"), ("", "expected a whole head"),
        ("220 mx.test ESMTP\r\n", "expected HTTP/1.1"),
        ("HTTP/1.0 200 OK\r\n\r\n" + String(repeating: "x", count: 2000), "the answer is too large"),
    ])
    func answers(_ answer: String, _ expected: String) async throws {
        let server = try CannedServer(answer)
        var limits = HTTPClient.Limits()
        limits.body = 1000
        let (client, request) = (try server.client(limits), HTTPRequest(.get, try server.url("/x?y=z")))
        let outcome: String
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            outcome = "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
        } catch {
            outcome = "\(error)"
        }
        #expect(outcome == expected)
        #expect(
            server.requests.withLock { $0 } == [
                "GET /x?y=z HTTP/1.1\r\nHost: id.test:\(server.listener.address.port)\r\nConnection: close\r\n"
                    + "User-Agent: Portico\r\n\r\n"
            ]
        )
        await server.stop()
    }

    @Test func posts() async throws {
        let server = try CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", endsWith: "a=b")
        let request = HTTPRequest(.post, try server.url("/"), fields: [("X", "y\r\nZ: w")], body: Array("a=b".utf8))
        #expect(try await server.client().send(request).status == 200)
        let sent = server.requests.withLock { $0[0] }
        #expect(sent.hasSuffix("X: y  Z: w\r\nContent-Length: 3\r\n\r\na=b"))
        await server.stop()
    }

    /// The server speaks in the clear where TLS is expected, is not there, or has no name.
    @Test func connectionsThatFail() async throws {
        let server = try CannedServer("HTTP/1.1 200 OK\r\n\r\n", endsWith: "")
        let client = try server.client()
        await #expect(throws: HTTPClientError.self) {
            try await client.send(HTTPRequest(.get, server.url("/", "https")))
        }
        let nowhere = try #require(HTTPURL("http://nowhere.test/"))
        await #expect(throws: HTTPClientError.self) { try await client.send(HTTPRequest(.get, nowhere)) }
        let closed = try #require(HTTPURL("http://id.test:1/"))
        await #expect(throws: HTTPClientError.self) { try await client.send(HTTPRequest(.get, closed)) }
        await server.stop()
    }

    @Test(
        .rfc(9110, "4.2"),
        arguments: [
            ("https://id.example.com/introspect?x=%20", "https://id.example.com/introspect?x=%20"),
            ("HTTP://Example.COM", "http://example.com/"), ("http://h:8080?q", "http://h:8080/?q"),
            ("https://[2001:DB8::1]:444/a", "https://[2001:DB8::1]:444/a"), ("http://h:80/", "http://h/"),
            ("ftp://h/", nil), ("http:/h/", nil), ("http://", nil), ("http://h:0/", nil), ("http://h:65536/", nil),
            ("http://u@h/", nil), ("http://h/#f", nil), ("http://h/a b", nil), ("http://[::1", nil),
            ("http://h:x/", nil),
            ("http://h\r\nX: y/", nil), ("", nil), ("http://[::1]x/", nil),
        ] as [(String, String?)]
    )
    func urls(_ text: String, _ expected: String?) { #expect(HTTPURL(text)?.description == expected) }
}
