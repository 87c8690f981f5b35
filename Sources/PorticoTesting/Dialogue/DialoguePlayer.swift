/// Plays a dialogue once.
final class DialoguePlayer {
    struct Act {
        enum Kind {
            case step(Dialogue.Step)
            /// Lines of a group, and the line that ends it.
            case expect([Dialogue.Step], last: Dialogue.Step?)
        }

        var kind: Kind
        var connection: Int
        var line: Int
    }

    private let dialogue: Dialogue
    private let replay: Dialogue.Replay
    private let host: any DialogueHost
    private let stage: any DialogueStage
    let log: DialogueLog
    var bindings: DialogueBindings = [:]
    private var connections: [Int: DialogueConnection] = [:]

    init(
        _ dialogue: Dialogue,
        _ replay: Dialogue.Replay,
        _ host: any DialogueHost,
        _ stage: any DialogueStage,
        _ log: DialogueLog
    ) {
        self.dialogue = dialogue
        self.replay = replay
        self.host = host
        self.stage = stage
        self.log = log
    }

    static func failure(
        _ dialogue: Dialogue,
        _ replay: Dialogue.Replay,
        _ log: DialogueLog,
        _ line: Int,
        _ problem: String
    ) -> DialogueFailure {
        var failure = DialogueFailure(name: dialogue.name, path: dialogue.path, line: line, problem: problem)
        failure.replay = replay
        failure.transcript = log.transcript
        return failure
    }

    func failure(_ line: Int, _ problem: String) -> DialogueFailure {
        Self.failure(dialogue, replay, log, line, problem)
    }

    // MARK: From the first line to the last

    func play() async throws(DialogueFailure) {
        let result: Result<Void, DialogueFailure>
        do throws(DialogueFailure) {
            for statement in dialogue.setup { try await perform(statement) }
            try await play(try acts(dialogue.steps), inBlocks: replay == .block)
            try await checkSilence()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for connection in connections.values { connection.end.endSending() }
        await stage.leave()
        try result.get()
    }

    private func perform(_ statement: Dialogue.Statement) async throws(DialogueFailure) {
        do {
            try await host.perform(statement)
        } catch {
            throw failure(statement.line, "\(statement): \(error)")
        }
    }

    /// Nothing may be left that the dialogue does not mention.
    private func checkSilence() async throws(DialogueFailure) {
        for (number, connection) in connections.sorted(by: { $0.key < $1.key }) {
            try await checkSilence(connection, number, dialogue.steps.last?.line ?? 0)
        }
    }

    private func checkSilence(
        _ connection: DialogueConnection,
        _ number: Int,
        _ line: Int
    ) async throws(DialogueFailure) {
        guard await connection.hasMore() else { return }
        let more = try await item(connection, number, line)
        throw failure(line, "connection \(number) should be silent; got \((more ?? []).shown)")
    }

    /// Puts the lines of groups together.
    private func acts(_ steps: [Dialogue.Step]) throws(DialogueFailure) -> [Act] {
        var acts: [Act] = []
        var group: [Dialogue.Step] = []
        func endGroup(_ last: Dialogue.Step?) throws(DialogueFailure) {
            guard let line = last?.line ?? group.last?.line, let connection = last?.connection ?? group.last?.connection
            else { return }
            if last == nil, group.contains(where: { $0.kind == .optional || $0.kind == .never }) {
                throw failure(line, "S?: and S!: need an S: or S~: after them")
            }
            acts.append(Act(kind: .expect(group, last: last), connection: connection, line: line))
            group = []
        }
        for step in steps {
            if let other = group.last, other.connection != step.connection { try endGroup(nil) }
            switch step.kind {
            case .anyOrder, .optional, .never: group.append(step)
            case .next, .eventually: try endGroup(step)
            case .octets, nil:
                try endGroup(nil)
                acts.append(Act(kind: .step(step), connection: step.connection, line: step.line))
            }
        }
        try endGroup(nil)
        return acts
    }

    private func play(_ acts: [Act], inBlocks: Bool) async throws(DialogueFailure) {
        var next = 0
        while next < acts.count {
            let end = inBlocks ? blockEnd(acts, from: next) : next + 1
            let block = acts[next..<end]
            if block.count > 1 { try await sendAll(block) }
            for act in block where block.count == 1 || !act.isSend { try await play(act) }
            next = end
        }
    }

    /// Where the acts end that begin at `start` and whose lines can be sent at once.
    private func blockEnd(_ acts: [Act], from start: Int) -> Int {
        guard acts[start].isSend else { return start + 1 }
        var end = start
        while end < acts.count, acts[end].connection == acts[start].connection {
            switch acts[end].kind {
            case .step(let step):
                switch step.action {
                case .send(let tokens, _): guard end == start || tokens.isBound(bindings) else { return end }
                case .expect: break
                default: return end
                }
            case .expect(let group, let last):
                if (group + [last].compactMap { $0 }).contains(where: \.asksToGoOn) { return end + 1 }
            }
            end += 1
        }
        return end
    }

    private func sendAll(_ block: ArraySlice<Act>) async throws(DialogueFailure) {
        var octets: [UInt8] = []
        for act in block {
            guard case .step(let step) = act.kind, case .send(let tokens, _) = step.action else { continue }
            octets += try rendered(tokens, act.line)
        }
        guard let first = block.first else { return }
        try await send(octets, first.connection, first.line)
    }

    private func play(_ act: Act) async throws(DialogueFailure) {
        switch act.kind {
        case .expect(let group, let last): try await expect(group, last, act)
        case .step(let step): try await play(step)
        }
    }

    private func play(_ step: Dialogue.Step) async throws(DialogueFailure) {
        switch step.action {
        case .send(let tokens, _): try await send(try rendered(tokens, step.line), step.connection, step.line)
        case .expect(let expectation): try await expectOctets(expectation, step)
        case .open(let words): try await open(words, step)
        case .close: try await connection(step.connection, step.line).end.endSending()
        case .end:
            log.expects("the end of connection \(step.connection)", step.line)
            if let more = try await item(connection(step.connection, step.line), step.connection, step.line) {
                throw failure(step.line, "expected the end, got \(more.shown)")
            }
        case .sync: break
        case .quiet: try await checkSilence(connection(step.connection, step.line), step.connection, step.line)
        case .wait(let duration):
            do throws(DialogueSyntaxError) { try await stage.wait(duration) } catch {
                throw failure(step.line, "\(error)")
            }
        case .check(let left, let comparison, let right, let source):
            let (left, right) = (try rendered(left, step.line), try rendered(right, step.line))
            guard Self.holds(left, comparison, right) else {
                throw failure(step.line, "\(source) does not hold: \(left.shown) \(comparison) \(right.shown)")
            }
        case .perform(let statement): try await perform(statement)
        }
    }

    private static func holds(_ left: [UInt8], _ comparison: String, _ right: [UInt8]) -> Bool {
        if comparison == "=" { return left == right }
        if comparison == "!=" { return left != right }
        guard let left = Int64(String(decoding: left, as: UTF8.self)),
            let right = Int64(String(decoding: right, as: UTF8.self))
        else { return false }
        return comparison == "<" ? left < right : left <= right
    }

    // MARK: Connections

    func connection(_ number: Int, _ line: Int) async throws(DialogueFailure) -> DialogueConnection {
        if let connection = connections[number] { return connection }
        do throws(DialogueSyntaxError) {
            let connection = DialogueConnection(try await stage.connect(), hasLiterals: host.hasLiterals)
            connections[number] = connection
            return connection
        } catch {
            throw failure(line, "\(error)")
        }
    }

    /// Opens a connection, in place of the one of its number, and says what its host wants to be said first.
    private func open(_ words: [String], _ step: Dialogue.Step) async throws(DialogueFailure) {
        if let old = connections.removeValue(forKey: step.connection) { old.end.endSending() }
        _ = try await connection(step.connection, step.line)
        let text: String
        do { text = try host.opening(words) } catch { throw failure(step.line, "open: \(error)") }
        guard !text.isEmpty else { return }
        let opening = try Dialogue(parsing: text, name: dialogue.name)
        let steps = opening.steps.map { Dialogue.Step(action: $0.action, connection: step.connection, line: step.line) }
        try await play(try acts(steps), inBlocks: false)
    }

    func rendered(_ tokens: [DialogueToken], _ line: Int) throws(DialogueFailure) -> [UInt8] {
        do throws(DialogueSyntaxError) {
            return try tokens.rendered(bindings)
        } catch {
            throw failure(line, "\(error)")
        }
    }

    private func send(_ octets: [UInt8], _ number: Int, _ line: Int) async throws(DialogueFailure) {
        let connection = try await connection(number, line)
        log.said("C", number, octets.suffix(2) == [0x0D, 0x0A] ? octets.dropLast(2) : octets)
        do throws(DialogueSyntaxError) { try await connection.end.send(octets) } catch {
            throw failure(line, "\(error)")
        }
    }

    /// What comes next: a line with its literals; nil at the end.
    func item(
        _ connection: DialogueConnection,
        _ number: Int,
        _ line: Int
    ) async throws(DialogueFailure) -> [UInt8]? {
        do throws(DialogueSyntaxError) {
            guard let item = try await connection.item() else { return nil }
            log.said("S", number, item)
            return item
        } catch {
            throw failure(line, "\(error); expected \(log.expecting)")
        }
    }
}

extension DialoguePlayer.Act {
    fileprivate var isSend: Bool {
        if case .step(let step) = kind, case .send = step.action { true } else { false }
    }
}
