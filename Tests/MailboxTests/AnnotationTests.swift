@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// Annotations of folders and accounts. RFC 5464.
struct AnnotationTests {
    private func set(_ text: String, _ value: String?) throws -> Annotation {
        Annotation(try name(text), value.map { Array($0.utf8) })
    }

    private func text(_ found: [Annotation]) -> [String] {
        found.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
    }

    @Test(
        .rfc(5464, "3.2"),
        arguments: [
            ("/private/comment", "/private/comment"), ("/SHARED/Vendor/CMU/x", "/shared/vendor/cmu/x"),
            ("/shared", "/shared"), ("/private/a b", "/private/a b"),
        ]
    )
    func namesIgnoreCase(_ text: String, _ expected: String) {
        #expect(AnnotationName(text)?.description == expected)
    }

    @Test(
        .rfc(5464, "3.2"),
        arguments: [
            "", "/", "comment", "private/comment", "/comment", "/private/", "/private//a", "/private/a*", "/shared/%",
            "/private/ä", "/privately/a", "/sharedx", "/shared/a\t",
            "/private/" + String(repeating: "a", count: 247),
        ]
    )
    func whatIsNoName(_ text: String) {
        #expect(AnnotationName(text) == nil)
    }

    @Test(.rfc(5464, "4.3"), arguments: Engine.allCases)
    func valuesAreSetReadAndTakenAway(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        let octets: [UInt8] = [0, 13, 10, 255, 0]
        let comment = try name("/private/comment")
        ground.store.reset()
        try await mailbox.setAnnotations(
            [Annotation(comment, octets), set("/shared/comment", "ours"), set("/private/none", nil)],
            of: .inbox
        )
        #expect(ground.store.counts.commits == 1)
        for service in [ground.service, ground.cold()] {
            let mailbox = try await service.open(alice)
            _ = try await mailbox.folders()
            ground.store.reset()
            let names = [comment, try name("/shared/comment"), try name("/private/none"), comment]
            let found = try await mailbox.annotations(of: .inbox, names, depth: .zero)
            #expect(found.count == 2 && found[1] == Annotation(comment, octets))
            #expect(ground.store.counts.calls == 1)
            #expect(try await mailbox.annotations(of: FolderID(2), names, depth: .zero).isEmpty)
            #expect(try await mailbox.annotations(of: nil, names, depth: .zero).isEmpty)
        }
        try await mailbox.setAnnotations([Annotation(comment, nil), set("/shared/comment", "")], of: .inbox)
        let rest = try await mailbox.annotations(of: .inbox, [comment, name("/shared/comment")], depth: .zero)
        #expect(text(rest) == ["/shared/comment="])
        try await mailbox.setAnnotations([set("/shared/comment", nil)], of: .inbox)
        #expect(try await mailbox.quota()[.annotations] == 0)
    }

    @Test(.rfc(5464, "4.2.2")) func depthSaysHowFarBelow() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let names = ["/a", "/a-b", "/a/b", "/a/b/c", "/a/d", "/a0", "/b"]
        for scope in ["/private", "/shared"] {
            try await mailbox.setAnnotations(names.map { try set(scope + $0, "x") }, of: .inbox)
        }
        func found(_ asked: [String], _ depth: AnnotationDepth) async throws -> [String] {
            try await mailbox.annotations(of: .inbox, asked.map { try name($0) }, depth: depth).map(\.name.description)
        }
        #expect(try await found(["/private/a"], .zero) == ["/private/a"])
        #expect(try await found(["/private/a"], .one) == ["/private/a", "/private/a/b", "/private/a/d"])
        #expect(
            try await found(["/private/a"], .infinity) == [
                "/private/a", "/private/a/b", "/private/a/b/c", "/private/a/d",
            ]
        )
        #expect(
            try await found(["/shared/a/b", "/private/b"], .infinity) == ["/shared/a/b", "/shared/a/b/c", "/private/b"]
        )
        #expect(
            try await found(["/private"], .one) == ["/private/a", "/private/a-b", "/private/a0", "/private/b"]
        )
        #expect(try await found(["/private", "/shared"], .infinity).count == 14)
        #expect(try await found(["/private/c"], .infinity).isEmpty)
    }

    @Test(.rfc(5464, "4.3")) func limitsAreKept() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let largest = [UInt8](repeating: 1, count: MailboxLimits.annotationOctets)
        try await mailbox.setAnnotations([Annotation(name("/private/large"), largest)], of: .inbox)
        let larger = Annotation(try name("/private/larger"), largest + [1])
        #expect(
            await failure { () throws(MailboxError) in try await mailbox.setAnnotations([larger], of: .inbox) }
                == "annotationTooLarge"
        )
        func many(_ range: Range<Int>) throws -> [Annotation] { try range.map { try set("/private/n\($0)", "v") } }
        try await mailbox.setAnnotations(many(1..<MailboxLimits.annotations), of: .inbox)
        let one = try set("/private/one", "x")
        #expect(
            await failure { () throws(MailboxError) in try await mailbox.setAnnotations([one], of: .inbox) }
                == "tooManyAnnotations"
        )
        // In place of another there is room; and others have their own.
        try await mailbox.setAnnotations([one, set("/private/large", nil)], of: .inbox)
        try await mailbox.setAnnotations([set("/shared/one", "x")], of: .inbox)
        try await mailbox.setAnnotations([one], of: FolderID(2))
    }

    @Test(.rfc(5464, "6.2.1"), .rfc(5464, "6.2.2")) func theServersAreTheConfigurations() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.comment = "A mail service"
        configuration.administrator = "mailto:postmaster@example.test"
        let ground = try Ground(.memory, configuration)
        let mailbox = try await ground.service.open(alice)
        let all = [try name("/shared"), try name("/private")]
        try await mailbox.setAnnotations([set("/private/comment", "mine")], of: nil)
        let found = try await mailbox.annotations(of: nil, all, depth: .infinity)
        #expect(
            text(found) == [
                "/shared/admin=mailto:postmaster@example.test", "/shared/comment=A mail service",
                "/private/comment=mine",
            ]
        )
        let change = try set("/shared/comment", "x")
        #expect(
            await failure { () throws(MailboxError) in try await mailbox.setAnnotations([change], of: nil) }
                == "notPermitted"
        )
        #expect(try await ground.service.open(bob).annotations(of: nil, all, depth: .infinity).count == 2)
    }

    @Test(arguments: Engine.allCases) func theyMoveAndGoWithTheFolder(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        let folder = try await mailbox.createFolder(path("a"), specialUse: nil).id
        try await mailbox.setAnnotations([set("/private/x", "1"), set("/shared/x", "2")], of: folder)
        try await mailbox.setAnnotations([set("/private/x", "3")], of: .inbox)
        try await mailbox.renameFolder(folder, to: path("b/c"))
        #expect(try await mailbox.annotations(of: folder, [name("/private/x")], depth: .zero).count == 1)
        try await mailbox.deleteFolder(folder)
        let rows = try await ground.store.scan(
            Keys.partition(alice),
            Keys.annotations(of: folder),
            limit: 10,
            order: .ascending
        )
        #expect(rows.isEmpty)
        #expect(try await mailbox.quota()[.annotations] == 3)
        let again = try await mailbox.createFolder(path("b/c"), specialUse: nil).id
        #expect(try await mailbox.annotations(of: again, [name("/private/x")], depth: .zero).isEmpty)
    }

    /// Those of one batch see each other's: the engine has them only at the end.
    @Test func changesAtOnceAreCountedOnce() async throws {
        let gate = Gate()
        let fixture = Fixture(engine: MemoryStore(sync: { await gate.pass() }))
        let changes = try (0..<80).map { [try set("/private/n\($0 % 40)", "0123456789")] }
        try await withThrowingTaskGroup { group in
            group.addTask {
                let mailbox = try await fixture.mailbox()
                try await withThrowingTaskGroup { group in
                    for change in changes { group.addTask { try await mailbox.setAnnotations(change, of: .inbox) } }
                    try await group.waitForAll()
                }
            }
            group.addTask { gate.open() }
            try await group.waitForAll()
        }
        let mailbox = try await fixture.mailbox()
        let found = try await mailbox.annotations(of: .inbox, [name("/private")], depth: .infinity)
        #expect(found.count == 40)
        let octets = found.reduce(0) { $0 + $1.name.path.utf8.count + ($1.value?.count ?? 0) }
        #expect(try await mailbox.quota()[.annotations] == octets)
    }

    @Test func aChangeIsTold() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let modSeq = try await mailbox.lastModSeq()
        let bell = Bell()
        let observation = mailbox.observe(.folder(.inbox)) { bell.ring() }
        try await mailbox.setAnnotations(
            [set("/private/b", "1"), set("/private/a", "1"), set("/shared/c", "1")],
            of: .inbox
        )
        #expect(bell.rings == 1)
        let changes = try await mailbox.changes(since: modSeq, limit: 10)
        #expect(changes.map(\.annotations) == [["/shared/c"], ["/private/a", "/private/b"]])
        #expect(changes.map(\.user) == [nil, alice])
        try await mailbox.setAnnotations([set("/private/d", "1")], of: nil)
        #expect(bell.rings == 1)
        #expect(try await mailbox.changes(since: modSeq, limit: 10).last?.folder == FolderID(0))
        withExtendedLifetime(observation) {}
    }

    @Test(.rfc(6154, "5.4"), arguments: Engine.allCases)
    func whatAFolderIsForIsAnAnnotation(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        let mailbox = try await ground.service.open(alice)
        let drafts = try #require(try await mailbox.folder("Drafts")).id
        let saved = try await mailbox.createFolder(path("SavedDrafts"), specialUse: nil).id
        let use = AnnotationName.specialUse
        #expect(
            text(try await mailbox.annotations(of: drafts, [use], depth: .zero)) == ["/private/specialuse=\\Drafts"]
        )
        #expect(try await mailbox.annotations(of: saved, [use], depth: .zero).isEmpty)
        let modSeq = try await mailbox.lastModSeq()
        ground.store.reset()
        try await mailbox.setAnnotations([set("/private/specialuse", "\\DRAFTS")], of: saved)
        #expect(ground.store.counts.calls == 1)
        #expect(try await mailbox.folder("SavedDrafts")?.specialUse == .drafts)
        #expect(try await mailbox.folder("Drafts")?.specialUse == nil)
        let told = try await mailbox.changes(since: modSeq, limit: 10).filter { $0.kind == .annotations }
        #expect(Set(told.map(\.folder)) == [drafts, saved] && told.allSatisfy { $0.user == alice })
        try await mailbox.setAnnotations([set("/private/specialuse", nil)], of: saved)
        #expect(try await ground.cold().open(alice).folder("SavedDrafts")?.specialUse == nil)
        for value in ["\\Everything", "\\All", "\\Sent \\Junk"] {
            let change = try set("/private/specialuse", value)
            #expect(
                await failure { () throws(MailboxError) in try await mailbox.setAnnotations([change], of: saved) }
                    == "specialUse"
            )
        }
        let other = try path("other")
        #expect(
            await failure { () throws(MailboxError) in try await mailbox.setSpecialUse(.trash, of: .inbox) }
                == "specialUse"
        )
        #expect(
            await failure { () throws(MailboxError) in
                try await mailbox.createFolder(other, specialUse: .sent)
            } == "specialUse"
        )
    }
}
