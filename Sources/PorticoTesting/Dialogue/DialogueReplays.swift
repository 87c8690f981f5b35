public import World

extension Dialogue {
    /// Plays it in memory, in each way that it allows, and compares: what the server answers to each line must be the
    /// same, except for what was matched by a name (`$uid`, `$_`) and the order within a group.
    ///
    /// - Parameter makeHost: makes the service for one replay, from its world and what the dialogue wants to be there.
    /// - Throws: `DialogueFailure`.
    public func play(
        _ makeHost: @escaping @Sendable (World, Dialogue) async throws -> any DialogueHost
    ) async throws {
        var first: (replay: Replay, matched: [Int: [String]])?
        for replay in [Replay.written, .octets, .block] where !except.contains(replay) {
            let log = DialogueLog()
            do {
                try await TestLoop.run { loop in
                    let host = try await makeHost(loop.world.world, self)
                    let stage = DialogueMemoryStage(host, loop, pieceLimit: replay == .octets ? 1 : .max)
                    try await DialoguePlayer(self, replay, host, stage, log).play()
                }
            } catch is TestLoop.Stuck {
                throw DialoguePlayer.failure(self, replay, log, log.line, "nothing goes on; expected \(log.expecting)")
            }
            if let first, let line = differing(first.matched, log.matched) {
                let problem = """
                    played as \(replay) the answer is another one
                      \(first.replay): \(first.matched[line] ?? [])
                      \(replay): \(log.matched[line] ?? [])
                    """
                throw DialoguePlayer.failure(self, replay, log, line, problem)
            }
            first = first ?? (replay, log.matched)
        }
    }

    /// The first line that was answered in two ways.
    private func differing(_ one: [Int: [String]], _ other: [Int: [String]]) -> Int? {
        Set(one.keys).union(other.keys).sorted().first { one[$0]?.sorted() != other[$0]?.sorted() }
    }
}
