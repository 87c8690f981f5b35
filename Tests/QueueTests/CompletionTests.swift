import PorticoTesting
import SMTP
import Store
import Testing
import World

@testable import Queue

struct CompletionTests {
    private static let everything: Command.Rcpt.Notify = [.success, .failure, .delay]

    // MARK: Failing for now

    @Test func aTemporaryFailureWaitsLongerEachTime() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        for wait in [1800, 3600, 7200, 14_400, 14_400] {
            try await fixture.complete(try await fixture.takeOne(), .full)
            try await fixture.check()
            fixture.wait(.seconds(wait - 1))
            #expect(try await fixture.take().isEmpty)
            fixture.wait(.seconds(1))
        }
        let work = try await fixture.takeOne()
        #expect(work.job.attempts == 5 && work.job.history.count == 5)
        #expect(work.job.recipients[0].lastReply == "452 4.2.2 Full")
        #expect(work.job.history.last?.host == "mx.example.test")
        #expect(work.job.history.last?.kind == .mailboxFull)
    }

    @Test func historyIsBounded() async throws {
        let fixture = try await Fixture { $0.schedule.lifetime = .seconds(1 << 30) }
        try await fixture.add("a@one.test", from: "")
        let long = Outcome.deferred(.other, reply: "451 " + String(repeating: "x", count: 5000), status: "")
        for _ in 0..<20 {
            fixture.wait(.seconds(7200))
            guard let work = try await fixture.take().first else { break }
            try await fixture.complete(work, long)
        }
        let job = try #require(try await fixture.jobs().first)
        #expect(job.attempts == 20 && job.history.count == QueueLimits.history)
        #expect(job.recipients[0].lastReply.utf8.count == QueueLimits.text)
    }

    @Test func recipientsThatFailForDifferentReasonsWaitApart() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test", "b@one.test", "c@one.test", "d@one.test")
        try await fixture.complete(try await fixture.takeOne(), .delivered, .full, .greylisted, .full)
        try await fixture.check()
        fixture.wait(.seconds(330))
        let grey = try await fixture.takeOne()
        #expect(grey.job.waitingIndices.map { grey.job.recipients[$0].address } == ["c@one.test"])
        try await fixture.complete(grey, .delivered)
        fixture.wait(.seconds(1800))
        let full = try await fixture.takeOne()
        #expect(full.job.waitingIndices.map { full.job.recipients[$0].address } == ["b@one.test", "d@one.test"])
        try await fixture.complete(full, .delivered, .delivered)
        #expect(try await fixture.isEmpty())
    }

    @Test func givenBackIsNoAttempt() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        try await fixture.queue.complete(Completion(try await fixture.takeOne().lease, .givenBack))
        #expect(try await fixture.takeOne().job.attempts == 0)
        try await fixture.check()
    }

    @Test func whatIsPostponedWaits() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        let work = try await fixture.takeOne()
        try await fixture.add("b@one.test")
        let later = Timestamp(milliseconds: fixture.world.now.milliseconds + 60_000)
        try await fixture.queue.complete(Completion(work.lease, .postponed(until: later)))
        // Nothing is said of the destination: the other is not held.
        let other = try await fixture.takeOne()
        #expect(other.job.id != work.job.id)
        // What may be sent already is ready.
        try await fixture.queue.complete(Completion(other.lease, .postponed(until: fixture.world.now)))
        try await fixture.complete(try await fixture.takeOne(), .delivered)
        #expect(try await fixture.take().isEmpty)
        try await fixture.check()
        fixture.wait(.seconds(59))
        #expect(try await fixture.take().isEmpty)
        fixture.wait(.seconds(1))
        let again = try await fixture.takeOne()
        #expect(again.job.id == work.job.id && again.job.attempts == 0)
    }

    @Test func outcomesHaveToFit() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test", "b@one.test")
        let work = try await fixture.takeOne()
        await #expect(throws: QueueError.self) { try await fixture.complete(work, .delivered) }
        await #expect(throws: QueueError.self) {
            try await fixture.queue.complete(Completion(work.lease, .reported))
        }
        try await fixture.complete(work, .delivered, .delivered)
    }

    // MARK: Destinations

    @Test func aDestinationThatFailsIsTriedByOneJobAtATime() async throws {
        let fixture = try await Fixture()
        for index in 0..<50 { try await fixture.add("a\(index)@dead.test") }
        let first = try await fixture.take(.outgoing, 3)
        for work in first { try await fixture.complete(work, .unreachable) }
        try await fixture.check()
        var tries = 0
        for _ in 0..<24 * 60 {
            fixture.wait(.seconds(60))
            try await fixture.add("live@live.test")
            let work = try await fixture.take()
            #expect(work.filter { $0.job.destination == "dead.test" }.count <= 1)
            #expect(work.filter { $0.job.destination == "live.test" }.count == 1)
            for part in work {
                let isDead = part.job.destination == "dead.test"
                tries += isDead ? 1 : 0
                try await fixture.complete(part, isDead ? .unreachable : .delivered)
            }
        }
        // After 1, 2, 4, 8, 16, 32 minutes, and then every hour.
        #expect((24...31).contains(tries))
        try await fixture.check()
    }

    @Test func aDestinationThatIsBackGetsAll() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        for index in 0..<40 { try await fixture.add("a\(index)@dead.test") }
        var isUp = false
        var delivered = 0
        for minute in 0..<200 {
            fixture.wait(.seconds(60))
            if minute == 100 { isUp = true }
            for _ in 0..<3 {
                for work in try await fixture.take() {
                    try await fixture.complete(work, isUp ? .delivered : .unreachable)
                    delivered += isUp ? 1 : 0
                }
            }
            if delivered > 0 { break }
        }
        #expect(delivered == 40, "once it answers, everything goes")
        try await fixture.check()
    }

    /// A shard need not find out for itself.
    @Test func shardsTellEachOther() async throws {
        let fixture = try await Fixture(shards: 8) { $0.homeShards = 8 }
        for index in 0..<80 { try await fixture.add("a\(index)@dead.test") }
        let first = try await fixture.take(.outgoing, 1)
        try await fixture.complete(first[0], .unreachable)
        #expect(try await fixture.take().isEmpty)
        try await fixture.check()
    }

    @Test func aTryThatNobodyFinishesDoesNotHoldADestinationForGood() async throws {
        let fixture = try await Fixture()
        for index in 0..<3 { try await fixture.add("a\(index)@dead.test") }
        try await fixture.complete(try await fixture.take(.outgoing, 1)[0], .unreachable)
        fixture.wait(.seconds(60))
        _ = try await fixture.takeOne()
        fixture.wait(.seconds(299))
        #expect(try await fixture.take().isEmpty)
        fixture.wait(.seconds(1))
        let again = try await fixture.takeOne()
        let renewed = try await fixture.queue.renew([again.lease], for: .seconds(600))
        fixture.wait(.seconds(400))
        #expect(try await fixture.take().isEmpty)
        try await fixture.queue.complete(Completion(renewed[0], .tried([.delivered])))
        #expect(try await fixture.take().count == 2)
        try await fixture.check()
    }

    // MARK: Failing for good

    @Test(.rfc(3461, "4.1")) func failuresAreReportedAndThenKept() async throws {
        let fixture = try await Fixture()
        let quiet = QueuedRecipient("quiet@one.test", notify: .never)
        try await fixture.add([QueuedRecipient("a@one.test"), quiet, QueuedRecipient("b@one.test")])
        try await fixture.complete(try await fixture.takeOne(), .unknown, .unknown, .spam)
        try await fixture.check()
        #expect(try await fixture.jobs(.outgoing).isEmpty)
        #expect(try await fixture.jobs(.hardBounce).flatMap(\.recipients).map(\.address) == ["quiet@one.test"])
        let reports = try await fixture.take(.reports)
        #expect(reports.map { $0.job.recipients.map(\.address) } == [["a@one.test"], ["b@one.test"]])
        #expect(reports.map(\.job.report) == [.failure, .failure])
        #expect(reports[0].job.recipients[0].status == "5.1.1")
        for report in reports {
            let octets = fixture.queue.receive(near: report.lease.job)
            try await octets.push(Array("Subject: failed\r\n\r\n".utf8))
            try await octets.finish()
            let notice = NewMessage(octets, Envelope(reversePath: ""), to: [QueuedRecipient("sender@example.test")])
            let ids = try await fixture.queue.complete(Completion(report.lease, .reported, adding: [notice]))
            #expect(ids.count == 1)
        }
        try await fixture.check()
        #expect(try await fixture.jobs(.hardBounce).count == 2)
        #expect(try await fixture.jobs(.softBounce).flatMap(\.recipients).map(\.address) == ["b@one.test"])
        #expect(try await fixture.jobs(.outgoing).map(\.destination) == ["example.test", "example.test"])
        fixture.wait(.seconds(8 * 86_400))
        while try await !fixture.take(.reports).isEmpty {}
        try await fixture.check()
        #expect(try await fixture.jobs(.hardBounce).isEmpty)
    }

    /// A notification is in the queue if and only if the completion that adds it is.
    @Test func aReportIsMadeOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        try await fixture.complete(try await fixture.takeOne(), .unknown)
        let old = try await fixture.takeOne(.reports)
        fixture.wait(.seconds(300))
        let new = try await fixture.takeOne(.reports)
        for lease in [old.lease, new.lease, new.lease] {
            let octets = fixture.queue.receive(near: lease.job)
            try await octets.push(Array(repeating: 0x61, count: 300_000))
            try await octets.finish()
            let notice = NewMessage(octets, Envelope(reversePath: ""), to: [QueuedRecipient("sender@example.test")])
            do {
                try await fixture.queue.complete(Completion(lease, .reported, adding: [notice]))
            } catch { await octets.discard() }
        }
        #expect(try await fixture.jobs(.outgoing).count == 1)
        try await fixture.check()
    }

    @Test func nobodyIsToldOfWhatHasNoSender() async throws {
        let fixture = try await Fixture()
        let recipient = QueuedRecipient("a@one.test", notify: CompletionTests.everything)
        try await fixture.add([recipient], from: "")
        fixture.wait(.seconds(5 * 3600))
        try await fixture.complete(try await fixture.takeOne(), .unknown)
        #expect(try await fixture.take(.reports).isEmpty)
        #expect(try await fixture.jobs(.hardBounce).count == 1)
    }

    @Test func queuesThatKeepNothingKeepNothing() async throws {
        let fixture = try await Fixture { $0.retention = [:] }
        try await fixture.add("a@one.test", from: "")
        try await fixture.complete(try await fixture.takeOne(), .unknown)
        try await fixture.add("a@one.test", in: .error)
        _ = try await fixture.take()
        #expect(try await fixture.isEmpty())
    }

    @Test(.rfc(3461, "4.1")) func successIsReportedIfItIsUpToUs() async throws {
        let fixture = try await Fixture()
        let told = QueuedRecipient("a@one.test", notify: .success)
        try await fixture.add([told, QueuedRecipient("b@one.test"), told])
        let here = Outcome.delivered(reply: "250 Ok", isReported: true)
        try await fixture.complete(try await fixture.takeOne(), here, here, .delivered)
        let report = try await fixture.takeOne(.reports)
        #expect(report.job.report == .success && report.job.recipients.map(\.address) == ["a@one.test"])
        try await fixture.queue.complete(Completion(report.lease, .reported))
        #expect(try await fixture.isEmpty())
    }

    // MARK: Time

    @Test func delaysAreReportedOnceAndTheJobGoesOn() async throws {
        let fixture = try await Fixture()
        try await fixture.add([
            QueuedRecipient("a@one.test"), QueuedRecipient("b@one.test", notify: .failure),
        ])
        // It is late without having been tried, too.
        fixture.wait(.seconds(4 * 3600 - 1))
        #expect(try await fixture.take(.reports).isEmpty)
        fixture.wait(.seconds(1))
        let report = try await fixture.takeOne(.reports)
        #expect(report.job.report == .delay && report.job.recipients.map(\.address) == ["a@one.test"])
        try await fixture.check()
        try await fixture.queue.complete(Completion(report.lease, .reported))
        let work = try await fixture.takeOne()
        #expect(work.job.recipients.count == 2)
        try await fixture.complete(work, .full, .delivered)
        fixture.wait(.seconds(86_400))
        #expect(try await fixture.take(.reports).isEmpty)
        try await fixture.complete(try await fixture.takeOne(), .delivered)
        #expect(try await fixture.isEmpty())
    }

    @Test func aWaitingJobIsLateWithoutBeingTried() async throws {
        let fixture = try await Fixture {
            $0.schedule.backOffs[.other] = .init(.seconds(40_000), upTo: .seconds(40_000))
        }
        try await fixture.add("a@one.test")
        try await fixture.complete(try await fixture.takeOne(), .deferred(.other, reply: "451", status: ""))
        fixture.wait(.seconds(4 * 3600))
        _ = try await fixture.takeOne(.reports)
        #expect(try await fixture.take().isEmpty)
        try await fixture.check()
        fixture.wait(.seconds(40_000 - 4 * 3600))
        _ = try await fixture.takeOne()
    }

    @Test func whatIsTooOldFails() async throws {
        let fixture = try await Fixture { $0.schedule.warning = nil }
        for index in 0..<300 { try await fixture.add("a\(index)@dead.test") }
        try await fixture.complete(try await fixture.take(.outgoing, 1)[0], .unreachable)
        fixture.wait(.seconds(5 * 86_400))
        // The clock does a bounded part in each commit.
        #expect(try await fixture.take(.outgoing, 1000).isEmpty)
        try await fixture.check()
        let reports = try await fixture.take(.reports, 1000)
        #expect(reports.count == 300)
        #expect(reports.allSatisfy { $0.job.recipients[0].lastReply == "connection refused" })
        #expect(reports.allSatisfy { $0.job.recipients[0].status == "4.4.7" && $0.job.bounce == .soft })
        #expect(try await fixture.queue.statistics().totals.expired == 300)
    }

    @Test func theLastTryAfterTheEndIsTheLast() async throws {
        let fixture = try await Fixture { $0.schedule.warning = nil }
        try await fixture.add("a@one.test")
        fixture.wait(.seconds(5 * 86_400 - 100))
        let work = try await fixture.takeOne()
        fixture.wait(.seconds(200))
        try await fixture.complete(work, .full)
        #expect(try await fixture.takeOne(.reports).job.report == .failure)
        try await fixture.check()
    }

    @Test(.rfc(2852, "4")) func deadlinesReturnOrNotify() async throws {
        let fixture = try await Fixture()
        let moment = fixture.world.now.later(by: .seconds(600))
        try await fixture.add("a@one.test") { $0.deliverBy = .init(moment: moment, mode: .return) }
        try await fixture.add("b@two.test") { $0.deliverBy = .init(moment: moment, mode: .notify) }
        fixture.wait(.seconds(600))
        let reports = try await fixture.take(.reports)
        #expect(Set(reports.map(\.job.report)) == [.failure, .delay])
        #expect(try await fixture.takeOne().job.destination == "two.test")
        try await fixture.check()
    }

    @Test func destinationsHaveTheirOwnSchedule() async throws {
        let fixture = try await Fixture { configuration in
            var schedule = configuration.schedule
            schedule.backOffs = [.other: .init(.seconds(10), times: 1, upTo: .seconds(10))]
            schedule.lifetime = .seconds(3600)
            configuration.schedules["one.test"] = schedule
        }
        try await fixture.add("a@ONE.test")
        try await fixture.complete(try await fixture.takeOne(), .full)
        fixture.wait(.seconds(10))
        try await fixture.complete(try await fixture.takeOne(), .full)
        fixture.wait(.seconds(3590))
        _ = try await fixture.takeOne(.reports)
    }

    @Test func chanceSpreadsTries() {
        var schedule = Schedule()
        let waits = Set((0..<100 as Range<UInt64>).map { schedule.wait(.other, attempt: 1, random: $0 << 57) })
        #expect(waits.count > 50)
        #expect(waits.allSatisfy { $0 >= .seconds(240) && $0 <= .seconds(360) })
        schedule.backOffs = [:]
        schedule.jitter = .infinity
        #expect(schedule.wait(.connect, attempt: .max, random: .max) <= .seconds(14_400))
    }
}
