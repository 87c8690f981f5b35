import Testing

@testable import Network

/// Who still gets in when somebody opens connections and says nothing on them.
@Suite struct ConnectionCounterTests {
    private let counter = ConnectionCounter(
        limits: ConnectionLimits(total: 30, perAddress: 8, unauthenticated: 16, fewPerAddress: 2)
    )

    private func refusal(_ network: UInt64?, _ held: inout [ConnectionCounter.Place]) -> ConnectionRefusal? {
        switch counter.admit(from: network) {
        case .success(let place):
            held.append(place)
            return nil
        case .failure(let full): return full.refusal
        }
    }

    @Test func aCrowdKeepsNobodyElseOut() {
        var crowd: [ConnectionCounter.Place] = []
        for network in 1...2 as ClosedRange<UInt64> {
            for _ in 0..<8 { #expect(refusal(network, &crowd) == nil) }
            #expect(refusal(network, &crowd) == .perAddress)
        }
        // Another gets in, but is no crowd of its own; and who has no network, at a socket of this machine.
        var others: [ConnectionCounter.Place] = []
        #expect(refusal(3, &others) == nil && refusal(3, &others) == nil && refusal(3, &others) == .unauthenticated)
        #expect(refusal(nil, &others) == nil)
        // Behind a proxy it is the same, once it is known who it is.
        #expect(refusal(nil, &others) == nil && others[3].count(for: 3) == false && others[3].count(for: 4))
        #expect(counter.unauthenticated == 20)
        // Whoever signed in makes room, as whoever goes away does.
        for place in others { place.authenticate() }
        #expect(refusal(3, &others) == .unauthenticated)
        crowd.removeLast()
        #expect(refusal(3, &others) == nil && refusal(3, &others) == .unauthenticated)
        // There is an end to it.
        for network in 10... as PartialRangeFrom<UInt64> {
            guard let end = refusal(network, &others) else { continue }
            #expect(end == .total && counter.total == 30)
            break
        }
        others = []
        crowd = []
        #expect(counter.total == 0 && counter.unauthenticated == 0)
    }
}
