import PorticoTesting
import Testing

@testable import Directory

@Suite struct AccountSettingsTests {
    @Test(arguments: [
        ("pop3.leaveOnServer", "keep", true), ("pop3.leaveOnServer", "never", false),
        ("pop3.folder", "Lists/Swift", true),
        ("pop3.folder", "", false), ("pop3.folder", "a\tb", false), ("pop3.loginDelay", "0", true),
        ("pop3.loginDelay", "86401", false), ("pop3.loginDelay", "-1", false), ("requireAppPasswords", "true", true),
        ("requireAppPasswords", "yes", false), ("suspiciousSignIns", "refuse", true), ("suspiciousSignIns", "", false),
        ("messageSizeLimit", "65536", true), ("messageSizeLimit", "65535", false), ("messageSizeLimit", "1M", false),
        ("colour", "blue", false),
    ])
    func sets(_ name: String, _ value: String, _ isRight: Bool) throws {
        var settings = AccountSettings()
        guard isRight else {
            #expect(throws: DirectoryError.self) { try settings.set(name, to: value) }
            #expect(settings == AccountSettings())
            return
        }
        try settings.set(name, to: value)
        #expect(settings.values.map(\.name) == [name] && settings.values.map(\.value) == [value])
        #expect(AccountSettings(fields: settings.fields.map { Substring($0) }) == settings)
        try settings.set(name, to: nil)
        #expect(settings == AccountSettings())
    }

    @Test func anAccountsOwnGoBeforeItsDomains() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        try await directory.set([("pop3.loginDelay", "60"), ("pop3.folder", "Old")], ofDomain: "Example.Test")
        try await directory.set([("pop3.loginDelay", "5")], of: fixture.alice)
        let alice = try #require(try await fixture.enter()).account.settings
        #expect(alice.loginDelay == 5 && alice.maildropFolder == "Old")
        guard case .accounts(let found) = try await directory.resolve(fixture.bob) else {
            Issue.record("bob is gone")
            return
        }
        #expect(found.first?.settings.loginDelay == 60)
        try await directory.addAlias(MailAddress(localPart: "team", domain: "example.test"), to: [fixture.alice])
        let team = try await directory.resolve(MailAddress(localPart: "team", domain: "example.test"))
        #expect(team == .accounts([try #require(try await directory.account(fixture.alice))]))
        #expect(try await directory.settings(of: fixture.alice).maildropFolder == nil)
        try await directory.set([("pop3.loginDelay", nil)], of: fixture.alice)
        #expect(try await fixture.restart().account(fixture.alice)?.settings.loginDelay == 60)
        await #expect(throws: DirectoryError.self) {
            try await directory.set([("pop3.loginDelay", "1"), ("nonsense", "1")], of: fixture.alice)
        }
        #expect(try await directory.settings(of: fixture.alice).loginDelay == nil)
    }

    /// It grows with what is set, for accounts and domains, and outlives what is taken back, and the process.
    @Test(.rfc(2449, "6.7")) func theSpreadOfPOP3Settings() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        #expect(try await directory.maildropSpread() == MaildropSpread())
        try await directory.set([("pop3.folder", "Old")], of: fixture.alice)
        #expect(try await directory.maildropSpread() == MaildropSpread())
        try await directory.set([("pop3.loginDelay", "60")], ofDomain: "example.test")
        try await directory.set(
            [("pop3.leaveOnServer", "deleteAfterRetrieval"), ("pop3.loginDelay", "5")],
            of: fixture.alice
        )
        try await directory.set([("pop3.leaveOnServer", nil)], of: fixture.alice)
        try await directory.set([("pop3.leaveOnServer", "keep")], of: fixture.bob)
        let spread = try await fixture.restart().maildropSpread()
        #expect(spread.leaveOnServer == [.keep, .deleteAfterRetrieval] && spread.longestLoginDelay == 60)
        #expect(MaildropSpread(spread.row) == spread)
    }

    /// Settings cost no read once the account is known.
    @Test func areReadWithTheAccount() async throws {
        let fixture = try await SignInFixture()
        try await fixture.directory.set([("pop3.loginDelay", "5")], of: fixture.alice)
        _ = try await fixture.enter()
        fixture.store.reset()
        #expect(try await fixture.enter()?.account.settings.loginDelay == 5)
        #expect(fixture.store.counts.calls == 0)
    }
}
