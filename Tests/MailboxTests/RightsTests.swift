@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// Access lists, and what each right allows. RFC 4314.
struct RightsTests {
    @Test(.rfc(4314, "2.1")) func rightsAreLetters() {
        #expect(String(decoding: FolderRights.all.letters, as: UTF8.self) == "lrswipkxtea")
        #expect(rights("aetxkpiwsrl") == .all)
        #expect(FolderRights(letters: "lc".utf8) == nil)
        #expect(FolderRights(letters: "".utf8) == [])
        #expect(rights("st").flags == [.seen, .deleted] && rights("w").flags == [.answered, .flagged, .draft])
    }

    /// Entries (`-` before a name takes away) and what the owner (o), bob (b) and anybody else (x) may do.
    @Test(
        .rfc(4314, "2"),
        arguments: [
            ("", "lrswipkxtea", "", ""),
            ("b=lr", "lrswipkxtea", "lr", ""),
            ("b=lr anyone=lp", "lrswipkxtea", "lrp", "lp"),
            ("b=lrw -b=w", "lrswipkxtea", "lr", ""),
            ("b=lrw anyone=lrs -anyone=r", "lrswipkxtea", "lsw", "ls"),
            ("o=lr", "lra", "", ""),
            ("o=", "la", "", ""),
            ("-o=xla", "lrswipktea", "", ""),
            ("o=r anyone=s -b=s", "lrsa", "", "s"),
        ]
    )
    func anEntryGivesOrTakes(_ entries: String, _ owner: String, _ bobs: String, _ others: String) async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        for entry in entries.split(separator: " ") {
            let isNegative = entry.hasPrefix("-")
            let parts = entry.drop { $0 == "-" }.split(separator: "=", omittingEmptySubsequences: false)
            let grantee: Grantee = parts[0] == "o" ? .account(alice) : parts[0] == "b" ? .account(bob) : .anyone
            try await mailbox.setRights(
                .replace(rights(String(parts[1]))),
                of: grantee,
                isNegative: isNegative,
                in: .inbox
            )
        }
        for service in [ground.service, ground.cold()] {
            for (user, expected) in [(alice, owner), (bob, bobs), (carol, others)] {
                let mailbox = try await service.open(alice, as: user)
                let found: FolderRights
                do { found = try await mailbox.myRights(in: .inbox) } catch { found = [] }
                // Without any of those that MYRIGHTS needs there is nothing to see.
                let isHidden = rights(expected).isDisjoint(with: rights("lrikxa"))
                #expect(found == (isHidden ? [] : rights(expected)), "\(user)")
            }
        }
    }

    @Test(.rfc(4314, "3.1"), .rfc(4314, "3.2"), .rfc(4314, "3.3"), arguments: Engine.allCases)
    func theListIsChangedEntryByEntry(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        func list(_ mailbox: any Mailbox) async throws -> [AccessEntry] { try await mailbox.rights(in: .inbox) }
        let owner = AccessEntry(.account(alice), .all)
        #expect(try await list(mailbox) == [owner])
        let steps: [(AccessChange, FolderRights?)] = [
            (.replace(rights("lrs")), rights("lrs")), (.add(rights("wa")), rights("lrswa")),
            (.remove(rights("ls")), rights("rwa")), (.remove(.all), nil), (.add(rights("l")), rights("l")),
            (.delete, nil), (.remove(rights("l")), nil), (.replace([]), nil),
        ]
        for (change, expected) in steps {
            try await mailbox.setRights(change, of: .account(bob), isNegative: false, in: .inbox)
            for mailbox in [mailbox, try await ground.cold().open(alice)] {
                #expect(try await list(mailbox) == [owner] + (expected.map { [AccessEntry(.account(bob), $0)] } ?? []))
            }
        }
        try await mailbox.setRights(.remove(rights("xa")), of: .account(alice), isNegative: false, in: .inbox)
        #expect(try await list(mailbox)[0].rights == rights("lrswipktea"), "the owner keeps a")
        try await mailbox.setRights(.delete, of: .account(alice), isNegative: false, in: .inbox)
        #expect(try await list(mailbox) == [owner])
        let key = Keys.access(.inbox)
        #expect(try await ground.store.read(Keys.partition(alice), [key]).values == [nil], "no list, no row")
    }

    @Test func aListHasALimit() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        for number in 0..<UInt64(MailboxLimits.accessEntries) {
            let grantee = Grantee.account(AccountID(100 + number))
            try await mailbox.setRights(.add(.lookup), of: grantee, isNegative: true, in: .inbox)
        }
        #expect(
            await failure { () throws(MailboxError) in
                try await mailbox.setRights(.add(.lookup), of: .anyone, isNegative: false, in: .inbox)
            } == "limit"
        )
        #expect(try await ground.cold().open(alice).rights(in: .inbox).count == MailboxLimits.accessEntries + 1)
    }

    @Test(.rfc(4314, "4"), arguments: Engine.allCases)
    func aNewFolderBeginsWithTheListAboveIt(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        let top = try await mailbox.createFolder(path("top"), specialUse: nil).id
        try await mailbox.setRights(.replace(rights("lrk")), of: .account(bob), isNegative: false, in: top)
        try await mailbox.setRights(.replace(rights("r")), of: .anyone, isNegative: true, in: top)
        let shared = try await ground.service.open(alice, as: bob)
        let made = try await shared.createFolder(path("top/a/b"), specialUse: nil).id
        #expect(try await mailbox.rights(in: made) == mailbox.rights(in: top))
        #expect(try await shared.folders().map(\.path.name) == ["top", "top/a", "top/a/b"])
        // To rename changes no list. RFC 4314 §4.
        try await mailbox.renameFolder(made, to: path("elsewhere"))
        #expect(try await mailbox.rights(in: made).count == 3)
        #expect(
            try await ground.cold().open(alice, as: bob).folders().map(\.path.name) == ["elsewhere", "top", "top/a"]
        )
        try await mailbox.deleteFolder(made)
        let rows = try await ground.store.read(Keys.partition(alice), [Keys.access(made)])
        #expect(rows.values == [nil])
    }
}
