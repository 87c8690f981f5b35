import Admission
import Directory
import PorticoTesting
import SMTP
import Store
import Synchronization
import Testing
import World

@Suite struct SuspensionTests {
    private func refusal(_ rules: SendingRules, from network: String = "192.0.2.0") async -> SendingRefusal? {
        if case .failure(let refusal) = await rules.begin(for: Staff.alice, from: network) { refusal } else { nil }
    }

    @Test func whoeverGoesFarBeyondTheLimit() async throws {
        let office = Office()
        let rules = office.rules {
            $0.hourly = 10
            $0.signs.overLimitFactor = 3
        }
        let ticket = try await rules.begin(for: Staff.alice, from: "192.0.2.0").get()
        for _ in 0..<30 { _ = await ticket.addRecipient() }
        #expect(await refusal(rules) == nil)
        _ = await ticket.addRecipient()
        guard case .suspended(let suspension)? = await refusal(rules) else {
            Issue.record("it is not suspended")
            return
        }
        #expect(suspension.author == .service && suspension.reason.contains("31 recipients"))
        #expect(office.told.withLock { $0.map(\.0) } == [1])
        let reply = SendingRefusal.suspended(suspension).reply
        #expect(reply.code == 550 && reply.enhanced == "5.7.1" && reply.lines[0].contains("31 recipients"))
        // It is known after a restart, too.
        #expect(await refusal(office.rules()) == .suspended(suspension))
    }

    @Test func whoeverGuessesAddresses() async throws {
        let office = Office()
        let rules = office.rules {
            $0.signs.refusedPercent = 50
            $0.signs.refusedAfter = 10
        }
        let ticket = try await rules.begin(for: Staff.alice, from: "192.0.2.0").get()
        for index in 0..<9 {
            #expect(await ticket.addRecipient() == nil)
            if index % 2 == 0 { await ticket.recipientFailed() }
        }
        #expect(await refusal(rules) == nil)
        #expect(await ticket.addRecipient() == nil)
        await ticket.recipientFailed()
        #expect(await refusal(rules) != nil)
    }

    /// What a server behind sends back counts as much.
    @Test func whoseMailComesBack() async throws {
        let rules = Office().rules { $0.signs.refusedPercent = 20 }
        let ticket = try await rules.begin(for: Staff.alice, from: "192.0.2.0").get()
        for _ in 0..<100 { #expect(await ticket.addRecipient() == nil) }
        await ticket.use()
        await rules.didFail(19, of: Staff.alice)
        #expect(await refusal(rules) == nil)
        await rules.didFail(1, of: Staff.alice)
        #expect(await refusal(rules) != nil)
    }

    @Test func whoeverComesFromEverywhere() async {
        let office = Office()
        let rules = office.rules { $0.signs.networks = 3 }
        for number in 0..<10 { #expect(await refusal(rules, from: "192.0.2.\(number % 3)") == nil) }
        office.clock.advance(by: .seconds(3601))
        for number in 3..<6 { #expect(await refusal(rules, from: "192.0.2.\(number)") == nil) }
        #expect(await refusal(rules, from: "192.0.2.6") != nil)
        #expect(office.events.all.contains("sending.suspended"))
    }

    @Test func byAnAdministrator() async throws {
        let office = Office()
        let rules = office.rules { $0.hourly = 1 }
        #expect(await rules.suspend(Staff.alice, "bill\r\nunpaid\0", by: .administrator))
        guard case .suspended(let suspension)? = await refusal(rules) else {
            Issue.record("it is not suspended")
            return
        }
        #expect(suspension.reason == "billunpaid" && suspension.author == .administrator)
        // The service does not change what an administrator said; another administrator does.
        #expect(await rules.suspend(Staff.alice, "spam", by: .service))
        #expect(try await rules.suspensions.suspension(of: 1)?.reason == "billunpaid")
        #expect(await rules.suspend(Staff.alice, "other", by: .administrator))
        #expect(try await rules.suspensions.all().map { $0.value.reason } == ["other"])
        #expect(try await rules.resume(Staff.alice))
        #expect(try await !rules.resume(Staff.alice))
        #expect(await refusal(rules) == nil)
        #expect(office.told.withLock { $0.count } == 1, "its owner hears of it once")
    }

    /// Another node learns of it soon.
    @Test func anotherNode() async throws {
        let office = Office()
        let (one, other) = (office.rules(), office.rules())
        #expect(await refusal(other) == nil)
        #expect(await one.suspend(Staff.alice, "spam", by: .administrator))
        office.clock.advance(by: .seconds(11))
        #expect(await refusal(other) != nil)
        #expect(try await one.resume(Staff.alice))
        office.clock.advance(by: .seconds(11))
        #expect(await refusal(other) == nil)
    }

    /// The owner is told, be it later.
    @Test func tellingFails() async throws {
        let office = Office()
        let rules = office.rules()
        office.canTell.withLock { $0 = false }
        #expect(await rules.suspend(Staff.alice, "spam", by: .administrator))
        #expect(await refusal(rules) != nil)
        office.canTell.withLock { $0 = true }
        #expect(await refusal(rules) != nil)
        #expect(await refusal(rules) != nil)
        #expect(office.told.withLock { $0.count } == 1)
    }

    @Test func theNotice() throws {
        let clock = TestWorld()
        let suspension = Suspension(since: clock.now, reason: "it did évil things", author: .service)
        let sender = try #require(MailAddress("postmaster@example.test"))
        let notice = SuspensionNotice.octets(suspension, to: Staff.alice, from: sender, world: clock.world)
        let text = String(decoding: try #require(notice), as: UTF8.self)
        #expect(text.contains("To: Alice <alice@example.test>\r\n") && text.contains("Auto-Submitted: auto-generated"))
    }
}
