@testable import Mailbox
import PorticoTesting
import Store
import Testing
import World

private func message(
    _ id: String?,
    _ references: [String] = [],
    _ subject: String = "plan",
    inReplyTo: String? = nil
) -> String {
    var text = "Subject: \(subject)\r\n"
    if let id { text += "Message-ID: <\(id)@example.test>\r\n" }
    if let inReplyTo { text += "In-Reply-To: <\(inReplyTo)@example.test>\r\n" }
    if !references.isEmpty {
        text += "References: " + references.map { "<\($0)@example.test>" }.joined(separator: "\r\n ") + "\r\n"
    }
    return text + "\r\ntext\r\n"
}

/// Which messages are one conversation, and that they stay it.
struct ConversationTests {
    private func threads(_ mailbox: any Mailbox, _ folder: FolderID = .inbox) async throws -> [ThreadID] {
        let messages = Array(try await mailbox.snapshot(of: folder).messages)
        var threads: [ThreadID] = []
        while threads.count < messages.count {
            for data in try await mailbox.read(messages[threads.count...], .ids) {
                threads.append(try #require(data?.thread))
            }
        }
        return threads
    }

    /// What messages come, and for each the first one of its conversation.
    private static let cases: [(String, [String], [Int])] = [
        ("a reply", [message("a"), message("b", ["a"], "Re: plan")], [0, 0]),
        ("a reply that names no references", [message("a"), message("b", inReplyTo: "a")], [0, 0]),
        ("a forward", [message("a"), message("b", ["a"], "Fwd: plan")], [0, 0]),
        ("another subject", [message("a"), message("b", ["a"], "Re: lunch")], [0, 1]),
        ("the same subject alone", [message("a"), message("b", [], "Re: plan")], [0, 1]),
        (
            "replies in other languages",
            [
                message("a"), message("b", ["a"], "AW: plan"), message("c", ["a"], "SV: Re: Plan"),
                message("d", ["a"], "RE[2]: plan"), message("e", ["a"], "回复：plan"),
                message("f", ["a"], "[list] Re : plan"),
            ], [0, 0, 0, 0, 0, 0]
        ),
        ("a parent that is missing", [message("b", ["a"]), message("c", ["a"])], [0, 0]),
        ("a parent that comes late", [message("b", ["a"]), message("a")], [0, 0]),
        ("the grandchild", [message("a"), message("c", ["a", "b"])], [0, 0]),
        ("the same message twice", [message("a"), message("a")], [0, 0]),
        ("no identifiers", [message(nil), message(nil)], [0, 1]),
        (
            "an ancestor that joins two: the nearest wins, both stay",
            [message("p", ["x"]), message("q", ["y"]), message("z", ["x", "y"]), message("r", ["z"])],
            [0, 1, 1, 1]
        ),
    ]

    @Test(.rfc(8474, "5.2"), arguments: cases.indices, TestEngine.allCases)
    func messagesFindTheirConversation(_ place: Int, _ engine: TestEngine) async throws {
        let (name, messages, groups) = Self.cases[place]
        try await engine.run { store in
            let fixture = Fixture(engine: store)
            for text in messages { try await fixture.deliver(text) }
            let found = try await threads(try await fixture.mailbox())
            #expect(found.map { thread in found.firstIndex(of: thread) } == groups, "\(name)")
            #expect(try await threads(try await fixture.cold().mailbox()) == found)
            try await fixture.expectConsistentRows()
            _ = try await fixture.mailbox().remove(UIDSet(1...100), in: .inbox)
            try await fixture.expectNoMessageRows()
        }
    }

    @Test(.rfc(8474, "5.1")) func copiesAndMovedMessagesKeepTheirIds() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive")).id
        for text in [message("a"), message("b", ["a"]), message("c")] { try await fixture.deliver(text) }
        let before = try await ids(mailbox, .inbox)
        _ = try await mailbox.copy(UIDSet(1...2), from: .inbox, to: archive)
        _ = try await mailbox.copy(UIDSet(1...1), from: archive, to: .inbox)
        _ = try await mailbox.move(UIDSet(3...3), from: .inbox, to: archive)
        for reader in [mailbox, try await fixture.cold().mailbox()] {
            let (inbox, archived) = (try await ids(reader, .inbox), try await ids(reader, archive))
            #expect(inbox == [before[0], before[1], before[0]])
            #expect(archived == [before[0], before[1], before[2]])
        }
        let members = try await mailbox.thread(before[0].thread)
        #expect(members.count == 5 && members == members.sorted())
        for email in members { #expect(try await mailbox.find(email) != nil) }
        #expect(try await mailbox.thread(ThreadID(1)).isEmpty)
        try await fixture.expectConsistentRows()
    }

    private struct IDs: Equatable {
        var object: EmailID
        var thread: ThreadID
    }

    private func ids(_ mailbox: any Mailbox, _ folder: FolderID) async throws -> [IDs] {
        let messages = Array(try await mailbox.snapshot(of: folder).messages)
        return try await mailbox.read(messages[...], [.ids, .sortKeys]).map { data in
            let data = try #require(data)
            #expect(data.entry.objectID == nil || data.entry.objectID == data.objectID)
            #expect(data.sortKeys?.subject == "plan")
            return IDs(object: try #require(data.objectID), thread: try #require(data.thread))
        }
    }

    @Test(arguments: TestEngine.allCases)
    func whatOnlyTheOriginalNeededGoesWithTheLastCopy(_ engine: TestEngine) async throws {
        try await engine.run { store in
            for isLarge in [false, true] {
                let fixture = Fixture(engine: store)
                let mailbox = try await fixture.mailbox()
                let archive = try #require(try await mailbox.folder("Archive"))
                let text = message("a") + String(repeating: "x", count: isLarge ? 4000 : 10)
                let uid = try await fixture.deliver(text).uid
                let copies = try await mailbox.copy(UIDSet(uid...uid), from: .inbox, to: archive.id).target
                let again = try await mailbox.copy(copies, from: archive.id, to: archive.id).target
                _ = try await mailbox.remove(UIDSet(uid...uid), in: .inbox)
                _ = try await mailbox.remove(copies, in: archive.id)
                try await fixture.expectConsistentRows()
                let last = try #require(again.first)
                for reader in [fixture, fixture.cold()] {
                    #expect(try await reader.octets(try await reader.mailbox(), archive.id, last) == Array(text.utf8))
                }
                let entry = try #require(try await mailbox.snapshot(of: archive.id).messages.entry(last))
                let data = try #require(try await mailbox.read([entry][...], [.summary, .preview])[0])
                #expect(data.preview?.hasPrefix("text") == true && data.summary != nil)
                _ = try await mailbox.remove(again, in: archive.id)
                try await fixture.expectNoMessageRows()
            }
        }
    }

    @Test func firstMessagesThatComeAtOnceFindEachOther() async throws {
        let engine = MemoryStore { for _ in 0..<20 { await Task.yield() } }
        let fixture = Fixture(engine: engine)
        try await withThrowingTaskGroup { group in
            for number in 0..<30 {
                group.addTask { _ = try await fixture.deliver(message("m\(number)", ["root"])) }
            }
            try await group.waitForAll()
        }
        #expect(Set(try await threads(try await fixture.mailbox())).count == 1)
        try await fixture.expectConsistentRows()
    }

    @Test func aDeliveryReadsItsKeysAndNothingElse() async throws {
        let fixture = Fixture()
        for number in 0..<20 { try await fixture.deliver(message("m\(number)", ["m0"])) }
        fixture.store.reset()
        try await fixture.deliver(message("x", (0..<200).map { "m\($0)" }))
        #expect(fixture.store.counts.reads == 1 && fixture.store.counts.commits == 1)
        #expect(fixture.store.counts.calls == 2)
        #expect(fixture.store.counts.keysRead <= 25)
        fixture.store.reset()
        try await fixture.deliver(message(nil))
        #expect(fixture.store.counts.calls == 1)
    }

    @Test func aThreadThatWasLongIsFoundByItsRootAndItsLastMessages() async throws {
        let fixture = Fixture()
        let all = (0..<400).map { "m\($0)" }
        try await fixture.deliver(message("root", all))
        try await fixture.deliver(message("late", ["m0"]))
        try await fixture.deliver(message("next", ["m399"]))
        #expect(Set(try await threads(try await fixture.mailbox())).count == 1)
        let entry = try #require(try await fixture.mailbox().snapshot(of: .inbox).messages.first)
        let keys = try await fixture.mailbox().read([entry][...], .sortKeys)[0]?.sortKeys
        #expect(keys?.references.count == 256)
    }

    /// Whatever is done in whatever order, on an engine that fails now and then: no row too many or too few, and no
    /// conversation changes.
    @Test(arguments: 0..<12 as Range<UInt64>) func rowsFollowTheMessages(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let folders = try await mailbox.folders().map(\.id)
        var shown: [EmailID: ThreadID] = [:]
        for step in 0..<80 {
            let folder = folders[Int.random(in: 0...2, using: &generator)]
            let target = folders[Int.random(in: 0...2, using: &generator)]
            let next = try await mailbox.snapshot(of: folder).folder.uidNext
            let first = UID.random(in: 1...next, using: &generator)
            let set = UIDSet(first...first + UID.random(in: 0...9, using: &generator))
            if step % 9 == 4 { fixture.store.fail(.commit, .unavailable, calls: 1) }
            do throws(MailboxError) {
                switch Int.random(in: 0...7, using: &generator) {
                case 0...3:
                    let ids = (0..<3).map { _ in "m\(Int.random(in: 0..<25, using: &generator))" }
                    let subject = Int.random(in: 0...3, using: &generator) == 0 ? "Re: other" : "Re: plan"
                    let text = message(ids[0], [ids[1], ids[2]], subject) + String(repeating: "x", count: step * 40)
                    _ = try await deliver(fixture, text, folder)
                case 4: _ = try await mailbox.copy(set, from: folder, to: target)
                case 5: _ = try await mailbox.move(set, from: folder, to: target)
                default: _ = try await mailbox.remove(set, in: folder)
                }
            } catch {
                guard case .store = error else { throw error }
            }
            fixture.store.setFaults(nil)
            guard step % 16 == 15 else { continue }
            try await fixture.expectConsistentRows()
            for folder in folders[0...2] {
                for entry in try await mailbox.snapshot(of: folder).messages {
                    let thread = try await mailbox.read([entry][...], .ids)[0]?.thread
                    #expect(thread != nil && shown[entry.email, default: thread ?? ThreadID(0)] == thread)
                    shown[entry.email] = thread
                    if let thread { #expect(try await mailbox.thread(thread).contains(entry.email)) }
                }
            }
        }
        for folder in folders { _ = try await mailbox.remove(UIDSet(1...(.max)), in: folder) }
        try await fixture.expectNoMessageRows()
    }

    private func deliver(_ fixture: Fixture, _ text: String, _ folder: FolderID) async throws(MailboxError) -> Filed {
        do { return try await fixture.deliver(text, folder: folder) } catch let error as MailboxError {
            throw error
        } catch {
            throw .store(error)
        }
    }
}
