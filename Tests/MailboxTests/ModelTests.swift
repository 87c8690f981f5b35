import Mailbox
import PorticoTesting
import Store
import Testing

/// Random operations on a mailbox and on a model of it that is a few arrays. The store fails now and then, the process
/// dies and starts again: what was answered is there, and nothing else.
struct ModelTests {
    struct Message: Equatable {
        var uid: UID
        var flags: Flags
        var text: String
    }

    @Test(arguments: 0..<16)
    func theMailboxIsWhatItsAnswersSay(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var configuration = MemoryStore.Configuration()
        configuration.inlineLimit = 2000
        var engine = MemoryStore(configuration)
        var fixture = Fixture(engine: engine)
        var model: [FolderID: [Message]] = [:]
        var next: [FolderID: UID] = [:]
        let folders = try await fixture.mailbox().folders().map(\.id)
        for folder in folders { (model[folder], next[folder]) = ([], 1) }
        for step in 0..<120 {
            let mailbox = try await fixture.mailbox()
            let folder = folders[Int.random(in: 0...2, using: &generator)]
            let target = folders[Int.random(in: 0...2, using: &generator)]
            let first = UID.random(in: 1...max(1, next[folder] ?? 1), using: &generator)
            let set = UIDSet(first...first + UID.random(in: 0...30, using: &generator))
            let messages = model[folder] ?? []
            let chosen = messages.filter { set.contains($0.uid) }
            let rest = messages.filter { !set.contains($0.uid) }
            func add(_ new: [Message], to folder: FolderID) {
                for message in new {
                    let uid = next[folder] ?? 1
                    model[folder]?.append(Message(uid: uid, flags: message.flags, text: message.text))
                    next[folder] = uid + 1
                }
            }
            switch Int.random(in: 0...9, using: &generator) {
            case 0...3:
                let text =
                    "Subject: s\r\nMessage-ID: <\(step % 9)>\r\nReferences: <\(step % 5)>\r\n\r\n"
                    + String(repeating: "x", count: step % 7 == 0 ? 3000 : step)
                let filed = try await fixture.deliver(text, folder: folder, flags: step % 2 == 0 ? .seen : [])
                #expect(filed.uid == next[folder])
                add([Message(uid: 0, flags: step % 2 == 0 ? .seen : [], text: text)], to: folder)
            case 4:
                _ = try await mailbox.store(set, in: folder, FlagChange(.add, .flagged), unchangedSince: nil)
                model[folder] = messages.map { message in
                    var message = message
                    if set.contains(message.uid) { message.flags.insert(.flagged) }
                    return message
                }
            case 5:
                _ = try await mailbox.copy(set, from: folder, to: target)
                add(chosen, to: target)
            case 6:
                _ = try await mailbox.move(set, from: folder, to: target)
                model[folder] = rest
                add(chosen, to: target)
            case 7:
                _ = try await mailbox.remove(set, in: folder)
                model[folder] = rest
            case 8:
                fixture.store.fail(.commit, .unavailable, calls: 1)
                await #expect(throws: MailboxError.self) { try await fixture.deliver(folder: folder) }
                fixture.store.setFaults(nil)
            default:
                engine = engine.crashed(seed: seed &+ UInt64(step))
                fixture = Fixture(engine: engine)
            }
        }
        try await check(fixture.cold(), model, next)
    }

    private func check(_ fixture: Fixture, _ model: [FolderID: [Message]], _ next: [FolderID: UID]) async throws {
        let mailbox = try await fixture.mailbox()
        var usage = Usage(size: 0, count: 0)
        for (folder, messages) in model {
            let snapshot = try await mailbox.snapshot(of: folder)
            #expect(snapshot.messages.map(\.uid) == messages.map(\.uid))
            #expect(snapshot.messages.map(\.flags) == messages.map(\.flags))
            #expect(snapshot.folder.uidNext == next[folder])
            #expect(snapshot.folder.total == messages.count)
            #expect(snapshot.folder.unseen == messages.count { !$0.flags.contains(.seen) })
            #expect(snapshot.folder.size == messages.reduce(0) { $0 + $1.text.utf8.count })
            usage.count += messages.count
            usage.size += snapshot.folder.size
            for message in messages {
                let octets = try await fixture.octets(mailbox, folder, message.uid)
                #expect(octets == Array(message.text.utf8))
            }
            for entry in snapshot.messages {
                #expect(try await mailbox.find(entry.email)?.entry == entry)
            }
        }
        #expect(try await mailbox.usage() == usage)
        try await fixture.expectConsistentRows()
    }

    /// A commit of which the engine cannot say whether it was applied ends as one or the other, never twice.
    @Test(arguments: [CountingStore.Fault.unknownButApplied, .unknownNotApplied])
    func anUnknownEndIsFoundOut(_ fault: CountingStore.Fault) async throws {
        let fixture = Fixture()
        try await fixture.deliver()
        fixture.store.fail(.commit, fault, calls: 1)
        #expect(try await fixture.deliver().uid == 2)
        #expect(try await fixture.cold().mailbox().snapshot(of: .inbox).messages.map(\.uid) == [1, 2])
    }

    @Test func aConflictIsTriedAgain() async throws {
        let engine = MemoryStore()
        let (left, right) = (Fixture(engine: engine), Fixture(engine: engine))
        for expected: UID in 1...20 {
            #expect(try await (expected % 2 == 0 ? left : right).deliver().uid == expected)
        }
        _ = try await left.mailbox().remove(UIDSet(1...5), in: .inbox)
        #expect(try await right.deliver().uid == 21)
        #expect(try await right.mailbox().snapshot(of: .inbox).messages.count == 16)
    }
}
