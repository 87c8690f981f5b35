import Mailbox
import PorticoTesting
import Testing

/// What an account may have, and what happens when it has that. RFC 9208.
@Suite(.rfc(9208, "4.1"))
struct QuotaTests {
    @Test(arguments: Engine.allCases) func limitsAreSetAndKept(_ engine: Engine) async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota = QuotaLimits(storage: 1000, messages: 5)
        let ground = try Ground(engine, configuration)
        let mailbox = try await ground.service.open(alice)
        #expect(try await mailbox.quota().limits == configuration.quota)
        for limits in [QuotaLimits(storage: 0, folders: 9, annotations: .max), QuotaLimits(), nil] {
            try await ground.service.setQuota(limits, of: alice)
            #expect(try await mailbox.quota().limits == limits ?? configuration.quota)
            let cold = try await ground.cold(configuration).open(alice)
            let kept = try await cold.quota().limits
            // The greatest number stands for itself less one.
            #expect(kept.storage == (limits ?? configuration.quota).storage)
            #expect(kept.folders == (limits ?? configuration.quota).folders)
        }
        #expect(try await ground.service.open(bob).quota().limits == configuration.quota)
    }

    @Test(.rfc(9208, "4.1.1"), arguments: Engine.allCases)
    func usageIsKnownWithoutReading(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        try await ground.deliver("12345")
        try await ground.deliver("1234567")
        _ = try await mailbox.copy(UIDSet(1...1), from: .inbox, to: .inbox)
        _ = try await mailbox.createFolder(path("a/b"), specialUse: nil)
        try await mailbox.setAnnotations([Annotation(name("/private/comment"), Array("four".utf8))], of: .inbox)
        ground.store.reset()
        let quota = try await mailbox.quota()
        #expect(ground.store.counts.calls == 0)
        #expect(quota[.storage] == 17 && quota[.messages] == 3 && quota[.folders] == 8)
        #expect(quota[.annotations] == "/comment".utf8.count + 4)
        let cold = ground.cold()
        ground.store.reset()
        #expect(try await cold.open(alice).quota() == quota)
        #expect(ground.store.counts.calls == 1)
    }

    /// How an account comes to have one thing too many, and which resource it is short of.
    @Test(arguments: ["storage", "messages", "copy", "folders", "parents", "inbox", "annotations"])
    func whatIsTooMuchIsRefused(_ what: String) async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        for _ in 0..<4 { try await ground.deliver("0123456789") }
        let before = try await mailbox.quota()
        let modSeq = try await mailbox.lastModSeq()
        var limits = QuotaLimits(storage: 49, messages: 5, folders: 7, annotations: 20)
        if what == "messages" { limits = QuotaLimits(messages: 4) }
        if what == "copy" { limits = QuotaLimits(storage: 79) }
        try await ground.service.setQuota(limits, of: alice)
        var expected = QuotaResource.storage
        do {
            switch what {
            case "copy": _ = try await mailbox.copy(UIDSet(1...4), from: .inbox, to: .inbox)
            case "folders":
                expected = .folders
                _ = try await mailbox.createFolder(path("one"), specialUse: nil)
                _ = try await mailbox.createFolder(path("two"), specialUse: nil)
            case "parents":
                expected = .folders
                let folder = try #require(try await mailbox.folder("Archive")).id
                try await mailbox.renameFolder(folder, to: path("a/b/c"))
            case "inbox":
                expected = .folders
                _ = try await mailbox.createFolder(path("one"), specialUse: nil)
                try await mailbox.renameFolder(.inbox, to: path("old"))
            case "annotations":
                expected = .annotations
                let value = [UInt8](repeating: 0x41, count: 13)
                try await mailbox.setAnnotations([Annotation(name("/private/comment"), value)], of: .inbox)
            default:
                if what == "messages" { expected = .messages }
                try await ground.deliver("0123456789")
            }
            Issue.record("\(what) was not refused")
        } catch MailboxError.overQuota(let resource) {
            #expect(resource == expected)
        }
        var after = try await mailbox.quota()
        after.limits = before.limits
        if what == "folders" || what == "inbox" { after.folders -= 1 }
        #expect(after == before)
        let extra: ModSeq = what == "folders" || what == "inbox" ? 2 : 1
        #expect(try await mailbox.lastModSeq() == modSeq + extra, "what was refused left no trace")
    }

    /// A limit below what is used takes nothing away, and what makes room works.
    @Test(arguments: Engine.allCases) func aLowerLimitKeepsWhatIsThere(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        for _ in 0..<4 { try await ground.deliver("0123456789") }
        let trash = try #require(try await mailbox.folder("Trash")).id
        try await ground.service.setQuota(QuotaLimits(storage: 25, messages: 3, folders: 2), of: alice)
        #expect(try await mailbox.snapshot(of: .inbox).messages.count == 4)
        #expect(
            await failure { () throws(MailboxError) in
                try await mailbox.copy(UIDSet(1...1), from: .inbox, to: trash)
            } == "overQuota"
        )
        _ = try await mailbox.store(UIDSet(1...4), in: .inbox, FlagChange(.add, .seen), unchangedSince: nil)
        _ = try await mailbox.move(UIDSet(1...2), from: .inbox, to: trash)
        _ = try await mailbox.remove(UIDSet(1...2), in: trash)
        try await ground.deliver("01234")
        #expect(try await mailbox.quota()[.storage] == 25)
        await #expect(throws: MailboxError.self) { try await ground.deliver("") }
    }

    /// A message may take the place of one that is as large, whatever the limits are.
    @Test(.rfc(8508, "3.2")) func toReplaceByLessIsNeverTooMuch() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        for _ in 0..<2 { try await ground.deliver("0123456789") }
        try await ground.service.setQuota(QuotaLimits(storage: 5, messages: 1), of: alice)
        let place = MessagePlace(.inbox, 1)
        #expect(
            await failure { () throws(MailboxError) in
                try await ground.append("01234567890", mailbox, .inbox, [], [], replacing: place)
            } == "overQuota"
        )
        _ = try await ground.append("0123456789", mailbox, .inbox, [], [], replacing: place)
        _ = try await ground.append("0", mailbox, .inbox, [], [], replacing: MessagePlace(.inbox, 3))
        #expect(try await mailbox.quota()[.storage] == 11)
        #expect(try await mailbox.quota()[.messages] == 2)
    }

    @Test func aChangeOfTheLimitsIsTold() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let modSeq = try await mailbox.lastModSeq()
        let bell = Bell()
        let observation = mailbox.observe(.account) { bell.ring() }
        try await ground.service.setQuota(QuotaLimits(messages: 7), of: alice)
        #expect(bell.rings == 1)
        #expect(try await mailbox.changes(since: modSeq, limit: 10).map(\.kind) == [.quota])
        try await ground.service.setQuota(QuotaLimits(messages: 7), of: alice)
        #expect(bell.rings == 1, "nothing changed")
        withExtendedLifetime(observation) {}
    }
}
