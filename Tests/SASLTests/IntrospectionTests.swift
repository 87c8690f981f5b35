import HTTPClient
import Network
import PorticoTesting
import Synchronization
import Testing
import World

@testable import SASL

/// An endpoint that knows some tokens. RFC 7662 §2.
private final class Endpoint: Sendable {
    let loops = EventLoopGroup(count: 1)
    let listener: Listener
    let requests = Mutex<[String]>([])
    let answer = Mutex("")

    init() throws {
        listener = try Listener(Address(host: "127.0.0.1", port: 0), on: loops)
        listener.serve(session: Self.session(self))
    }

    private static func session(_ server: Endpoint) -> @Sendable (Network.Stream) async -> Void {
        { await server.hold($0) }
    }

    private func hold(_ stream: Network.Stream) async {
        var received = ""
        while !received.contains("access_token"),
            (try? await stream.fill(by: stream.deadline(after: .patience))) == true
        {
            received += stream.withInput { input in
                String(decoding: (0..<input.count).map { input[$0] }, as: UTF8.self)
            }
            stream.consume(stream.available)
        }
        requests.withLock { $0.append(received) }
        stream.write(answer.withLock { $0 })
        await stream.close(by: stream.deadline(after: .patience))
    }

    func checker(_ world: World) throws -> IntrospectedTokens {
        var limits = HTTPClient.Limits()
        limits.time = .patience
        let tls = try TLSContext.client(verification: .systemAuthorities)
        let client = HTTPClient(loops: loops, tls: tls, limits: limits) { [$0] }
        let url = try #require(HTTPURL("http://127.0.0.1:\(listener.address.port)/introspect"))
        return IntrospectedTokens(
            TokenTests.rules,
            at: url,
            name: "mail",
            secret: "a b:c",
            client: client,
            world: world
        )
    }

    func say(_ json: String, _ status: String = "200 OK") {
        answer.withLock { $0 = "HTTP/1.1 \(status)\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)" }
    }

    func stop() async {
        await listener.stop(grace: .seconds(5))
        await loops.stop()
    }
}

@Suite(.rfc(7662, "2"))
struct IntrospectionTests {
    private static let good =
        #"{"active":true,"iss":"https://id.test","aud":"mail","scope":"mail","email":"user@x.test","exp":1800000030}"#

    @Test func asksAndRemembers() async throws {
        let endpoint = try Endpoint()
        let clock = Mutex(Int64(0))
        let world = World(
            now: TokenTests.world.now,
            uptime: { Instant(nanoseconds: clock.withLock { $0 } * 1_000_000_000) },
            random: { 1 }
        )
        let checker = try endpoint.checker(world)
        endpoint.say(Self.good)
        #expect(await checker.account(of: "a+/=") == .account("user@x.test"))
        let sent = endpoint.requests.withLock { $0[0] }
        #expect(sent.hasPrefix("POST /introspect HTTP/1.1\r\n"))
        #expect(sent.contains("\r\nAuthorization: Basic bWFpbDphJTIwYiUzQWM=\r\n"))
        #expect(sent.hasSuffix("\r\n\r\ntoken=a%2B%2F%3D&token_type_hint=access_token"))
        // It ends in 30 seconds, which is sooner than the answer would be forgotten.
        endpoint.say(#"{"active":false}"#)
        clock.withLock { $0 = 29 }
        #expect(await checker.account(of: "a+/=") == .account("user@x.test"))
        clock.withLock { $0 = 31 }
        #expect(await checker.account(of: "a+/=") == .refused("not active"))
        #expect(endpoint.requests.withLock { $0.count } == 2)
        await endpoint.stop()
    }

    @Test func answersThatAreNone() async throws {
        let endpoint = try Endpoint()
        let checker = try endpoint.checker(TokenTests.world)
        for (json, status, isRefused) in [
            (#"{"active":false}"#, "200 OK", true), (#"{"active":true}"#, "200 OK", true), (Self.good, "401 No", false),
            (#"{"active":"true"}"#, "200 OK", false), ("[]", "200 OK", false), ("", "200 OK", false),
            (Self.good.replacing("1800000030", with: "1700000000"), "200 OK", true),
            (Self.good.replacing("\"mail\"", with: "\"x\""), "200 OK", true), (Self.good, "302 Found", false),
        ] {
            endpoint.say(json, status)
            switch await checker.account(of: "x") {
            case .account: Issue.record("\(json) is good")
            case .refused: #expect(isRefused, "\(json)")
            case .unavailable: #expect(!isRefused, "\(json)")
            }
        }
        await endpoint.listener.stop(grace: .seconds(5))
        if case .unavailable = await checker.account(of: "x") {} else { Issue.record("nobody answers") }
        await endpoint.loops.stop()
    }
}
