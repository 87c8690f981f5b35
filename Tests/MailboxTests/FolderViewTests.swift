import Mailbox
import PorticoTesting
import Testing

struct FolderViewTests {
    /// A client that believes what `News` tells it, told of random changes, sees what the mailbox sees.
    @Test(.rfc(9051, "7.5.1"), arguments: 0..<12)
    func theClientFollows(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for _ in 0..<150 { try await fixture.deliver() }
        var view = FolderView(try await mailbox.snapshot(of: .inbox))
        var known = view.snapshot.messages.map { ($0.uid, $0.flags) }
        for _ in 0..<60 {
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let last = try await mailbox.folder("INBOX")?.uidNext ?? 1
                let start = UID.random(in: 1...last, using: &generator)
                let set = UIDSet(start...start + UID.random(in: 0...9, using: &generator))
                switch Int.random(in: 0...3, using: &generator) {
                case 0: try await fixture.deliver()
                case 1: _ = try await mailbox.remove(set, in: .inbox)
                case 2:
                    _ = try await mailbox.store(set, in: .inbox, FlagChange(.add, .seen), unchangedSince: nil)
                default:
                    _ = try await mailbox.store(set, in: .inbox, FlagChange(.remove, .seen), unchangedSince: nil)
                }
            }
            let mayExpunge = Bool.random(using: &generator)
            let news = view.advance(to: try await mailbox.snapshot(of: .inbox), mayExpunge: mayExpunge)
            #expect(mayExpunge || news.expunged.isEmpty)
            for (number, uid) in zip(news.expunged, news.expungedUIDs) {
                #expect(known[number - 1].0 == uid)
                known.remove(at: number - 1)
            }
            if let exists = news.exists {
                #expect(exists > known.count)
                // A real client would ask for them.
                for entry in view.snapshot.messages.dropFirst(known.count) { known.append((entry.uid, entry.flags)) }
            }
            for (number, entry) in news.changed {
                #expect(known[number - 1].0 == entry.uid)
                known[number - 1].1 = entry.flags
            }
            #expect(known.map(\.0) == view.snapshot.messages.map(\.uid))
            #expect(known.map(\.1) == view.snapshot.messages.map(\.flags))
        }
        let now = try await mailbox.snapshot(of: .inbox)
        _ = view.advance(to: now, mayExpunge: true)
        #expect(Array(view.snapshot.messages) == Array(now.messages))
        #expect(view.advance(to: now, mayExpunge: true).isEmpty)
    }

    @Test func whatWasAcknowledgedIsNotToldAgain() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        try await fixture.deliver()
        var view = FolderView(try await mailbox.snapshot(of: .inbox))
        _ = try await mailbox.store(UIDSet(1...1), in: .inbox, FlagChange(.add, .seen), unchangedSince: nil)
        let now = try await mailbox.snapshot(of: .inbox)
        view.acknowledge(try #require(now.messages.entry(1)))
        #expect(view.advance(to: now, mayExpunge: true).isEmpty)
    }
}
