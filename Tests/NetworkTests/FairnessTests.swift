import Network
import PorticoTesting
import Synchronization
import Testing
import World

/// A peer that always has more to say, and takes whatever it is told.
private final class EndlessTransport: Transport {
    let peer = Address(host: "192.0.2.7", port: 40_000)
    let local = Address(host: "127.0.0.1", port: 25)
    let tls: TLSInfo? = nil
    var uptime: Instant { World.real.uptime() }

    func receive(into input: inout [UInt8], limit: Int) throws(TransportError) -> Received {
        input.append(contentsOf: [UInt8](repeating: 0x41, count: min(limit, 16 << 10)))
        return .octets
    }

    func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Int { output.count - offset }
    func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake { .ready }
    func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError) {}
    func close() {}
}

struct FairnessTests {
    /// A session whose peer is always ready never has to wait. The others on its loop still run, and a stop ends it.
    @Test(arguments: [true, false])
    func aPeerThatIsAlwaysReadyDoesNotKeepTheLoop(_ reads: Bool) async {
        let loop = EventLoop()
        let greedy = Task(executorPreference: loop) { () async -> Bool in
            let stream = Stream(EndlessTransport())
            do throws(TransportError) {
                while true {
                    if reads {
                        _ = try await stream.fill(by: .never)
                        stream.consume(stream.available)
                    } else {
                        stream.write([UInt8](repeating: 0x41, count: 100_000))
                        try await stream.drain(by: .never)
                    }
                }
            } catch {
                if case .stopping = error { return true }
                return false
            }
        }
        for _ in 0..<10 { await Task(executorPreference: loop) {}.value }
        greedy.cancel()
        #expect(await greedy.value)
        await loop.stop()
    }
}
