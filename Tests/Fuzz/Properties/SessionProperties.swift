internal import Octets
internal import PorticoTesting

/// What holds for a session of any door where the client only talks: it ends, and does the same however its input is cut.
enum SessionProperties {
    /// Has `octets` said in every state, whole and cut in two ways; `outcome` is what a session says and leaves behind, `isRight`
    /// looks at that.
    static func check<State: Sendable, Outcome: Equatable & Sendable>(
        _ octets: [UInt8],
        in states: [State],
        openedBy opening: @escaping @Sendable (State) -> String,
        _ outcome: @escaping @Sendable ([UInt8], State, MemoryConnection.Weather, TestLoop) async -> Outcome,
        _ isRight: @escaping @Sendable (Outcome) -> Void
    ) {
        do {
            try TestLoop.runHere(TestWorld(seed: FNV1a(octets).value), jobs: 4_000_000) { loop in
                for state in states {
                    let input = Array(opening(state).utf8) + octets
                    let whole = await outcome(input, state, .init(), loop)
                    isRight(whole)
                    for weather in [
                        MemoryConnection.Weather(pieceLimit: 1), .init(pieceLimit: 64, isCutAtRandom: true),
                    ] {
                        let cut = await outcome(input, state, weather, loop)
                        precondition(cut == whole, "\(state): a cut makes a difference: \(cut) \(whole)")
                    }
                }
            }
        } catch {
            preconditionFailure("the session hangs: \(error)")
        }
    }
}
