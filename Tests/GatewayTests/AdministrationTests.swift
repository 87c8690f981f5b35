import Directory
import Store
import Synchronization
import Testing
import World

@testable import Gateway

/// Counts from any task.
final class TestCount: Sendable {
    private let count = Atomic(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
}

@Suite struct AdministrationTests {
    private static let requests: [AdministrationRequest] = [
        .addDomain("a.test"), .removeDomain("a.test"), .listDomains,
        .addAccount("x@a.test", name: "Ünï \"q\"\n", password: "p\\\u{1}한"), .removeAccount("x@a.test"),
        .listAccounts(domain: nil), .listAccounts(domain: "a.test"), .setPassword("x@a.test", password: "é"),
        .addAlias("y@a.test", targets: ["x@a.test", "z@a.test"]), .removeAlias("y@a.test"), .listAliases(domain: nil),
        .status, .account(.show("x@a.test")), .account(.set("x@a.test", ["pop3.folder=A \"b\"", "y=default"])),
        .account(.setDomain("a.test", ["pop3.loginDelay=1"])), .account(.showDomain("a.test")),
        .account(.addAppPassword("x@a.test", label: "Ünï", days: 3, scopes: ["imap", "read-only"])),
        .account(.listAppPasswords("x@a.test")), .account(.removeAppPassword("x@a.test", id: "0")),
        .account(.signIns("x@a.test", isJSON: true)), .account(.signIns("x@a.test", isJSON: false)),
        .account(.allow("x@a.test", network: "::/0")), .account(.disallow("x@a.test", network: "::/0")),
    ]

    @Test(arguments: requests) func survivesTheSocket(_ request: AdministrationRequest) {
        let line = "[" + request.words.map(AdministrationClient.quoted).joined(separator: ",") + "]"
        #expect(!line.contains("\n"))
        #expect(AdministrationServer.request(line) == request)
    }

    @Test(arguments: [
        "", "[]", "{}", "[1]", "[\"domain\"]", "[\"domain\",\"add\"]", "[\"account\",\"add\",\"a\"]", "[\"x\",\"y\"]",
    ])
    func refuses(_ line: String) { #expect(AdministrationServer.request(line) == nil) }

    @Test func answersOverASocket() async throws {
        let folder = try TemporaryFolder()
        let pool = BlockingPool(threads: 1)
        let directory = StoreDirectory(store: MemoryStore(), world: .real, pool: pool)
        #expect(try AdministrationClient.perform(.listDomains, in: folder.path) { _ in } == false)
        let server = try AdministrationServer(in: folder.path, Administrator(directory: directory, counters: nil))
        var lines: [String] = []
        #expect(try AdministrationClient.perform(.addDomain("b.test"), in: folder.path) { lines.append($0) })
        #expect(try AdministrationClient.perform(.addDomain("a.test"), in: folder.path) { lines.append($0) })
        #expect(try AdministrationClient.perform(.listDomains, in: folder.path) { lines.append($0) })
        #expect(lines == ["a.test", "b.test"])
        #expect(throws: AdministrationError("'a.test' exists already")) {
            try AdministrationClient.perform(.addDomain("A.test"), in: folder.path) { _ in }
        }
        #expect(throws: AdministrationError("'x' is no address: user@domain is needed")) {
            try AdministrationClient.perform(.removeAccount("x"), in: folder.path) { _ in }
        }
        server.stop()
        #expect(try AdministrationClient.perform(.listDomains, in: folder.path) { _ in } == false)
        pool.stop()
    }
}

@Suite struct EventLogTests {
    @Test func writesLogfmt() {
        let line = EventLog.line(
            Timestamp(milliseconds: 1_700_000_000_123),
            .notice,
            "a.b",
            [("plain", "x@y"), ("text", "a \"b\"\n"), ("none", "")]
        )
        #expect(
            line
                == "time=2023-11-14T22:13:20.123Z level=notice event=a.b plain=x@y text=\"a \\\"b\\\"\\u000a\" none=\"\"\n"
        )
    }

    @Test func writesTimesBefore1970() {
        #expect(EventLog.rfc3339(Timestamp(milliseconds: -1)) == "1969-12-31T23:59:59.999Z")
    }
}
