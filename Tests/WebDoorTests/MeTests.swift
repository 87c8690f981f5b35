import Cryptography
import Delivery
import Directory
import Mailbox
import Network
import Octets
import PorticoTesting
import Store
import Testing
import WebDoor
import World

/// What an account's owner sees and changes of how one signs in, in front of a real directory.
@Suite(.rfc(6750, "3.1")) struct MeTests {
    let directory: StoreDirectory
    let door: WebDoor
    private let alice = MailAddress(localPart: "alice", domain: "example.test")

    init() async throws {
        let store = MemoryStore()
        directory = StoreDirectory(store: store, world: .real, pool: BlockingPool(threads: 1))
        try await directory.addDomain("example.test")
        let cheap = Scrypt(costExponent: 4, blockSize: 1, parallelization: 1)
        let hash = try PasswordHash(of: Array("sesame".utf8), salt: [1], parameters: cheap)
        try await directory.addAccounts([.init(address: alice, name: "Alice")], password: hash)
        let mailboxes = StoreMailboxService(store: store, world: .real)
        var configuration = WebDoor.Configuration()
        configuration.failedLoginDelay = .zero
        door = WebDoor(
            configuration: configuration,
            directory: directory,
            mailboxes: mailboxes,
            delivery: LocalDelivery(directory: directory, mailboxes: mailboxes, log: .none),
            world: .real,
            log: .none,
            accounts: directory
        )
    }

    private func basic(_ password: String) -> String {
        let octets = Array("alice@example.test:\(password)".utf8)
        return "Basic " + String(decoding: Base64.encode(octets.span), as: UTF8.self)
    }

    private func make(_ client: Client, _ scopes: String) async throws -> (id: String, password: String) {
        let answer = try await client.ask(
            "POST",
            "/v1/me/app-passwords",
            json: #"{"label": "Program", "scopes": \#(scopes), "expires_in_days": 30}"#
        )
        #expect(answer.status == 201)
        return (try answer.json["id"].text ?? "", try answer.json["password"].text ?? "")
    }

    @Test func showsTheAccount() async throws {
        let answer = try await Client(door).ask("GET", "/v1/me")
        #expect(answer.status == 200)
        #expect(try answer.json["email"].text == "alice@example.test")
        #expect(try answer.json["may_manage"] == .flag(true))
    }

    @Test func anAppPasswordIsMadeListedAndTakenBack() async throws {
        let client = Client(door)
        let (id, password) = try await make(client, #"["rest"]"#)
        #expect(try await client.ask("GET", "/v1/folders", authorization: basic(password)).status == 200)
        let listed = try await client.ask("GET", "/v1/me/app-passwords").json
        #expect(listed.list.count == 1 && listed[0]["id"].text == id && listed[0]["label"].text == "Program")
        #expect(listed[0]["last_used_at"].text != nil && !listed[0].names.contains("password"))
        let login = #"{"email": "alice@example.test", "password": "\#(password)"}"#
        let token = try await client.ask("POST", "/v1/login", json: login).json["token"].text ?? ""
        #expect(try await client.ask("GET", "/v1/folders", authorization: "Bearer \(token)").status == 200)
        #expect(try await client.ask("DELETE", "/v1/me/app-passwords/\(id)").status == 204)
        #expect(try await client.ask("DELETE", "/v1/me/app-passwords/\(id)").status == 404)
        #expect(try await client.ask("GET", "/v1/folders", authorization: "Bearer \(token)").code == "invalid_token")
        #expect(try await Client(door).ask("GET", "/v1/folders", authorization: basic(password)).status == 401)
    }

    /// Neither it nor a token got with it makes another, or lets a network in.
    @Test func anAppPasswordMakesNoOther() async throws {
        let client = Client(door)
        let (_, password) = try await make(client, #"["rest"]"#)
        let login = #"{"email": "alice@example.test", "password": "\#(password)"}"#
        let token = try await client.ask("POST", "/v1/login", json: login).json["token"].text ?? ""
        for authorization in [basic(password), "Bearer \(token)"] {
            let made = try await client.ask(
                "POST",
                "/v1/me/app-passwords",
                json: #"{"label": "x", "scopes": ["imap"]}"#,
                authorization: authorization
            )
            #expect(made.status == 403 && made.code == "insufficient_scope")
            let allowed = try await client.ask(
                "POST",
                "/v1/me/networks",
                json: #"{"network": "203.0.113.0/24"}"#,
                authorization: authorization
            )
            #expect(allowed.code == "insufficient_scope")
        }
        #expect(try await client.ask("GET", "/v1/me/app-passwords").json.list.count == 1)
    }

    @Test func readOnlyOnlyReads() async throws {
        let client = Client(door)
        let (_, password) = try await make(client, #"["rest", "read-only"]"#)
        let authorization = basic(password)
        for path in ["/v1/folders", "/v1/folders/1/messages", "/v1/me", "/v1/me/sign-ins"] {
            #expect(try await client.ask("GET", path, authorization: authorization).status == 200, "\(path)")
        }
        let send = try await client.ask("POST", "/v1/messages", json: "{}", authorization: authorization)
        #expect(send.code == "insufficient_scope")
        #expect(try await client.ask("DELETE", "/v1/login", authorization: authorization).status == 204)
        let (_, imap) = try await make(client, #"["imap"]"#)
        #expect(try await client.ask("GET", "/v1/folders", authorization: basic(imap)).code == "wrong_credentials")
    }

    @Test func signInsAreListed() async throws {
        let client = Client(door)
        _ = try await client.ask("GET", "/v1/me", authorization: basic("wrong"))
        let signIns = try await client.ask("GET", "/v1/me/sign-ins").json
        #expect(signIns.list.map { $0["result"].text } == ["success", "wrong"])
        #expect(signIns[0]["service"].text == "rest" && signIns[0]["mechanism"].text == "BASIC")
    }

    @Test func networksAreAllowed() async throws {
        let client = Client(door)
        let network = #"{"network": "203.0.113.0/24"}"#
        #expect(try await client.ask("POST", "/v1/me/networks", json: network).status == 204)
        #expect(try await client.ask("GET", "/v1/me").json["allowed_networks"].list == [.text("203.0.113.0/24")])
        #expect(try await client.ask("DELETE", "/v1/me/networks/203.0.113.0%2F24").status == 204)
        #expect(try await client.ask("DELETE", "/v1/me/networks/203.0.113.0%2F24").status == 404)
        let nonsense = #"{"network": "the office"}"#
        #expect(try await client.ask("POST", "/v1/me/networks", json: nonsense).code == "invalid")
    }

    @Test func aTokenEndsWithAChangeOfThePassword() async throws {
        let client = Client(door)
        let login = #"{"email": "alice@example.test", "password": "sesame"}"#
        let token = try await client.ask("POST", "/v1/login", json: login).json["token"].text ?? ""
        #expect(try await client.ask("GET", "/v1/folders", authorization: "Bearer \(token)").status == 200)
        try await directory.setPassword(alice, Array("another".utf8))
        #expect(try await client.ask("GET", "/v1/folders", authorization: "Bearer \(token)").code == "invalid_token")
    }

    @Test(arguments: [
        #"{"label": "", "scopes": ["imap"]}"#, #"{"label": "x", "scopes": []}"#, #"{"label": "x", "scopes": ["mail"]}"#,
        #"{"label": "x", "scopes": ["imap"], "expires_in_days": 0}"#, #"{"label": "x", "scopes": ["imap"], "y": 1}"#,
    ])
    func refuses(_ body: String) async throws {
        #expect(try await Client(door).ask("POST", "/v1/me/app-passwords", json: body).status == 422)
    }

    @Test func withoutADirectoryOfOwnersThereIsNothing() async throws {
        #expect(try await Client(Service()).ask("GET", "/v1/me").status == 404)
    }
}
