import Cryptography
import Octets
import PorticoTesting
import Synchronization
import Testing

@testable import Directory
@testable import SASL

@Suite(.rfc(5802, "3"), .rfc(7677, "3"))
struct SCRAMTests {
    /// Holds an exchange to its end; what came of it, in words.
    private func hold(_ house: House, _ mechanism: String, _ client: SCRAMClient) async throws -> [String] {
        var client = client
        let exchange = house.service.exchange(with: House.encrypted)
        let first = await exchange.start(mechanism, client.first)
        guard let challenge = first.challenge else { return [first.word] }
        guard let final = try client.final(challenge) else { return ["bad server-first"] }
        let second = await exchange.step(final)
        guard let proof = second.challenge else { return ["challenge", second.word] }
        return ["challenge", client.accepts(proof) ? "proof" : "bad proof", await exchange.step([]).word]
    }

    private func client(_ hash: HashFunction, _ name: String = OneAccount.name, _ password: String = "pencil")
        -> SCRAMClient
    {
        SCRAMClient(hash, name: name, password: password)
    }

    @Test(arguments: HashFunction.allCases)
    func rightPassword(_ hash: HashFunction) async throws {
        let house = try House()
        var client = client(hash)
        // A client that cannot bind.
        #expect(try await hold(house, "SCRAM-\(hash.rawValue)", client) == ["challenge", "proof", "success"])
        for kind in ["tls-exporter", "tls-server-end-point"] {
            client.header = "p=\(kind),,"
            client.binding = Array(kind.utf8)
            #expect(try await hold(house, "SCRAM-\(hash.rawValue)-PLUS", client) == ["challenge", "proof", "success"])
        }
        let keys = try #require(house.directory.keys[hash])
        #expect(house.directory.events.withLock { $0.ended } == [.keys(keys), .keys(keys), .keys(keys)])
        #expect(house.directory.events.withLock { $0.begun.map(\.mechanism) }.last == "SCRAM-\(hash.rawValue)-PLUS")
    }

    @Test(arguments: [("user@x.test", "wrong"), ("nobody@x.test", "pencil"), ("a,b=c", "pencil"), ("user", "pencil")])
    func wrongNameOrPassword(_ name: String, _ password: String) async throws {
        let house = try House()
        #expect(try await hold(house, "SCRAM-SHA-256", client(.sha256, name, password)) == ["challenge", "refused"])
        #expect(house.directory.events.withLock { $0.ended } == [.failure])
        #expect(house.directory.events.withLock { $0.begun.map(\.name) } == [name, name])
    }

    /// Whoever began many exchanges before the first was wrong does not learn of the others whether they are right.
    @Test func theThrottleIsAskedBeforeTheProofIsLookedAt() async throws {
        let house = try House()
        for password in ["pencil", "wrong"] {
            var client = client(.sha256, OneAccount.name, password)
            house.directory.events.withLock { $0.isThrottling = false }
            let exchange = house.service.exchange(with: House.encrypted)
            let challenge = try #require(await exchange.start("SCRAM-SHA-256", client.first).challenge)
            house.directory.events.withLock { $0.isThrottling = true }
            let final = try #require(try client.final(challenge))
            #expect(await exchange.step(final).word == "throttled")
        }
        #expect(house.directory.events.withLock { $0.ended }.isEmpty)
    }

    @Test func authorizationIdentity() async throws {
        let house = try House()
        var client = client(.sha256)
        client.header = "n,a=user@x.test,"
        #expect(try await hold(house, "SCRAM-SHA-256", client) == ["challenge", "proof", "success"])
        client.header = "n,a=other@x.test,"
        #expect(try await hold(house, "SCRAM-SHA-256", client).last == "refused")
    }

    @Test func replayedNonce() async throws {
        let house = try House()
        var client = client(.sha256)
        client.replayedNonce = client.nonce + "AAAAAAAAAAAAAAAAAAAAAAAA"
        #expect(try await hold(house, "SCRAM-SHA-256", client).last != "success")
    }

    /// RFC 5802 §6: what a man in the middle would do.
    @Test(
        .rfc(5802, "6"),
        arguments: [
            // The list had no PLUS when it reached the client.
            ("SCRAM-SHA-256", "y,,", "", "refused"),
            ("SCRAM-SHA-256", "p=tls-exporter,,", "tls-exporter", "malformed"),
            ("SCRAM-SHA-256-PLUS", "n,,", "", "malformed"),
            ("SCRAM-SHA-256-PLUS", "y,,", "", "malformed"),
            ("SCRAM-SHA-256-PLUS", "p=tls-unique,,", "x", "refused"),
        ]
    )
    func bindingAtFirst(_ mechanism: String, _ header: String, _ binding: String, _ expected: String) async throws {
        let house = try House()
        var client = client(.sha256)
        client.header = header
        client.binding = Array(binding.utf8)
        #expect(try await hold(house, mechanism, client) == [expected])
    }

    /// The client is bound to another connection than ours.
    @Test func otherConnection() async throws {
        let house = try House()
        var client = client(.sha256)
        client.header = "p=tls-exporter,,"
        client.binding = Array("another".utf8)
        let words = try await hold(house, "SCRAM-SHA-256-PLUS", client)
        #expect(words == ["challenge", "refused"])
    }

    /// `y` is right where we have nothing to bind to.
    @Test func withoutTLS() async throws {
        let house = try House()
        var peer = SASLPeer(service: .smtp)
        peer.allowsPlaintext = true
        var client = client(.sha256)
        client.header = "y,,"
        let exchange = house.service.exchange(with: peer)
        let challenge = try #require(await exchange.start("SCRAM-SHA-256", client.first).challenge)
        let final = try #require(try client.final(challenge))
        let proof = try #require(await exchange.step(final).challenge)
        #expect(client.accepts(proof))
        #expect(await exchange.step([]).account == 7)
        #expect(
            await house.service.exchange(with: peer).start("SCRAM-SHA-256-PLUS", client.first).word
                == "unknownMechanism"
        )
    }

    @Test(arguments: [
        "", "n", "n,,", "n,,n=user@x.test", "n,,n=,r=abc", "n,,n=a=b,r=abc", "x,,n=a,r=abc", "p=,,n=a,r=abc",
        "n,b=c,n=a,r=abc", "n,,m=x,n=a,r=abc", "n,,n=a\0b,r=abc", "n,,n=\u{0},r=abc",
    ])
    func malformedFirst(_ first: String) async throws {
        let house = try House()
        #expect(
            await house.service.exchange(with: House.encrypted).start("SCRAM-SHA-256", Array(first.utf8)).word
                == "malformed"
        )
    }

    @Test(arguments: ["", "c=biws", "c=biws,r=x", "c=biws,r=x,p=", "garbage", "\0\0\0"])
    func malformedFinal(_ final: String) async throws {
        let house = try House()
        let exchange = house.service.exchange(with: House.encrypted)
        #expect(await exchange.start("SCRAM-SHA-256", client(.sha256).first).challenge != nil)
        let word = await exchange.step(Array(final.utf8)).word
        #expect(word == "refused")
        #expect(await exchange.step(Array(final.utf8)).word == "malformed")
    }

    /// Every cut of a client's messages, and what comes behind the end.
    @Test func cutMessages() async throws {
        let house = try House()
        let first = client(.sha256).first
        for end in 0..<(first.count - 20) {
            let exchange = house.service.exchange(with: House.encrypted)
            #expect(await exchange.start("SCRAM-SHA-256", Array(first[..<end])).word == "malformed")
        }
    }

    @Test func manyExchangesLeaveNothing() async throws {
        let house = try House()
        let before = CyrusConnection.living.load(ordering: .relaxed)
        for index in 0..<10_000 {
            let exchange = house.service.exchange(with: House.encrypted)
            if index % 2 == 0 {
                _ = await exchange.start("SCRAM-SHA-256", client(.sha256).first)
            } else {
                _ = await exchange.start("PLAIN", Array("\0user@x.test\0pencil".utf8))
            }
        }
        // Other tests hold some meanwhile, but not as many.
        #expect(CyrusConnection.living.load(ordering: .relaxed) - before < 100)
    }
}
