import Directory
import PorticoTesting
import SASL
import Synchronization
import Testing
import WebDoor
import World

@Suite(.rfc(6750, "2.1"))
struct AuthenticationTests {
    let service = Service()

    @Test func givesAToken() async throws {
        let client = Client(service)
        let answer = try await client.ask(
            "POST",
            "/v1/login",
            json: #"{"email": "alice@example.test", "password": "sesame"}"#,
            authorization: nil
        )
        let json = try answer.json
        #expect(answer.status == 200 && json.names == ["expires_at", "token", "token_type", "user_id"])
        #expect(json["expires_at"].text == "2026-09-22T14:13:20Z" && json["user_id"].text == "1")
        let token = try #require(json["token"].text)
        #expect(token.utf8.count == 43)
        let bearer = "Bearer \(token)"
        #expect(try await client.ask("GET", "/v1/folders", authorization: bearer).status == 200)
        // Another connection, the scheme in lower case.
        #expect(try await Client(service).ask("GET", "/v1/folders", authorization: "bearer \(token)").status == 200)
        #expect(try await client.ask("DELETE", "/v1/login", authorization: bearer).status == 204)
        #expect(try await client.ask("GET", "/v1/folders", authorization: bearer).code == "invalid_token")
    }

    @Test func endsTokens() async throws {
        let service = Service { $0.tokensPerAccount = 2 }
        let client = Client(service)
        var tokens: [String] = []
        for _ in 1...3 {
            let json = #"{"email": "alice@example.test", "password": "sesame"}"#
            tokens.append(try await client.ask("POST", "/v1/login", json: json).json["token"].text ?? "")
        }
        var statuses: [Int] = []
        for token in tokens {
            statuses.append(try await client.ask("GET", "/v1/folders", authorization: "Bearer \(token)").status)
        }
        #expect(statuses == [401, 200, 200])
        service.advance(milliseconds: 24 * 60 * 60 * 1000)
        #expect(try await client.ask("GET", "/v1/folders", authorization: "Bearer \(tokens[2])").status == 401)
    }

    @Test func aTokenEndsWithItsAccount() async throws {
        let service = Service()
        let client = Client(service)
        let json = #"{"email": "bob@example.test", "password": "sesame"}"#
        let token = try await client.ask("POST", "/v1/login", json: json).json["token"].text ?? ""
        let bearer = "Bearer \(token)"
        #expect(try await client.ask("GET", "/v1/folders", authorization: bearer).status == 200)
        service.directory.removed.numbers.withLock { _ = $0.insert(FakeDirectory.bob.number) }
        #expect(try await client.ask("GET", "/v1/folders", authorization: bearer).code == "invalid_token")
        service.directory.removed.numbers.withLock { $0 = [] }
        #expect(try await client.ask("GET", "/v1/folders", authorization: bearer).code == "invalid_token")
    }

    @Test(
        .rfc(7617, "2"),
        arguments: [
            nil, "", "Basic", "Basic ?", "Basic YWxpY2U=", "Bearer x", "Digest a=b",
            "Basic YWxpY2VAZXhhbXBsZS50ZXN0Ondyb25n",
        ]
    )
    func refuses(_ authorization: String?) async throws {
        let client = Client(service)
        for target in ["/v1/folders", "/v1/messages/1", "/v1/nothing"] {
            let answer = try await client.ask("GET", target, authorization: authorization)
            #expect(answer.status == 401 && answer.fields["www-authenticate"] != nil && answer.code != nil)
            if answer.fields["connection"] == "close" { break }
        }
    }

    @Test(arguments: [
        ("{", 400, "bad_json"), ("[]", 422, "wrong_type"), ("{}", 422, "missing"),
        (#"{"email": 1, "password": "a"}"#, 422, "wrong_type"),
        (#"{"email": "a", "password": "a", "x": 1}"#, 422, "invalid"),
        (#"{"email": "alice@example.test", "password": "wrong"}"#, 401, "wrong_credentials"),
        (#"{"email": "broken", "password": "a"}"#, 503, "unavailable"),
    ])
    func refusesToSignIn(_ json: String, _ status: Int, _ code: String) async throws {
        let answer = try await Client(service).ask("POST", "/v1/login", json: json, authorization: nil)
        #expect(answer.status == status && answer.code == code)
    }

    /// Passwords are checked by whoever checks them at the other doors: the directory's are not good here then.
    @Test func whoeverChecksPasswordsElsewhereChecksThemHere() async throws {
        let service = Service(authentication: { directory in
            var configuration = SASLService.Configuration(hostname: "mx.example.test")
            configuration.mechanisms = [.plain]
            configuration.passwords = .saslauthd(path: "/nonexistent/mux")
            return try? SASLService(configuration, directory: directory, pool: BlockingPool(threads: 1), log: .none)
        })
        let json = #"{"email": "alice@example.test", "password": "sesame"}"#
        let answer = try await Client(service).ask("POST", "/v1/login", json: json, authorization: nil)
        #expect(answer.status == 503 && answer.code == "unavailable")
        #expect(try await Client(service).ask("GET", "/v1/folders").status == 503)
    }

    @Test func wantsJSONWithALength() async throws {
        let client = Client(service)
        #expect(try await client.ask("POST", "/v1/login").status == 411)
        client.connection.send(
            "POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"
        )
        #expect(try await client.answer().status == 415)
    }

    @Test func stopsGuessing() async throws {
        let service = Service(guesses: 4)
        let wrong = "Basic YWxpY2VAZXhhbXBsZS50ZXN0Ondyb25n"
        let first = Client(service)
        var statuses: [Int] = []
        for _ in 1...3 { statuses.append(try await first.ask("GET", "/v1/folders", authorization: wrong).status) }
        #expect(await first.connection.rest().isEmpty)
        let second = Client(service)
        for _ in 1...2 { statuses.append(try await second.ask("GET", "/v1/folders", authorization: wrong).status) }
        #expect(statuses == [401, 401, 401, 401, 429])
        let third = try await Client(service).ask("GET", "/v1/folders")
        #expect(third.status == 429 && third.fields["retry-after"] != nil)
    }

    @Test func wantsTLS() async throws {
        let client = Client(service, tls: nil)
        #expect(try await client.ask("GET", "/v1/folders").code == "tls_required")
        let trusting = Service { $0.allowsPlaintextLogin = true }
        #expect(try await Client(trusting, tls: nil).ask("GET", "/v1/folders").status == 200)
    }
}
