import Admission
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
        .suspendAccount("x@a.test", reason: "why \"so\"\n"), .resumeAccount("x@a.test"),
        .reputation(.list(.service, isJSON: true)), .reputation(.list(.domain("a.test"), isJSON: false)),
        .reputation(.add("y@b.test", .account("x@a.test"), reason: "called \"us\"", days: 3)),
        .reputation(.add("y@b.test", .service, reason: "", days: nil)),
        .reputation(.remove("y@b.test", .account("x@a.test"))), .reputation(.deliverability(days: 7, isJSON: true)),
        .reputation(.tlsReports(days: 3, isOwn: true, isJSON: true)),
        .reputation(.complaints("x@a.test", isJSON: false)),
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

@Suite struct SendingAdministrationTests {
    @Test func suspendsAndResumes() async throws {
        let (store, pool) = (MemoryStore(), BlockingPool(threads: 1))
        defer { pool.stop() }
        let directory = StoreDirectory(store: store, world: .real, pool: pool)
        let sending = SendingRules(directory, store, world: .real)
        let administrator = Administrator(directory: directory, sending: sending)
        var lines: [String] = []
        func perform(_ request: AdministrationRequest) async throws {
            lines = []
            try await administrator.perform(request) { lines.append($0) }
        }
        try await perform(.addDomain("a.test"))
        try await perform(.addAccount("x@a.test", name: "", password: "p"))
        try await perform(.addAccount("y@a.test", name: "Y", password: "p"))
        try await perform(.suspendAccount("x@a.test", reason: "bill\tunpaid"))
        try await perform(.suspendAccount("y@a.test", reason: "spam"))
        try await perform(.listAccounts(domain: nil))
        #expect(lines.count == 2 && lines[0].hasPrefix("x@a.test\t\tcannot send: billunpaid (since 20"))
        #expect(
            lines[1].hasPrefix("y@a.test\tY\tcannot send: spam (since") && lines[1].hasSuffix("by the administrator)")
        )
        try await perform(.resumeAccount("x@a.test"))
        try await perform(.listAccounts(domain: nil))
        #expect(lines.first == "x@a.test")
        await #expect(throws: AdministrationError("'x@a.test' can send already")) {
            try await perform(.resumeAccount("x@a.test"))
        }
        await #expect(throws: AdministrationError("there is no 'z@a.test'")) {
            try await perform(.suspendAccount("z@a.test", reason: ""))
        }
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
