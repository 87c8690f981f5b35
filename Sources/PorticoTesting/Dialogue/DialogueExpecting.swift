/// What has to come from the server.
extension DialoguePlayer {
    func expectOctets(
        _ expectation: Dialogue.Expectation,
        _ step: Dialogue.Step
    ) async throws(DialogueFailure) {
        let wanted = try rendered(expectation.tokens, step.line)
        log.expects(expectation.source, step.line)
        do throws(DialogueSyntaxError) {
            let got = try await connection(orFail: step).octets(wanted.count)
            log.said("S", step.connection, got)
            guard got != wanted else { return }
            throw DialogueSyntaxError("expected \(wanted.shown)\n       got \(got.shown)")
        } catch {
            throw failure(step.line, "\(error)")
        }
    }

    func connection(orFail step: Dialogue.Step) async throws(DialogueSyntaxError) -> DialogueConnection {
        do throws(DialogueFailure) {
            return try await connection(step.connection, step.line)
        } catch {
            throw DialogueSyntaxError(error.problem)
        }
    }

    /// Takes what comes until all of a group has come, and the line that ends it.
    func expect(
        _ group: [Dialogue.Step],
        _ last: Dialogue.Step?,
        _ act: Act
    ) async throws(DialogueFailure) {
        let connection = try await connection(act.connection, act.line)
        var missing = group.filter { $0.kind == .anyOrder }
        var possible = group.filter { $0.kind == .optional }
        while last != nil || !missing.isEmpty {
            let line = (missing.first ?? last)?.line ?? act.line
            log.expects((missing.first ?? last)?.source ?? "", line)
            guard let item = try await item(connection, act.connection, line) else {
                throw failure(line, "expected \(log.expecting)\n       got the end")
            }
            if let never = group.first(where: { $0.kind == .never && self.match($0, item) != nil }) {
                throw failure(never.line, "did not expect \(never.source)\n           got \(item.shown)")
            }
            if let index = missing.firstIndex(where: { take($0, item) }) {
                missing.remove(at: index)
            } else if missing.isEmpty, let last, take(last, item) {
                return
            } else if let index = possible.firstIndex(where: { take($0, item) }) {
                possible.remove(at: index)
            } else if let last, last.kind == .eventually, match(last, item) == nil, !last.isAnswered(by: item) {
                log.matched(last.line, item.shown)
            } else {
                throw mismatch(missing.first ?? last, item, line)
            }
        }
    }

    fileprivate func match(_ step: Dialogue.Step, _ item: [UInt8]) -> DialogueMatcher.Match? {
        guard case .expect(let expectation) = step.action else { return nil }
        return DialogueMatcher(item).match(expectation.tokens, bindings)
    }

    /// Whether `item` is what `step` wants; then its names are bound.
    private func take(_ step: Dialogue.Step, _ item: [UInt8]) -> Bool {
        guard let match = match(step, item) else { return false }
        bindings = match.bindings
        var masked = item
        for range in match.captured.sorted(by: { $0.lowerBound > $1.lowerBound }) where range.upperBound <= masked.count
        {
            masked.replaceSubrange(range, with: Array("$".utf8))
        }
        log.matched(step.line, String(decoding: masked, as: UTF8.self))
        return true
    }

    private func mismatch(_ step: Dialogue.Step?, _ item: [UInt8], _ line: Int) -> DialogueFailure {
        guard let step, case .expect(let expectation) = step.action else {
            return failure(line, "expected nothing\n       got \(item.shown)")
        }
        let matcher = DialogueMatcher(item)
        _ = matcher.match(expectation.tokens, bindings)
        let alike = Array(item.prefix(matcher.furthest)).shown
        let names = bindings.filter {
            expectation.source.contains("$\($0.key)") || expectation.source.contains("${\($0.key)")
        }
        let known = names.map { ", $\($0.key) is \($0.value.shown)" }.sorted().joined()
        return failure(
            line,
            "expected \(expectation.source)\n       got \(item.shown)\n     alike \(alike)\(known)"
        )
    }
}

extension Dialogue.Step {
    var kind: Dialogue.Expectation.Kind? {
        if case .expect(let expectation) = action { expectation.kind } else { nil }
    }

    /// Whether `item` begins with the word that the pattern begins with, the tag of a command: then no other line will
    /// be the answer.
    func isAnswered(by item: [UInt8]) -> Bool {
        guard case .expect(let expectation) = action, case .octets(let octets)? = expectation.tokens.first,
            let end = octets.firstIndex(of: UInt8(ascii: " ")), octets[0] != UInt8(ascii: "*")
        else { return false }
        return item.starts(with: octets[...end])
    }

    var source: String {
        if case .expect(let expectation) = action { expectation.source } else { "" }
    }
}
