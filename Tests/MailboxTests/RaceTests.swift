import Mailbox
import PorticoTesting
import Store
import Synchronization
import Testing
import World

/// Many tasks change a few accounts at once, on a slow engine that fails now and then, on one node and on two. Every
/// UID is given once, so what the answers said can be added up afterwards: that, and nothing else, is there.
struct RaceTests {
    /// What the answers say is there: the text of each message by folder and UID.
    private final class Ledger: Sendable {
        struct Place: Hashable {
            var account: UInt64
            var folder: FolderID
            var uid: UID
        }

        struct State {
            var made: [Place: String] = [:]
            var removed: Set<Place> = []
            /// Copies and moves: the text is known once everything ended.
            var from: [Place: Place] = [:]
            var isDouble = false
            var serial = 0
        }

        let state = Mutex(State())

        func make(_ place: Place, _ text: String) {
            state.withLock { if $0.made.updateValue(text, forKey: place) != nil { $0.isDouble = true } }
        }

        func copy(_ source: Place, _ target: Place) {
            state.withLock { if $0.from.updateValue(source, forKey: target) != nil { $0.isDouble = true } }
        }

        func remove(_ place: Place) {
            state.withLock { if !$0.removed.insert(place).inserted { $0.isDouble = true } }
        }

        var nextText: String {
            let serial = state.withLock { state in
                state.serial += 1
                return state.serial
            }
            let ids = "Message-ID: <\(serial)@example.test>\r\nReferences: <\(serial % 7)@example.test>\r\n"
            return ids + "Subject: \(serial % 3)\r\n\r\n"
                + String(repeating: "x", count: serial % 5 == 0 ? 3000 : serial % 40)
        }

        /// The messages of an account's folder, in the order of their UIDs.
        func messages(_ account: UInt64, _ folder: FolderID) -> [(uid: UID, text: String)] {
            state.withLock { state in
                let all = Set(state.made.keys).union(state.from.keys).subtracting(state.removed)
                return all.filter { $0.account == account && $0.folder == folder }.sorted { $0.uid < $1.uid }.map {
                    place in
                    var origin = place
                    while let source = state.from[origin] { origin = source }
                    return (place.uid, state.made[origin] ?? "?")
                }
            }
        }
    }

    private struct Node {
        var service: StoreMailboxService
        var ledger: Ledger
        var generator: SeededGenerator

        mutating func step() async throws {
            let account = UInt64.random(in: 1...2, using: &generator)
            let folder = FolderID(UInt32.random(in: 1...3, using: &generator))
            let target = FolderID(UInt32.random(in: 1...3, using: &generator))
            let mailbox = try await service.open(AccountID(account))
            let snapshot = try await mailbox.snapshot(of: folder)
            RaceTests.checkWhole(snapshot)
            let first = UID.random(in: 1...snapshot.folder.uidNext, using: &generator)
            let set = UIDSet(first...first + UID.random(in: 0...9, using: &generator))
            func place(_ folder: FolderID, _ uid: UID) -> Ledger.Place {
                Ledger.Place(account: account, folder: folder, uid: uid)
            }
            func note(_ copied: Copied, moves: Bool) {
                for (source, copy) in zip(copied.source.uids, copied.target.uids) {
                    ledger.copy(place(folder, source), place(target, copy))
                    if moves { ledger.remove(place(folder, source)) }
                }
            }
            switch Int.random(in: 0...12, using: &generator) {
            case 0...4: try await deliver(to: [account], in: folder)
            case 5: try await deliver(to: [1, 2], in: folder)
            case 6:
                let keywords = ["k\(UInt32.random(in: 0...9, using: &generator))"]
                let change = FlagChange(.add, [.seen, .deleted], keywords: keywords)
                _ = try await mailbox.store(set, in: folder, change, unchangedSince: nil)
            case 7: note(try await mailbox.copy(set, from: folder, to: target), moves: false)
            case 8, 9: note(try await mailbox.move(set, from: folder, to: target), moves: true)
            case 10:
                for uid in try await mailbox.expunge(set, in: folder).uids { ledger.remove(place(folder, uid)) }
            case 11:
                // A folder that comes and goes, with copies whose originals may go before or after.
                let serial = ledger.nextText.hashValue
                guard
                    let (old, new) = FolderPath("old \(serial)").flatMap({ old in
                        FolderPath("new/\(serial)").map { (old, $0) }
                    })
                else { return }
                let made = try await mailbox.createFolder(old, specialUse: nil)
                _ = try await mailbox.copy(set, from: folder, to: made.id)
                try await mailbox.renameFolder(made.id, to: new)
                try await mailbox.deleteFolder(made.id)
            default:
                _ = try await mailbox.claimRecent(in: folder)
                for uid in try await mailbox.remove(set, in: folder).uids { ledger.remove(place(folder, uid)) }
            }
        }

        private func deliver(to accounts: [UInt64], in folder: FolderID) async throws {
            let text = ledger.nextText
            let message = try await service.receive()
            do {
                try await message.push(Array(text.utf8))
                try await message.finish()
                try await message.share(among: accounts.map { AccountID($0) })
                for account in accounts {
                    let filed = try? await message.file(
                        in: folder,
                        of: AccountID(account),
                        prefix: [],
                        flags: [],
                        keywords: [],
                        date: nil
                    )
                    guard let filed else { continue }
                    ledger.make(Ledger.Place(account: account, folder: folder, uid: filed.uid), text)
                }
            } catch {}
            await message.discard()
        }
    }

    /// Whether a folder and its messages are of one moment.
    fileprivate static func checkWhole(_ snapshot: FolderSnapshot) {
        let (folder, messages) = (snapshot.folder, snapshot.messages)
        #expect(folder.total == messages.count)
        #expect(folder.unseen == messages.count { !$0.flags.contains(.seen) })
        #expect(folder.deleted == messages.count { $0.flags.contains(.deleted) })
        #expect(folder.size == messages.reduce(0) { $0 + Int($1.size) })
        #expect(zip(messages, messages.dropFirst()).allSatisfy { $0.uid < $1.uid })
        #expect(messages.last.map { $0.uid < folder.uidNext } ?? true)
        #expect(messages.allSatisfy { $0.modSeq <= folder.highestModSeq })
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func whatTheAnswersSaidIsThere(_ seed: UInt64) async throws {
        var configuration = MemoryStore.Configuration()
        configuration.inlineLimit = 2000
        let engine = MemoryStore(configuration) { for _ in 0..<3 { await Task.yield() } }
        let store = CountingStore(engine, seed: seed, delay: .zero ... .microseconds(8)) { delay in
            for _ in 0..<Int(delay / .microseconds(1)) { await Task.yield() }
        }
        let ledger = Ledger()
        let services = (0...(seed % 2)).map { _ in StoreMailboxService(store: store, world: .real) }
        for account in 1...2 as ClosedRange<UInt64> { _ = try await services[0].open(AccountID(account)) }
        // Either failures that say what became of the commit, or such as do not, which the writer finds out.
        let refuses = seed % 4 < 2
        store.setFaults { call, number in
            var generator = SeededGenerator(seed: seed &* 7919 &+ UInt64(number))
            guard Int.random(in: 0..<20, using: &generator) == 0 else { return nil }
            if call == .commit {
                return refuses ? .unavailable : number % 2 == 0 ? .unknownButApplied : .unknownNotApplied
            }
            return number % 3 == 0 ? .unavailable : nil
        }
        await withTaskGroup { group in
            for task in 0..<8 as Range<UInt64> {
                let service = services[Int(task) % services.count]
                group.addTask {
                    var node = Node(
                        service: service,
                        ledger: ledger,
                        generator: SeededGenerator(seed: seed &* 1000 &+ task)
                    )
                    for _ in 0..<25 {
                        do { try await node.step() } catch MailboxError.store(let error as StoreError) {
                            switch error {
                            case .unavailable: continue
                            // The other node may be faster many times over.
                            case .conflict where services.count > 1: continue
                            default: Issue.record("a failure that nobody made: \(error)")
                            }
                        } catch { Issue.record("a failure that nobody made: \(error)") }
                    }
                }
            }
        }
        store.setFaults(nil)
        #expect(!ledger.state.withLock { $0.isDouble })
        let warm = seed % 2 == 0 ? services : []
        for service in warm + [StoreMailboxService(store: engine, world: .real)] { try await check(service, ledger) }
        for account in 1...2 as ClosedRange<UInt64> { try await Fixture(engine: engine).expectConsistentRows(account) }
    }

    private func check(_ service: StoreMailboxService, _ ledger: Ledger) async throws {
        for account in 1...2 as ClosedRange<UInt64> {
            let mailbox = try await service.open(AccountID(account))
            var usage = Usage(size: 0, count: 0)
            for folder in (1...3).map({ FolderID($0) }) {
                let snapshot = try await mailbox.snapshot(of: folder)
                Self.checkWhole(snapshot)
                let expected = ledger.messages(account, folder)
                #expect(snapshot.messages.map(\.uid) == expected.map(\.uid))
                for (entry, message) in zip(snapshot.messages, expected) {
                    let data = try await mailbox.read([entry][...], .octets)[0]
                    let octets = try await mailbox.octets(of: try #require(data), 0..<Int(entry.size))
                    #expect(octets == Array(message.text.utf8))
                    let found = try await mailbox.find(entry.email)
                    #expect(found?.folder == folder && found?.entry == entry)
                }
                usage.count += snapshot.messages.count
                usage.size += snapshot.folder.size
            }
            for folder in try await mailbox.folders() where folder.id.number > 3 {
                Self.checkWhole(try await mailbox.snapshot(of: folder.id))
                usage.count += folder.total
                usage.size += folder.size
            }
            #expect(try await mailbox.usage() == usage)
        }
    }
}
