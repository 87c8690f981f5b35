import Directory
import Store
import Testing
import World

@testable import Gateway

@Suite struct DemoTests {
    private let directory = StoreDirectory(store: MemoryStore(), world: .real, pool: BlockingPool(threads: 1))

    private func populate(_ accounts: Int, _ password: String, isNew: Bool = false) async throws {
        var options = DemoOptions()
        options.accounts = accounts
        try await Demo.populate(directory, options, Array(password.utf8), isNew: isNew)
    }

    private func signIn(_ name: String, _ password: String) async throws -> UInt64? {
        try await directory.authenticate(name + "@example.test", password: Array(password.utf8))?.number
    }

    @Test func makesWhatIsMissingAndKeepsWhatIsThere() async throws {
        try await populate(2, "one")
        let alice = try await signIn("alice", "one")
        #expect(alice != nil)
        try await directory.setPassword(MailAddress(localPart: "bob", domain: "example.test"), Array("bob's own".utf8))
        try await populate(5, "one")
        #expect(try await signIn("alice", "one") == alice)
        #expect(try await signIn("bob", "bob's own") != nil)
        #expect(try await signIn("u5", "one") != nil)
        #expect(try await directory.listAccounts(limit: 100).count == 8)
        #expect(try await directory.listAliases(limit: 100).map(\.address.localPart) == ["postmaster", "team"])
    }

    @Test func anotherPasswordIsForAll() async throws {
        try await populate(1, "one")
        try await populate(1, "two", isNew: true)
        for name in ["alice", "bob", "carol", "u1"] {
            #expect(try await signIn(name, "one") == nil)
            #expect(try await signIn(name, "two") != nil)
        }
    }

    @Test func theGuideNamesEveryPortAndQuotesThePassword() {
        var options = DemoOptions()
        options.portBase = 30_000
        options.dataDirectory = "my data"
        let text = DemoGuide(options: options, password: "it's $me").text
        for door in Demo.listeners { #expect(text.contains("\(30_000 + door.port)"), "\(door.protocol)") }
        #expect(text.contains("--auth-password 'it'\\''s $me'"))
        #expect(text.contains("'my data/certificate.pem'"))
    }
}
