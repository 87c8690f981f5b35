import Cryptography
import PorticoTesting
import Store
import Testing

@testable import Directory

@Suite struct SignInTests {
    // MARK: The cost

    /// The first is durable before it is answered; then nothing is read and nothing written.
    @Test func aRepeatedSignInCostsNothing() async throws {
        let fixture = try await SignInFixture()
        #expect(try await fixture.enter()?.account.number == 1)
        fixture.store.reset()
        for _ in 0..<100 { #expect(try await fixture.enter() != nil) }
        #expect(fixture.store.counts.calls == 0)
    }

    @Test func countsAreWrittenTogetherAndLate() async throws {
        let fixture = try await SignInFixture()
        for client in 0..<5 { _ = try await fixture.enter(client: "Mail \(client)") }
        fixture.store.reset()
        fixture.advance(.seconds(299))
        for client in 0..<5 { _ = try await fixture.enter(client: "Mail \(client)") }
        #expect(fixture.store.counts.commits == 0)
        fixture.advance(.seconds(2))
        _ = try await fixture.enter(client: "Mail 0")
        #expect(fixture.store.counts.commits == 1)
        let again = try await fixture.restart().signIns(of: fixture.alice)
        #expect(again.map(\.count).sorted() == [2, 2, 2, 2, 3])
        #expect(again.first?.client == "Mail 0")
    }

    /// Whoever guesses does not make us write.
    @Test func wrongOnesWait() async throws {
        let fixture = try await SignInFixture { $0.guesses.failuresPerName = 1000 }
        _ = try await fixture.enter()
        fixture.store.reset()
        for _ in 0..<30 { #expect(try await fixture.enter("guess", client: "x") == nil) }
        #expect(fixture.store.counts.commits == 0)
        try await fixture.directory.flushSignIns()
        #expect(fixture.store.counts.commits == 1)
        let records = try await fixture.restart().signIns(of: fixture.alice)
        #expect(records.map(\.count) == [30, 1])
        #expect(records.map(\.result) == [.wrong, .success])
    }

    @Test func newOnesAreDurableAtOnce() async throws {
        let fixture = try await SignInFixture()
        _ = try await fixture.enter(from: "2001:db8::1", client: "Fetch\u{7}\tmail\u{85}")
        let records = try await fixture.restart().signIns(of: fixture.alice)
        #expect(records.count == 1)
        #expect(records.first?.client == "Fetch  mail ")
        #expect(records.first?.address == "2001:db8::1")
        #expect(records.first?.service == .imap)
    }

    @Test func aStoreThatFailsLosesNothingThatWaits() async throws {
        let fixture = try await SignInFixture()
        _ = try await fixture.enter()
        _ = try await fixture.enter()
        fixture.store.setFaults { call, _ in call == .commit ? .unavailable : nil }
        await #expect(throws: DirectoryError.self) { try await fixture.directory.flushSignIns() }
        fixture.store.setFaults(nil)
        try await fixture.directory.flushSignIns()
        #expect(try await fixture.restart().signIns(of: fixture.alice).first?.count == 2)
    }

    /// When the disk is full, people get in to make room.
    @Test func whoCannotBeRecordedComesInAllTheSame() async throws {
        let fixture = try await SignInFixture()
        fixture.store.setFaults { call, _ in call == .commit ? .unavailable : nil }
        #expect(try await fixture.enter() != nil)
        fixture.store.setFaults(nil)
        try await fixture.directory.flushSignIns()
        #expect(try await fixture.restart().signIns(of: fixture.alice).count == 1)
    }

    /// What the store can do for us must not tell which names there are.
    @Test func aWrongPasswordIsWrongThoughItCannotBeCounted() async throws {
        let fixture = try await SignInFixture()
        _ = try await fixture.enter("guess")
        fixture.advance(.seconds(301))
        fixture.store.setFaults { call, _ in call == .commit ? .unavailable : nil }
        #expect(try await fixture.enter("guess") == nil)
        let nobody = fixture.signIn("nobody@example.test")
        #expect(try await fixture.directory.authenticate(nobody, password: [65]) == nil)
        fixture.store.setFaults(nil)
        try await fixture.directory.flushSignIns()
        #expect(try await fixture.directory.signIns(of: fixture.alice).map(\.count) == [2])
    }

    @Test func aRemovedAccountLeavesNoRecord() async throws {
        let fixture = try await SignInFixture()
        _ = try await fixture.enter()
        try await fixture.directory.removeAccount(fixture.alice)
        try await fixture.directory.addAccount(fixture.alice, name: "", password: Array("secret".utf8))
        #expect(try await fixture.restart().signIns(of: fixture.alice).isEmpty)
    }

    // MARK: Bounds

    @Test func aHistoryIsBounded() async throws {
        let fixture = try await SignInFixture {
            $0.guesses.failuresPerName = 10_000; $0.guesses.failuresPerNetwork = 10_000
        }
        for number in 0..<250 { _ = try await fixture.enter(client: "Mail \(number)") }
        for number in 0..<300 {
            _ = try await fixture.enter("guess", from: "198.51.\(number / 250).\(number % 250)")
        }
        let records = try await fixture.directory.signIns(of: fixture.alice)
        #expect(records.count == 200)
        #expect(records.count { $0.result == .wrong } == 100)
        fixture.advance(.seconds(91 * 86_400))
        _ = try await fixture.enter(client: "late")
        #expect(try await fixture.directory.signIns(of: fixture.alice).map(\.client) == ["late"])
    }

    // MARK: The throttle, whatever the mechanism

    @Test(arguments: ["PLAIN", "SCRAM-SHA-256", "EXTERNAL", "mixed"])
    func whoeverGuessesWaits(_ mechanism: String) async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        var seen = 0
        for number in 0..<20 {
            let signIn = fixture.signIn(mechanism: mechanism)
            do throws(DirectoryError) {
                if mechanism == "PLAIN" || (mechanism == "mixed" && number % 2 == 0) {
                    _ = try await directory.authenticate(signIn, password: [65 + UInt8(number)])
                } else {
                    try await directory.begin(signIn)
                    _ = try await directory.end(signIn, .failure)
                }
                seen += 1
            } catch {
                guard case .tooManyFailures(let wait) = error else { throw error }
                #expect(wait == .seconds(600))
            }
        }
        #expect(seen == 10)
    }

    /// A telephone that still has the old password keeps trying it, and the owner's computer beside it goes on signing in. What
    /// was wrong is right as soon as it is made so.
    @Test func theSameWrongPasswordIsNoOtherGuess() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        for number in 0..<100 {
            #expect(try await directory.authenticate(fixture.signIn(), password: Array("old".utf8)) == nil)
            if number % 10 == 0 { fixture.advance(.seconds(45)) }
        }
        #expect(try await fixture.enter() != nil)
        try await directory.setPassword(fixture.alice, Array("old".utf8))
        #expect(try await directory.authenticate(fixture.signIn(), password: Array("old".utf8)) != nil)
        #expect(try await directory.authenticate(fixture.signIn(), password: Array("secret".utf8)) == nil)
    }

    // MARK: Without passwords

    @Test func aProofWithoutAPasswordSignsIn() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        let signIn = fixture.signIn("Alice@EXAMPLE.test", mechanism: "EXTERNAL")
        try await directory.begin(signIn)
        let read: Permissions = [.imap, .pop3]
        let principal = try await directory.end(signIn, .credential(read))
        #expect(principal?.permissions == read)
        #expect(principal?.mayChange == false)
        #expect(try await directory.end(signIn, .password)?.permissions == .all)
        #expect(try await directory.end(signIn, .failure) == nil)
        #expect(try await directory.end(fixture.signIn("nobody@example.test"), .password) == nil)
        let smtp = fixture.signIn("alice@example.test", .smtp)
        #expect(try await directory.end(smtp, .credential(read)) == nil)
        let records = try await directory.signIns(of: fixture.alice)
        #expect(records.map(\.result.rawValue).sorted() == ["notAllowed", "success", "success", "wrong"])
        #expect(records.count { $0.credential == "-" } == 2)
    }

    // MARK: SCRAM

    @Test(.rfc(5802, "9"), arguments: HashFunction.allCases)
    func aNameThatIsNobodysHasKeysToo(_ hash: HashFunction) async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        try await directory.setPassword(fixture.alice, Array("pencil".utf8))
        let real = try await directory.scramKeys(of: "alice@example.test", hash)
        let keyless = try await directory.scramKeys(of: "bob@example.test", hash)
        let nobody = try await directory.scramKeys(of: "nobody@example.test", hash)
        let none = try await directory.scramKeys(of: "nobody", hash)
        for keys in [keyless, nobody, none] {
            #expect(keys.salt.count == real.salt.count)
            #expect(keys.iterations == real.iterations)
            #expect(keys.storedKey.count == hash.count && keys.serverKey.count == hash.count)
        }
        #expect(Set([real, keyless, nobody, none].map(\.salt)).count == 4)
        let again = fixture.restart()
        #expect(try await again.scramKeys(of: "Nobody@Example.test", hash) == nobody)
        #expect(try await again.scramKeys(of: "alice@example.test", hash) == real)
        #expect(real == (try ScramKeys(of: Array("pencil".utf8), salt: real.salt, iterations: 4096, hash)))
    }

    /// An account from before gets its keys when its password is shown, in one commit, once.
    @Test func keysAreMadeAtTheNextSignIn() async throws {
        let fixture = try await SignInFixture()
        #expect(try await fixture.directory.scramHashes(of: fixture.alice) == [])
        #expect(try await fixture.enter("wrong") == nil)
        #expect(try await fixture.directory.scramHashes(of: fixture.alice) == [])
        _ = try await fixture.enter()
        #expect(try await fixture.directory.scramHashes(of: fixture.alice) == HashFunction.allCases)
        let keys = try await fixture.directory.scramKeys(of: "alice@example.test", .sha256)
        fixture.restart()
        fixture.store.reset()
        _ = try await fixture.enter()
        #expect(fixture.store.counts.commits == 0)
        #expect(try await fixture.directory.scramKeys(of: "alice@example.test", .sha256) == keys)
    }

    /// An exchange that began before the password was changed proves the old one: it must not make a session that lasts.
    @Test func aProofOfAFormerPasswordIsNone() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        let signIn = fixture.signIn(mechanism: "SCRAM-SHA-256")
        try await directory.setPassword(fixture.alice, Array("pencil".utf8))
        let old = try await directory.scramKeys(of: "alice@example.test", .sha256)
        let session = try #require(try await directory.end(signIn, .keys(old)))
        #expect(try await directory.isCurrent(session))
        try await directory.setPassword(fixture.alice, Array("crayon".utf8))
        #expect(try await !directory.isCurrent(session))
        #expect(try await directory.end(signIn, .keys(old)) == nil)
        let new = try await directory.scramKeys(of: "alice@example.test", .sha256)
        #expect(try await directory.end(signIn, .keys(new)) != nil)
    }

    @Test func withoutScramThereAreNoKeys() async throws {
        let fixture = try await SignInFixture { $0.scramHashes = [] }
        try await fixture.directory.setPassword(fixture.alice, Array("secret".utf8))
        _ = try await fixture.enter()
        #expect(try await fixture.directory.scramHashes(of: fixture.alice) == [])
    }

    // MARK: Preparation

    @Test(
        .rfc(4616, "2"),
        .rfc(6856, "2.2"),
        arguments: [
            ("I\u{AD}X", "IX", true), ("\u{2168}", "IX", true), ("e\u{301}t\u{E9}", "\u{E9}te\u{301}", true),
            ("IX", "ix", false), ("\u{7}bell", "\u{7}bell", true), ("\u{7}bell", "bell", false),
        ]
    )
    func passwordsArePrepared(_ stored: String, _ sent: String, _ isRight: Bool) async throws {
        let fixture = try await SignInFixture()
        try await fixture.directory.setPassword(fixture.alice, Array(stored.utf8))
        #expect((try await fixture.enter(sent) != nil) == isRight)
    }

    @Test func whatIsNotUTF8IsComparedAsItIs() async throws {
        let fixture = try await SignInFixture()
        try await fixture.directory.setPassword(fixture.alice, [0xE9, 0x74, 0xE9])
        let signIn = fixture.signIn()
        #expect(try await fixture.directory.authenticate(signIn, password: [0xE9, 0x74, 0xE9]) != nil)
        #expect(try await fixture.directory.authenticate(signIn, password: [0xE9, 0x74, 0xE8]) == nil)
    }

    /// A hash that was made before passwords were prepared.
    @Test func anOldHashOfAnUnpreparedPasswordStillFits() async throws {
        let fixture = try await SignInFixture()
        let cheap = Scrypt(costExponent: 4, blockSize: 1, parallelization: 1)
        let old = try PasswordHash(of: Array("I\u{AD}X".utf8), salt: [9], parameters: cheap)
        try await fixture.directory.setPasswords(of: [fixture.alice], old)
        #expect(try await fixture.enter("I\u{AD}X") != nil)
        #expect(try await fixture.enter("IX") == nil)
    }

    // MARK: What ends

    @Test func aNewPasswordEndsWhatTheOldOneOpened() async throws {
        let fixture = try await SignInFixture()
        let directory = fixture.directory
        let old = try #require(try await fixture.enter())
        let made = try await directory.addAppPassword(fixture.alice, label: "Phone", permissions: [.imap, .change])
        let phone = try #require(try await fixture.enter(made.password))
        #expect(try await directory.isCurrent(old))
        try await directory.setPassword(fixture.alice, Array("another".utf8))
        #expect(try await !directory.isCurrent(old))
        #expect(try await directory.isCurrent(phone))
        let new = try #require(try await fixture.enter("another"))
        #expect(try await directory.isCurrent(new))
        try await directory.removeAppPassword(fixture.alice, id: made.appPassword.id)
        #expect(try await !directory.isCurrent(phone))
        #expect(try await fixture.enter(made.password) == nil)
        fixture.store.reset()
        for _ in 0..<10 { _ = try await directory.isCurrent(new) }
        #expect(fixture.store.counts.calls == 0)
        try await directory.removeAccount(fixture.alice)
        #expect(try await !directory.isCurrent(new))
    }
}
