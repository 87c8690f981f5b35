import Directory
import Octets
import PorticoTesting
import Synchronization
import Testing
import World

@testable import Cryptography
@testable import SASL

@Suite(.rfc(7519, "7.2"), .rfc(7515, "5.2"), .rfc(8725, "3.1"))
struct TokenTests {
    /// January 2027.
    static let world = World(
        now: { Timestamp(milliseconds: 1_800_000_000_000) },
        uptime: { Instant(nanoseconds: 0) },
        random: { 1 }
    )
    static let rules: TokenRules = {
        var rules = TokenRules()
        rules.issuer = "https://id.test"
        rules.audience = "mail"
        rules.scope = "mail"
        return rules
    }()

    static var checker: SignedTokens {
        SignedTokens(rules, world: world) { $0 == nil ? ("1", Array(TokenVectors.keys.utf8)) : nil }
    }

    @Test(arguments: TokenVectors.tokens.indices)
    func verdict(_ index: Int) async {
        let vector = TokenVectors.tokens[index]
        let answer = await Self.checker.account(of: vector.token)
        let expected = vector.verdict == "good" ? TokenAnswer.account("user@x.test") : .refused(vector.verdict)
        #expect(answer == expected, "\(vector.name)")
    }

    /// Nothing of a token can be changed.
    @Test(arguments: ["RS256", "PS256", "ES256", "EdDSA"])
    func everyLetterCounts(_ name: String) async throws {
        let token = try #require(TokenVectors.tokens.first { $0.name == name }?.token)
        let checker = Self.checker
        for index in token.indices where token[index] != "." {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            if case .account = await checker.account(of: changed) { Issue.record("\(name) at \(index)") }
        }
        for end in token.indices {
            if case .account = await checker.account(of: String(token[..<end])) { Issue.record("\(name) cut") }
        }
        #expect(await checker.account(of: token + ".x") == .refused("not a signed token"))
    }

    private static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    /// The RFCs' own examples.
    @Test(.rfc(7515, "A.2"), .rfc(7515, "A.3"), .rfc(8037, "A.4"), .rfc(7518, "3.1"))
    func examples() throws {
        func octets(_ text: String) throws -> [UInt8] {
            let letters = Array(text.utf8)
            let octets = Base64URL.decode(letters.span)
            return try #require(octets)
        }
        let elliptic = try PublicKey(
            .p256,
            x: octets("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            y: octets("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
        )
        let signature = try octets(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        )
        let signed = Array("eyJhbGciOiJFUzI1NiJ9.\(Self.payload)".utf8)
        #expect(elliptic.verifies(signature, of: signed, .es256))
        #expect(!elliptic.verifies(signature, of: signed + [0], .es256))
        #expect(!elliptic.verifies(signature, of: signed, .rs256))
        #expect(!elliptic.verifies(signature + [0], of: signed, .es256))
        let edwards = try PublicKey(ed25519: octets("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
        #expect(
            edwards.verifies(
                try octets("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"),
                of: Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8),
                .edDSA
            )
        )
    }

    @Test func keysThatAreNone() {
        #expect(throws: CryptographyError.self) {
            try PublicKey(.p256, x: [UInt8](repeating: 1, count: 32), y: [UInt8](repeating: 1, count: 32))
        }
        #expect(throws: CryptographyError.self) { try PublicKey(ed25519: [1]) }
        #expect(throws: CryptographyError.self) { try PublicKey(modulus: [], exponent: [3]) }
        for text in ["", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[{"kty":"RSA"}]}"#] {
            #expect(JSONWebKeys(parsing: Array(text.utf8))?.keys.isEmpty ?? true)
        }
        // Of the six in the set, those for encryption, too short, or secret are passed over.
        #expect(JSONWebKeys(parsing: Array(TokenVectors.keys.utf8))?.keys.map(\.id) == ["r", "e", "d"])
    }

    /// The file is looked at every ten seconds, and read when it changed; a broken one leaves the keys as they are.
    @Test func keysAreReadAgain() async {
        let clock = Mutex(Int64(0))
        let file = Mutex<(stamp: String, text: String)?>(nil)
        let reads = Mutex(0)
        let world = World(
            now: Self.world.now,
            uptime: { Instant(nanoseconds: clock.withLock { $0 } * 1_000_000_000) },
            random: { 1 }
        )
        let checker = SignedTokens(Self.rules, world: world) { known in
            guard let found = file.withLock({ $0 }), found.stamp != known else { return nil }
            reads.withLock { $0 += 1 }
            return (found.stamp, Array(found.text.utf8))
        }
        let token = TokenVectors.tokens[0].token
        guard case .unavailable = await checker.account(of: token) else {
            Issue.record("no keys, and an answer")
            return
        }
        file.withLock { $0 = ("1", TokenVectors.keys) }
        clock.withLock { $0 = 9 }
        guard case .unavailable = await checker.account(of: token) else {
            Issue.record("too early")
            return
        }
        for (time, stamp, text, expectedReads, isGood) in [
            (Int64(20), "1", TokenVectors.keys, 1, true), (40, "1", TokenVectors.keys, 1, true),
            (60, "2", "garbage", 2, true), (80, "3", TokenVectors.keys.replacing("\"r\"", with: "\"s\""), 3, false),
        ] {
            clock.withLock { $0 = time }
            file.withLock { $0 = (stamp, text) }
            let answer = await checker.account(of: token)
            #expect((answer == .account("user@x.test")) == isGood)
            #expect(reads.withLock { $0 } == expectedReads)
        }
    }

    // MARK: In an exchange

    private func house() throws -> House {
        try House {
            $0.mechanisms = [.oauthBearer, .xoauth2]
            $0.tokens = Self.checker
            $0.openIDConfiguration = "https://id.test/.well-known/openid-configuration"
        }
    }

    @Test(
        .rfc(7628, "3.1"),
        .rfc(7628, "4.1"),
        arguments: [
            ("n,a=user@x.test,|host=mx.test|port=143|auth=Bearer TOKEN||", "success"),
            ("n,,|auth=Bearer TOKEN||", "success"), ("y,a=User@X.test,|AUTH=bearer TOKEN||", "success"),
            ("n,a=other@x.test,|auth=Bearer TOKEN||", "challenge"), ("n,,|auth=Bearer x.y.z||", "challenge"),
            ("n,,|auth=Basic TOKEN||", "malformed"), ("n,,|auth=Bearer TOKEN|", "malformed"), ("n,,||", "malformed"),
            ("n,,|auth=Bearer TOKEN|auth=Bearer TOKEN||", "malformed"), ("n,,|auth||", "malformed"),
            ("n,,|auth=Bearer TO KEN||", "malformed"), ("p=tls-exporter,,|auth=Bearer TOKEN||", "malformed"),
            ("n,b,|auth=Bearer TOKEN||", "malformed"), ("|auth=Bearer TOKEN||", "malformed"), ("", "malformed"),
        ]
    )
    func oauthBearer(_ text: String, _ expected: String) async throws {
        let message = text.replacing("TOKEN", with: TokenVectors.tokens[0].token).replacing("|", with: "\u{1}")
        let house = try house()
        #expect(
            await house.service.exchange(with: House.encrypted).start("OAUTHBEARER", Array(message.utf8)).word
                == expected
        )
        let exchange = house.service.exchange(with: House.encrypted)
        #expect(await exchange.start("OAUTHBEARER", nil).challenge == [])
        #expect(await exchange.step(Array(message.utf8)).word == expected)
    }

    /// RFC 7628 §3.2.3: the client answers the error with one octet, and only then is refused.
    @Test(.rfc(7628, "3.2.3"), arguments: ["OAUTHBEARER", "XOAUTH2"])
    func refusal(_ mechanism: String) async throws {
        let house = try house()
        let exchange = house.service.exchange(with: House.encrypted)
        let message = mechanism == "XOAUTH2" ? "user=user@x.test|auth=Bearer x||" : "n,,|auth=Bearer x||"
        let octets = Array(message.replacing("|", with: "\u{1}").utf8)
        let challenge = try #require(await exchange.start(mechanism, octets).challenge)
        let json = try JSONValue(parsing: challenge.span)
        #expect(json["status"] == .string(mechanism == "XOAUTH2" ? "401" : "invalid_token"))
        #expect(json["openid-configuration"] == .string("https://id.test/.well-known/openid-configuration"))
        #expect(await exchange.step([1]).word == "refused")
        #expect(house.directory.events.withLock { $0.ended } == [.failure])
    }

    @Test(arguments: [
        ("user=user@x.test|auth=Bearer TOKEN||", "success"), ("user=other@x.test|auth=Bearer TOKEN||", "challenge"),
        ("auth=Bearer TOKEN||", "malformed"), ("user=user@x.test|auth=Bearer TOKEN|", "malformed"),
        ("user=user@x.test|x=y|auth=Bearer TOKEN||", "malformed"),
    ])
    func xoauth2(_ text: String, _ expected: String) async throws {
        let message = text.replacing("TOKEN", with: TokenVectors.tokens[0].token).replacing("|", with: "\u{1}")
        let house = try house()
        #expect(
            await house.service.exchange(with: House.encrypted).start("XOAUTH2", Array(message.utf8)).word == expected
        )
        guard expected == "success" else { return }
        let ended = house.directory.events.withLock { $0.ended }
        #expect(ended == [.credential([.imap, .pop3, .smtp, .rest, .sieve, .change])])
    }
}
