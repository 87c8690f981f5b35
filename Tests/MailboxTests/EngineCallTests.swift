import Mailbox
import PorticoTesting
import Store
import Testing

/// Calls to the engine, each a round trip on a distributed one, are few and do not grow with the folder.
struct EngineCallTests {
    @Test func aDeliveryIsOneCommit() async throws {
        let fixture = Fixture()
        try await fixture.deliver()
        fixture.store.reset()
        try await fixture.deliver()
        #expect(fixture.store.counts.commits == 1)
        #expect(fixture.store.counts.calls == 1)
    }

    @Test func aDeliveryToAColdAccountIsOneReadMore() async throws {
        let fixture = Fixture()
        for _ in 0..<200 { try await fixture.deliver() }
        let cold = fixture.cold()
        try await cold.deliver()
        #expect(cold.store.counts.scans == 1)
        #expect(cold.store.counts.commits == 1)
        #expect(cold.store.counts.calls == 2)
    }

    @Test func theFirstDeliveryMakesTheAccountInTheSameCommit() async throws {
        let fixture = Fixture()
        try await fixture.deliver()
        #expect(fixture.store.counts.calls == 2)
        #expect(try await fixture.mailbox().folders().count == 6)
    }

    @Test func aLargeDeliveryPutsOneBlobFirst() async throws {
        let fixture = Fixture()
        try await fixture.deliver()
        fixture.store.reset()
        try await fixture.deliver("Subject: large\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 40_000))
        #expect(fixture.store.counts.blobPuts == 1)
        #expect(fixture.store.counts.blobFinishes == 1)
        #expect(fixture.store.counts.commits == 1)
        #expect(fixture.store.counts.reads + fixture.store.counts.scans == 0)
    }

    @Test func selectIsAtMostTwoReads() async throws {
        let fixture = Fixture()
        for _ in 0..<1000 { try await fixture.deliver() }
        let cold = fixture.cold()
        let mailbox = try await cold.mailbox()
        _ = try await mailbox.claimRecent(in: .inbox)
        #expect(try await mailbox.snapshot(of: .inbox).messages.count == 1000)
        #expect(cold.store.counts.calls <= 2)
        cold.store.reset()
        _ = try await mailbox.snapshot(of: .inbox)
        _ = try await mailbox.folders()
        #expect(cold.store.counts.calls == 0)
    }

    @Test func headersAreReadInLargeScans() async throws {
        let fixture = Fixture()
        for _ in 0..<1200 { try await fixture.deliver() }
        let mailbox = try await fixture.mailbox()
        let messages = Array(try await mailbox.snapshot(of: .inbox).messages)
        fixture.store.reset()
        var rest = messages[...]
        while !rest.isEmpty {
            let answers = try await mailbox.read(rest, .summary)
            #expect(answers.count >= min(500, rest.count))
            #expect(answers.allSatisfy { $0?.summary != nil })
            rest = rest.dropFirst(answers.count)
        }
        #expect(fixture.store.counts.calls <= 3)
    }

    @Test func headersAreReadInLargeScansThoughOtherFoldersStandBetween() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive")).id
        for index in 0..<1200 { try await fixture.deliver(folder: index % 4 == 0 ? .inbox : archive) }
        let messages = Array(try await mailbox.snapshot(of: .inbox).messages)
        fixture.store.reset()
        let answers = try await mailbox.read(messages[...], .summary)
        #expect(answers.count == 300)
        #expect(answers.allSatisfy { $0?.summary != nil })
        #expect(fixture.store.counts.calls <= 2)
    }

    @Test func changesOfManyMessagesAreOneCommit() async throws {
        let fixture = Fixture()
        for _ in 0..<300 { try await fixture.deliver() }
        let mailbox = try await fixture.mailbox()
        let trash = try #require(try await mailbox.folder("Trash")).id
        _ = try await mailbox.snapshot(of: .inbox)
        func commits(_ body: () async throws -> Void) async throws -> Int {
            fixture.store.reset()
            try await body()
            return fixture.store.counts.commits
        }
        let all = UIDSet(1...300)
        #expect(
            try await commits {
                _ = try await mailbox.store(all, in: .inbox, FlagChange(.add, .seen), unchangedSince: nil)
            } == 1
        )
        #expect(fixture.store.counts.calls == 1)
        #expect(fixture.store.counts.rowsWritten <= 10, "flags of \(MessageTable.span) messages are one row")
        #expect(
            try await commits {
                _ = try await mailbox.store(all, in: .inbox, FlagChange(.add, .seen), unchangedSince: nil)
            } == 0
        )
        #expect(try await commits { _ = try await mailbox.copy(all, from: .inbox, to: trash) } == 1)
        #expect(fixture.store.counts.reads <= 2)
        #expect(try await commits { _ = try await mailbox.move(all, from: .inbox, to: trash) } == 1)
        #expect(fixture.store.counts.calls == 1)
        _ = try await mailbox.store(UIDSet(1...600), in: trash, FlagChange(.add, .deleted), unchangedSince: nil)
        #expect(try await commits { _ = try await mailbox.expunge(nil, in: trash) } == 1)
        #expect(try await mailbox.usage() == Usage(size: 0, count: 0))
    }

    /// What is written for each message is small, however large the message, and what is read at once is bounded.
    @Test(arguments: TestEngine.allCases) func copiesAndMovesOfManyWriteLittle(_ engine: TestEngine) async throws {
        try await engine.run { store in
            let fixture = Fixture(engine: store)
            let mailbox = try await fixture.mailbox()
            let trash = try #require(try await mailbox.folder("Trash")).id
            let message = try await fixture.service.receive()
            try await message.push(Array(("Subject: x\r\n\r\n" + String(repeating: "text ", count: 300)).utf8))
            try await message.finish()
            let count = 3000
            let all = Array(repeating: NewMessage(message), count: count)
            let uids = try await mailbox.append(all, to: .inbox, replacing: nil).uids
            await message.discard()
            fixture.store.reset()
            #expect(try await mailbox.copy(uids, from: .inbox, to: trash).target.count == count)
            #expect(fixture.store.counts.commits == 1)
            #expect(fixture.store.counts.octetsWritten < count * 120)
            #expect(fixture.store.counts.calls <= 1 + 2 * count / 1000)
            fixture.store.reset()
            #expect(try await mailbox.move(uids, from: .inbox, to: trash).target.count == count)
            #expect(fixture.store.counts.calls == 1)
            #expect(fixture.store.counts.octetsWritten < count * 50)
            fixture.store.reset()
            #expect(try await mailbox.remove(UIDSet(1...UID(count)), in: trash).count == count)
            #expect(fixture.store.counts.commits == 1)
            #expect(fixture.store.counts.calls <= 1 + 6 * count / 1000)
            try await fixture.expectConsistentRows()
            fixture.store.reset()
            #expect(try await mailbox.remove(UIDSet(1...UID(2 * count)), in: trash).count == count)
            #expect(fixture.store.counts.commits == 1)
            #expect(fixture.store.counts.calls <= 1 + 6 * count / 1000)
            try await fixture.expectNoMessageRows()
        }
    }

    @Test func concurrentDeliveriesToOneAccountShareCommits() async throws {
        let gate = Gate()
        let engine = MemoryStore(sync: { await gate.pass() })
        let fixture = Fixture(engine: engine)
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await fixture.deliver() } }
            group.addTask {
                gate.open()
                return Filed(email: EmailID(0), uidValidity: 0, uid: 0)
            }
            var uids: [UID] = []
            for try await filed in group where filed.uid > 0 { uids.append(filed.uid) }
            #expect(uids.sorted() == Array(1...20))
        }
        #expect(fixture.store.counts.commits <= 20)
        #expect(try await fixture.cold().mailbox().snapshot(of: .inbox).messages.map(\.uid) == Array(1...20))
    }
}
