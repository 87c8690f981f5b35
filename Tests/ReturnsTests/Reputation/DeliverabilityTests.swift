import Octets
import PorticoTesting
import Store
import Testing
import World

@testable import Returns

struct DeliverabilityTests {
    private let clock = TestWorld(seed: 1)
    private let store = MemoryStore()

    @Test func whatBecameOfMailIsTold() async throws {
        let counters = DailyCounters(store: store, table: "delivery", node: "a", world: clock.world)
        let deliverability = Deliverability(counters: counters)
        let google = ProviderTable.standard.provider(ofServer: "aspmx.l.google.com")
        for _ in 0..<120 { deliverability.countDelivered(to: google, from: .bulk) }
        for _ in 0..<7 {
            deliverability.countRefused(Classification(.rateLimited, isTransient: true), by: google, from: .bulk)
        }
        deliverability.countRefused(Classification(.noSuchMailbox, isTransient: false), by: google, from: .bulk)
        deliverability.countRefused(Classification(.spam, isTransient: false), by: google, from: .bulk)
        deliverability.countDelivered(to: .other, from: .personal)
        clock.advance(by: .seconds(86_400))
        deliverability.countDelivered(to: google, from: .personal)
        try await counters.flush()

        let today = counters.today
        let lines = try await deliverability.lines(from: today - 1, through: today)
        #expect(
            Deliverability.table(lines) == """
                day         provider  pool      delivered  deferred  failed  reasons
                2026-01-01  google    bulk            120         7       2  rateLimited? 7, noSuchMailbox 1, spam 1
                2026-01-01  other     personal          1         0       0
                2026-01-02  google    personal          1         0       0

                """
        )
        #expect(
            String(decoding: JSONWriter.octets(of: lines[0]), as: UTF8.self) == """
                {"day":"2026-01-01","provider":"google","pool":"bulk","delivered":120,\
                "deferred":{"rateLimited":7},"failed":{"noSuchMailbox":1,"spam":1}}
                """
        )
        #expect(try await deliverability.lines(from: today + 1, through: today).isEmpty)
    }

    @Test func nothingIsAnEmptyTable() {
        #expect(Deliverability.table([]) == "day  provider  pool  delivered  deferred  failed  reasons\n")
    }
}
