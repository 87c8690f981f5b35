@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// Who finds what is shared, whatever went wrong on the way.
struct SharingTests {
    private func share(
        _ letters: String,
        of owner: AccountID = alice,
        with grantee: Grantee,
        in folder: FolderID = .inbox,
        _ ground: Ground
    ) async throws {
        let mailbox = try await ground.service.open(owner)
        try await mailbox.setRights(.replace(rights(letters)), of: grantee, isNegative: false, in: folder)
    }

    @Test(arguments: Engine.allCases) func whatIsSharedIsFound(_ engine: Engine) async throws {
        let ground = try Ground(engine)
        try await share("lr", with: .account(bob), ground)
        try await share("r", of: carol, with: .account(bob), ground)
        for service in [ground.service, ground.cold()] {
            #expect(try await service.sharers(with: bob) == [alice], "without l there is nothing to find")
            #expect(try await service.sharers(with: alice) == [])
        }
        try await share("l", of: carol, with: .anyone, ground)
        for service in [ground.service, ground.cold()] {
            #expect(try await service.sharers(with: bob) == [alice, carol])
            #expect(try await service.sharers(with: alice) == [carol])
            #expect(try await service.sharers(with: carol) == [])
        }
        let taken = try await ground.service.open(carol)
        try await taken.setRights(.replace(rights("l")), of: .account(bob), isNegative: true, in: .inbox)
        #expect(try await ground.service.sharers(with: bob) == [alice])
        for owner in [alice, carol] { try await share("", of: owner, with: .account(bob), ground) }
        try await share("", of: carol, with: .anyone, ground)
        #expect(try await ground.service.sharers(with: bob) == [])
        #expect(try await ground.service.sharers(with: alice) == [])
        try await ground.expectNoHints()
    }

    /// A right given is one commit for the hint and one for the list; nothing is read if both accounts are warm.
    @Test func toShareIsTwoCommits() async throws {
        let ground = try Ground(.memory)
        for account in [alice, bob] { _ = try await ground.service.open(account) }
        ground.store.reset()
        try await share("lr", with: .account(bob), ground)
        #expect(ground.store.counts.commits == 2 && ground.store.counts.calls == 2)
        ground.store.reset()
        try await share("lrs", with: .account(bob), ground)
        #expect(ground.store.counts.calls == 1)
        ground.store.reset()
        #expect(try await ground.service.sharers(with: bob) == [alice])
        #expect(ground.store.counts.calls == 1)
        ground.store.reset()
        try await share("", with: .account(bob), ground)
        #expect(ground.store.counts.calls == 2)
    }

    /// The owner's list is the truth: of one that a crash left behind there is nothing to see.
    @Test func aHintTooManyIsNotBelieved() async throws {
        let ground = try Ground(.memory)
        // The hint is durable, the list is not.
        _ = try await ground.service.open(alice)
        _ = try await ground.service.open(bob)
        for (grantee, partition) in [(Grantee.account(bob), Keys.partition(bob)), (.anyone, Partition([0x63]))] {
            ground.store.setFaults { [counted = Counted()] call, _ in
                guard call == .commit else { return nil }
                return counted.next() == 1 ? nil : .unavailable
            }
            await #expect(throws: MailboxError.self) { try await share("lr", with: grantee, ground) }
            ground.store.setFaults(nil)
            let cold = ground.cold()
            #expect(try await ground.store.scan(partition, .all, limit: 100, order: .ascending).count > 0)
            #expect(try await cold.sharers(with: bob) == [])
            #expect(try await cold.open(alice, as: bob).folders().isEmpty)
        }
        // The next change puts both right.
        try await share("lr", with: .account(bob), ground)
        #expect(try await ground.service.sharers(with: bob) == [alice])
        for grantee in [Grantee.account(bob), .anyone] { try await share("", with: grantee, ground) }
        try await ground.expectNoHints()
    }

    /// A hint that cannot be put: the right is not given, since nobody would find it.
    @Test func withoutAHintThereIsNoRight() async throws {
        let ground = try Ground(.memory)
        for account in [alice, bob] { _ = try await ground.service.open(account) }
        ground.store.fail(.commit, .unavailable, calls: 1)
        await #expect(throws: MailboxError.self) { try await share("lr", with: .account(bob), ground) }
        ground.store.setFaults(nil)
        #expect(try await ground.service.open(alice).rights(in: .inbox).count == 1)
    }

    /// After the last right is taken the hint may stay, if the engine fails just then; the answer is positive.
    @Test func aHintThatCannotBeTakenAwayStays() async throws {
        let ground = try Ground(.memory)
        try await share("lr", with: .account(bob), ground)
        ground.store.setFaults { [counted = Counted()] call, _ in
            guard call == .commit else { return nil }
            return counted.next() == 1 ? nil : .unavailable
        }
        try await share("", with: .account(bob), ground)
        ground.store.setFaults(nil)
        #expect(try await ground.service.sharers(with: bob) == [])
        try await share("", with: .account(bob), ground)
        try await ground.expectNoHints()
    }

    @Test func theHintGoesWithTheLastFolder() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let folders = [
            try await mailbox.createFolder(path("a"), specialUse: nil).id,
            try await mailbox.createFolder(path("b"), specialUse: nil).id,
        ]
        for folder in folders {
            try await share("lr", with: .account(bob), in: folder, ground)
            try await share("lr", with: .anyone, in: folder, ground)
        }
        try await mailbox.deleteFolder(folders[0])
        #expect(try await ground.cold().sharers(with: bob) == [alice])
        try await mailbox.deleteFolder(folders[1])
        try await ground.expectNoHints()
    }

    /// Many give and take at once; in the end each finds exactly what the lists say.
    @Test(arguments: 0..<6) func hintsAreNeverMissing(_ seed: UInt64) async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let folders = try await mailbox.folders().map(\.id)
        try await withThrowingTaskGroup { group in
            for task in UInt64(0)..<8 {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &* 100 &+ task)
                    for _ in 0..<20 {
                        let grantee = [Grantee.account(bob), .account(carol), .anyone].randomElement(using: &generator)
                        let folder = folders[Int.random(in: 0..<folders.count, using: &generator)]
                        let letters = Bool.random(using: &generator) ? "lr" : ""
                        try await mailbox.setRights(
                            .replace(rights(letters)),
                            of: grantee ?? .anyone,
                            isNegative: false,
                            in: folder
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        for service in [ground.service, ground.cold()] {
            for user in [bob, carol] {
                let isSeen = try await !service.open(alice, as: user).folders().isEmpty
                #expect(try await service.sharers(with: user) == (isSeen ? [alice] : []))
            }
        }
        for folder in folders {
            for grantee in [Grantee.account(bob), .account(carol), .anyone] {
                try await mailbox.setRights(.delete, of: grantee, isNegative: false, in: folder)
            }
        }
        try await ground.expectNoHints()
    }

    // MARK: What is told

    /// What a user hears of another's mailbox: what they may see, and what they saw until now.
    @Test(.rfc(5465, "5.4")) func changesAreToldWithinTheRights() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let shared = try await ground.service.open(alice, as: bob)
        let hidden = try await mailbox.createFolder(path("hidden"), specialUse: nil).id
        let seen = try await mailbox.createFolder(path("seen"), specialUse: nil).id
        let bell = Bell()
        let observation = shared.observe(.account) { bell.ring() }
        var modSeq = try await shared.lastModSeq()
        func news() async throws -> [String] {
            var told: [String] = []
            while true {
                let changes = try await shared.changes(since: modSeq, limit: 2)
                guard let last = changes.last else { return told }
                modSeq = last.modSeq
                told += changes.map { "\($0.kind) \($0.folder)" }
            }
        }
        try await ground.deliver(folder: seen)
        try await ground.deliver(folder: hidden)
        try await mailbox.subscribe(path("seen"), true)
        try await ground.service.setQuota(QuotaLimits(), of: alice)
        #expect(try await news() == [] && bell.rings == 0)
        try await mailbox.setRights(.replace(rights("l")), of: .account(bob), isNegative: false, in: seen)
        #expect(try await news() == ["rights \(seen)"] && bell.rings == 1)
        try await ground.deliver(folder: seen)
        try await mailbox.setRights(.add(rights("r")), of: .account(bob), isNegative: false, in: seen)
        for _ in 0..<5 { try await ground.deliver(folder: hidden) }
        try await ground.deliver(folder: seen)
        // Messages that came before one might read are told of too, now that one may.
        #expect(try await news() == ["added \(seen)", "rights \(seen)", "added \(seen)"])
        try await mailbox.renameFolder(seen, to: path("new"))
        try await mailbox.setAnnotations([Annotation(name("/private/x"), [1])], of: seen)
        try await mailbox.setAnnotations([Annotation(name("/shared/x"), [1])], of: seen)
        #expect(try await news() == ["renamed \(seen)", "annotations \(seen)"])
        let rung = bell.rings
        try await mailbox.setRights(.delete, of: .account(bob), isNegative: false, in: seen)
        #expect(try await news() == ["rights \(seen)"] && bell.rings == rung + 1, "that it is hidden now is told")
        try await ground.deliver(folder: seen)
        #expect(try await news() == [] && bell.rings == rung + 1)
        try await mailbox.setRights(.replace(rights("l")), of: .account(bob), isNegative: false, in: seen)
        try await mailbox.deleteFolder(seen)
        try await mailbox.deleteFolder(hidden)
        // Of a folder that went, and of the way there, only the end is told to those who saw it.
        #expect(try await news().last == "deleted \(seen)")
        withExtendedLifetime(observation) {}
    }

    /// Old history is told in fewer entries, but to all who were to hear of it, and to nobody else.
    @Test func foldedHistoryHasTheSameListeners() throws {
        var (bobs, carols) = (AccessList(), AccessList())
        bobs.set(.lookup, of: .account(bob), isNegative: false)
        carols.set(.lookup, of: .account(carol), isNegative: false)
        var entries: [LogFold.Entry] = []
        func add(_ kind: Change.Kind, _ audience: AccessList?, _ user: AccountID? = nil, _ annotations: [String] = []) {
            let modSeq = ModSeq(entries.count + 1)
            var change = Change(modSeq: modSeq, kind: kind, folder: .inbox, annotations: annotations, user: user)
            change.audience = audience
            entries.append(LogFold.Entry(change: change, counter: 1))
        }
        for _ in 0..<3 {
            add(.rights, bobs)
            add(.rights, carols)
            add(.annotations, nil, bob, ["/private/a"])
            add(.annotations, nil, carol, ["/private/b"])
            add(.annotations, nil, nil, ["/shared/c"])
        }
        let folded = LogFold.fold(entries).map(\.change)
        #expect(folded.map(\.modSeq) == [11, 12, 13, 14, 15])
        #expect(folded.map(\.audience) == [bobs, carols, nil, nil, nil])
        #expect(folded.map(\.user) == [nil, nil, bob, carol, nil])
        for change in folded {
            let row = try Change(key: Keys.change(change.modSeq, 1), row: change.row)
            #expect(row.audience == change.audience && row.user == change.user)
        }
    }

    @Test func aFolderIsObservedWithinTheRights() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let shared = try await ground.service.open(alice, as: bob)
        let bell = Bell()
        let observation = shared.observe(.folder(.inbox)) { bell.ring() }
        try await ground.deliver()
        #expect(bell.rings == 0)
        try await mailbox.setRights(.replace(rights("lr")), of: .account(bob), isNegative: false, in: .inbox)
        try await ground.deliver()
        try await ground.deliver(folder: FolderID(2))
        #expect(bell.rings == 2)
        withExtendedLifetime(observation) {}
    }

    /// One hears in one's own mailbox that somebody shares something for the first time.
    @Test func aNewSharerIsTold() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(bob)
        let modSeq = try await mailbox.lastModSeq()
        let bell = Bell()
        let observation = mailbox.observe(.account) { bell.ring() }
        try await share("lr", with: .account(bob), ground)
        try await share("lrs", with: .account(bob), ground)
        #expect(bell.rings == 1)
        let changes = try await mailbox.changes(since: modSeq, limit: 10)
        #expect(changes.map(\.kind) == [.rights] && changes.map(\.folder) == [FolderID(0)])
        withExtendedLifetime(observation) {}
    }
}

/// Counts its calls.
private final class Counted: Sendable {
    private let bell = Bell()
    func next() -> Int {
        bell.ring()
        return bell.rings
    }
}

extension Ground {
    /// No account has a hint that somebody shares with it.
    fileprivate func expectNoHints(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for account in [alice, bob, carol] {
            let state = try await cold().openStore(account).writer.state()
            #expect(state.settings.sharers.isEmpty, sourceLocation: sourceLocation)
        }
        let all = try await store.scan(Partition([0x63]), .all, limit: 10, order: .ascending)
        #expect(all.isEmpty, sourceLocation: sourceLocation)
    }
}
