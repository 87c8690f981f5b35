import Directory
import Network
import Octets
import PorticoTesting
import struct Queue.JobFilter
import class Queue.MailQueue
import Resolver
import Store
import Testing
import TransportPolicy
import World

@testable import Gateway

/// What is done beside the mail, by a clock of the test's own.
@Suite struct TransportSecurityTests {
    private let clock = TestWorld(seed: 6)
    private let store = MemoryStore()

    @Test(.rfc(8460, "4.1")) func aDayIsReportedOnceWithinHours() async throws {
        let world = clock.world
        let loops = EventLoopGroup(count: 1)
        let queue = try await MailQueue.open(store, world: world)
        var configuration = Configuration()
        configuration.hostname = "mx.example.test"
        configuration.outgoing.tls.reports.by = [.mail]
        let security = TransportSecurity(
            configuration,
            verifying: try TLSContext.client(verification: .none),
            directory: StoreDirectory(store: store, world: world, pool: BlockingPool(threads: 1)),
            queue: queue,
            names: try FixedNames("_smtp._tls.far.test TXT \"v=TLSRPTv1; rua=mailto:tls@far.test\""),
            store: store,
            loops: loops,
            world: world,
            log: .none
        )
        var work = TransportSecurity.Work()
        await work.go(on: security)
        let policy = AppliedPolicy(kind: .none, strings: [], domain: "far.test", reportDomain: "far.test")
        try await security.results.record(.success, of: policy, host: "mx.far.test", address: "192.0.2.1", from: "")
        var reported: [(hour: Int64, count: Int)] = []
        let start = Int64(security.reports.today) * 86_400
        // An hour at a time, through the next two days.
        for _ in 0..<60 {
            clock.advance(by: .seconds(3600))
            await work.go(on: security)
            let count = try await queue.list(JobFilter(), limit: 10).jobs.count
            if count > (reported.last?.count ?? 0) { reported.append(((world.now().seconds - start) / 3600, count)) }
        }
        #expect(reported.map(\.count) == [1], "one report, and nothing was counted on the day after")
        #expect((24...28).contains(reported.first?.hour ?? 0), "\(reported)")
        await loops.stop()
    }

    @Test(.rfc(8461, "5.1")) func policiesAreRenewedEachDay() async throws {
        let world = clock.world
        let loops = EventLoopGroup(count: 1)
        let names = try FixedNames(
            "_mta-sts.far.test TXT \"v=STSv1; id=2;\"\nmta-sts.far.test A 127.0.0.1"
        )
        // It was fetched by a process that is gone.
        let file = Array("version: STSv1\nmode: enforce\nmx: mx.far.test\nmax_age: 604800\n".utf8)
        let old = STSPolicies(store: store, names: names, world: world) { _, _ in file }
        #expect(try await old.policy(of: "far.test").policy?.hosts == ["mx.far.test"])
        var configuration = Configuration()
        configuration.hostname = "mx.example.test"
        configuration.outgoing.tls.policyPort = 1
        let security = TransportSecurity(
            configuration,
            verifying: try TLSContext.client(verification: .none),
            directory: StoreDirectory(store: store, world: world, pool: BlockingPool(threads: 1)),
            queue: try await MailQueue.open(store, world: world),
            names: names,
            store: store,
            loops: loops,
            world: world,
            log: .none
        )
        var work = TransportSecurity.Work()
        // Nobody answers where it is fetched: it holds until its time is over, and is forgotten then.
        for day in 0..<8 {
            await work.go(on: security)
            let rows = try await store.scan(Partition("mta-sts"), .all, limit: 10, order: .ascending)
            #expect(rows.count == (day < 7 ? 1 : 0), "day \(day)")
            clock.advance(by: .seconds(86_400))
        }
        await loops.stop()
    }
}
