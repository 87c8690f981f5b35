import Cryptography
import PorticoTesting
import Testing
import World

@testable import Directory

@Suite struct AppPasswordTests {
    @Test func signsInWhereItMayAndShowsItsScope() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        let scope = try Permissions(words: ["imap", "pop3"])
        let (made, password) = try await directory.addAppPassword(fixture.alice, label: "Old phone", permissions: scope)
        #expect(try await fixture.enter(password)?.permissions == [.imap, .pop3, .change])
        #expect(try await fixture.enter(password)?.credential == .appPassword(made.id))
        #expect(try await fixture.enter(password, .pop3) != nil)
        #expect(try await fixture.enter(password, .smtp) == nil)
        #expect(try await fixture.enter(password, .rest) == nil)
        #expect(try await directory.authenticate("bob@example.test", password: Array(password.utf8)) == nil)
    }

    @Test func isReadHoweverItIsGrouped() async throws {
        let fixture = try await SignInFixture()
        let (_, password) = try await fixture.directory.addAppPassword(
            fixture.alice,
            label: "x",
            permissions: [.imap, .change]
        )
        #expect(password.utf8.count == 30)
        let plain = password.filter { $0 != "-" }
        for text in [plain, plain.uppercased(), password.replacing("-", with: " "), password.uppercased()] {
            #expect(try await fixture.enter(text) != nil)
        }
        #expect(try await fixture.enter(String(plain.dropLast())) == nil)
        #expect(try await fixture.enter(plain + "0") == nil)
    }

    /// The fast hash comes first, and the credential is remembered: no slow hash at all.
    @Test func costsNoCommitOnceItIsKnown() async throws {
        let fixture = try await SignInFixture()
        let (_, password) = try await fixture.directory.addAppPassword(
            fixture.alice,
            label: "x",
            permissions: [.imap, .change]
        )
        _ = try await fixture.enter(password)
        fixture.store.reset()
        for _ in 0..<50 { #expect(try await fixture.enter(password) != nil) }
        #expect(fixture.store.counts.calls == 0)
    }

    @Test func expires() async throws {
        let fixture = try await SignInFixture()
        let end = Timestamp(milliseconds: SignInFixture.start + 60_000)
        let (_, password) = try await fixture.directory.addAppPassword(
            fixture.alice,
            label: "guest",
            permissions: [.imap, .change],
            expires: end
        )
        let principal = try #require(try await fixture.enter(password))
        fixture.advance(.seconds(59))
        #expect(try await fixture.enter(password) != nil)
        fixture.advance(.seconds(1))
        #expect(try await fixture.enter(password) == nil)
        #expect(try await !fixture.directory.isCurrent(principal))
        await #expect(throws: DirectoryError.self) {
            try await fixture.directory.addAppPassword(fixture.alice, label: "x", permissions: .all, expires: end)
        }
    }

    @Test func listsWithTheLastUseAndIsBounded() async throws {
        let fixture = try await SignInFixture { $0.appPasswords = 2 }
        let directory = fixture.directory
        let (first, password) = try await directory.addAppPassword(fixture.alice, label: "a, b", permissions: .all)
        _ = try await directory.addAppPassword(fixture.alice, label: "unused", permissions: .all)
        #expect(first.permissions == Permissions.all.subtracting(.manage))
        await #expect(throws: DirectoryError.self) {
            try await directory.addAppPassword(fixture.alice, label: "c", permissions: .all)
        }
        fixture.advance(.seconds(100))
        _ = try await fixture.enter(password)
        let listed = try await fixture.restart().appPasswords(of: fixture.alice)
        #expect(listed.map(\.appPassword.label) == ["a, b", "unused"])
        #expect(listed.map(\.lastUse) == [Timestamp(milliseconds: SignInFixture.start + 100_000), nil])
        #expect(listed.first?.appPassword == first)
    }

    @Test(arguments: ["", "a\tb", "a\nb", String(repeating: "x", count: 101)])
    func refusesLabel(_ label: String) async throws {
        let fixture = try await SignInFixture()
        await #expect(throws: DirectoryError.self) {
            try await fixture.directory.addAppPassword(fixture.alice, label: label, permissions: .all)
        }
    }

    @Test(arguments: [false, true]) func theAccountsOwnPasswordCanBeBarred(_ byDomain: Bool) async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        let session = try #require(try await fixture.enter())
        let keys = try await directory.scramKeys(of: "alice@example.test", .sha256)
        if byDomain {
            try await directory.set([("requireAppPasswords", "true")], ofDomain: "example.test")
        } else {
            try await directory.set([("requireAppPasswords", "true")], of: fixture.alice)
        }
        #expect(try await !directory.isCurrent(session))
        for service in [SignIn.Service.imap, .pop3, .smtp, .sieve] {
            #expect(try await fixture.enter("secret", service) == nil)
        }
        #expect(try await fixture.enter("secret", .rest)?.permissions == [.rest, .change, .manage])
        let scram = fixture.signIn(mechanism: "SCRAM-SHA-256")
        #expect(try await directory.end(scram, .password) == nil)
        // A client that has the password does not learn that it is right.
        let others = try await directory.scramKeys(of: "alice@example.test", .sha256)
        #expect(others.salt != keys.salt && others.storedKey != keys.storedKey)
        let (_, password) = try await directory.addAppPassword(fixture.alice, label: "x", permissions: .all)
        #expect(try await fixture.enter(password) != nil)
    }

    @Test(arguments: [
        (["imap"], "imap"), (["smtp", "imap"], "imap smtp"), (["imap", "read-only"], "imap read-only"),
        (["imap", "smtp", "read-only"], "imap read-only"), (["rest", "sieve", "pop3"], "pop3 rest sieve"),
        ([], nil), (["read-only"], nil), (["smtp", "read-only"], nil), (["mail"], nil),
    ])
    func scopes(_ words: [String], _ expected: String?) {
        #expect((try? Permissions(words: words))?.words.joined(separator: " ") == expected)
    }

    @Test func readOnlyAllowsNoSending() {
        #expect(!Permissions([.imap, .smtp]).allow(.smtp))
        #expect(Permissions([.smtp, .change]).allow(.smtp))
    }
}
