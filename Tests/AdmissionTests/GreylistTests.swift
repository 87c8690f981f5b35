@testable import Admission
import DNS
import PorticoTesting
import SMTP
import Store
import Testing

@Suite(.rfc(6647, "4"))
struct GreylistTests {
    private func gate(
        store: any RowStore = MemoryStore(),
        _ change: (inout GreylistSettings) -> Void = { _ in }
    ) throws -> Gate {
        try Gate(store: store) {
            $0.greylist.isOn = true
            change(&$0.greylist)
        }
    }

    private func ask(
        _ gate: Gate,
        _ peer: String = "192.0.2.7",
        from sender: String = "a@good.test",
        to recipient: String = "bob@example.test",
        isPostmaster: Bool = false
    ) async -> Refusal? {
        let parts = sender.split(separator: "@").map(String.init)
        let path: ReversePath =
            parts.count == 2 ? .path(Path(localPart: parts[0], host: .domain(parts[1]))) : .null
        return await gate.visitor(peer).greylisted(from: path, to: recipient, isPostmaster: isPostmaster)
    }

    @Test func whoIsNewComesTwice() async throws {
        let gate = try gate()
        let text = "You are new here: please send it again in 300 seconds"
        #expect(await ask(gate)?.reply == Reply(451, "4.7.1", text))
        gate.clock.advance(by: .seconds(299))
        #expect(await ask(gate)?.reply.lines == ["You are new here: please send it again in 1 seconds"])
        gate.clock.advance(by: .seconds(1))
        #expect(await ask(gate) == nil)
        #expect(await ask(gate) == nil)
        // The same network, and other people.
        #expect(await ask(gate, "192.0.2.99") == nil)
        #expect(await ask(gate, "192.0.3.7") != nil)
        #expect(await ask(gate, from: "b@good.test") != nil)
        #expect(await ask(gate, to: "alice@example.test") != nil)
        #expect(await ask(gate, from: "") != nil)
    }

    @Test func whoComesTooLateIsNew() async throws {
        let gate = try gate()
        #expect(await ask(gate) != nil)
        gate.clock.advance(by: .seconds(2 * 86_400))
        #expect(await ask(gate) != nil)
        gate.clock.advance(by: .seconds(300))
        #expect(await ask(gate) == nil)
    }

    @Test func whoIsKnownIsForgotten() async throws {
        let gate = try gate { $0.successes = 0 }
        #expect(await ask(gate) != nil)
        gate.clock.advance(by: .seconds(300))
        for _ in 0..<10 {
            #expect(await ask(gate) == nil)
            gate.clock.advance(by: .seconds(20 * 86_400))
        }
        gate.clock.advance(by: .seconds(20 * 86_400))
        #expect(await ask(gate) != nil)
    }

    @Test func aNetworkThatComesTwiceOften() async throws {
        let gate = try gate { $0.successes = 3 }
        let recipients = (0..<3).map { "r\($0)@example.test" }
        for recipient in recipients { #expect(await ask(gate, to: recipient) != nil) }
        gate.clock.advance(by: .seconds(300))
        for recipient in recipients {
            #expect(await ask(gate, to: "new@example.test") != nil)
            #expect(await ask(gate, to: recipient) == nil)
        }
        #expect(await ask(gate, from: "x@else.test", to: "never@example.test") == nil)
        #expect(await ask(gate, "192.0.3.7") != nil)
    }

    /// Addresses that were made for one message.
    @Test(arguments: [
        ("bounce-1234567@list.test", "bounce-7654321@list.test"), ("srs0=a=b=c@list.test", "srs0=d=e=f@list.test"),
        ("list+bob=example.test@list.test", "list+eve=example.test@list.test"),
    ])
    func addressesOfOneMessage(_ first: String, _ second: String) async throws {
        let gate = try gate()
        #expect(await ask(gate, from: first) != nil)
        gate.clock.advance(by: .seconds(300))
        #expect(await ask(gate, from: second) == nil)
    }

    @Test func whoIsNotHeldUp() async throws {
        let gate = try gate {
            $0.allowedSenders = ["good.test"]
            $0.allowedRecipients = ["now@example.test", "now.test"]
        }
        #expect(await ask(gate, from: "a@sub.good.test") == nil)
        #expect(await ask(gate, from: "a@notgood.test") != nil)
        #expect(await ask(gate, from: "a@x.test", to: "Now@example.test") == nil)
        #expect(await ask(gate, from: "a@x.test", to: "any@now.test") == nil)
        #expect(await ask(gate, from: "a@x.test", to: "other@example.test") != nil)
        #expect(await ask(gate, "127.0.0.1", from: "a@x.test") == nil)
        #expect(await ask(gate, from: "a@x.test", isPostmaster: true) == nil)
    }

    /// Who came once before a power cut has not to come twice after it.
    @Test func aPowerCut() async throws {
        let store = MemoryStore()
        let before = try gate(store: store)
        #expect(await ask(before) != nil)
        let after = try gate(store: store.crashed(seed: 1))
        after.clock.advance(by: .seconds(300))
        #expect(await ask(after) == nil)
    }

    @Test func aStoreThatFailsHoldsNobodyUp() async throws {
        let store = MemoryStore()
        let gate = try gate(store: store)
        _ = store.crashed(seed: 1)
        #expect(await ask(gate) == nil)
        #expect(gate.events.all == ["admission.store-failed"])
    }

    private func rows(_ store: MemoryStore) async throws -> Int {
        var count = 0
        for index in 0..<Greylist.partitions {
            let page = try await store.scan(Partition("greylist/\(index)"), .all, limit: 100_000, order: .ascending)
            for row in 0..<page.count where !page.key(row).isEmpty { count += 1 }
        }
        return count
    }

    @Test func itIsBounded() async throws {
        let store = MemoryStore()
        let gate = try gate(store: store) { $0.limit = Greylist.partitions * 10 }
        for number in 0..<100 { _ = await ask(gate, to: "r\(number)@example.test") }
        #expect(try await rows(store) == 10, "one network has one partition")
        #expect(await ask(gate, to: "r99@example.test") == nil, "what has no place is not held up")
        #expect(await ask(gate, to: "r9@example.test") != nil)
        // What is over makes room.
        gate.clock.advance(by: .seconds(2 * 86_400))
        for number in 200..<300 { _ = await ask(gate, to: "r\(number)@example.test") }
        #expect(await ask(gate, to: "r209@example.test") != nil)
        #expect(try await rows(store) <= 10)
    }

    @Test func whatIsOverIsSwept() async throws {
        let store = MemoryStore()
        let gate = try gate(store: store)
        for number in 0..<200 { _ = await ask(gate, to: "r\(number)@example.test") }
        #expect(try await rows(store) == 200)
        gate.clock.advance(by: .seconds(3 * 86_400))
        for number in 0..<20 { _ = await ask(gate, to: "s\(number)@example.test") }
        #expect(try await rows(store) == 20)
    }

    /// Several sessions at a time that write to one partition.
    @Test func manyAtATime() async throws {
        let store = MemoryStore(sync: { await Task.yield() })
        let gate = try gate(store: store)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask { await self.ask(gate, to: "r\(number)@example.test") != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 8)
        #expect(try await rows(store) == 8)
    }
}
