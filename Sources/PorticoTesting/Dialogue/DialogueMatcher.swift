/// Holds a pattern against octets.
final class DialogueMatcher {
    /// What a match found.
    struct Match {
        var bindings: DialogueBindings
        /// What was matched by names that stood for nothing yet, in order. Another replay may have something else there.
        var captured: [Range<Int>] = []
    }

    private let text: [UInt8]
    /// How far some way of matching came, for the one who looks for the difference.
    private(set) var furthest = 0

    init(_ text: [UInt8]) { self.text = text }

    /// Matches the whole of the text.
    func match(_ tokens: [DialogueToken], _ bindings: DialogueBindings) -> Match? {
        var found: Match?
        _ = match(tokens[...], 0, text.count, Match(bindings: bindings)) { position, match in
            guard position == text.count else { return false }
            found = match
            return true
        }
        return found
    }

    private typealias Next = (Int, Match) -> Bool

    private func match(
        _ tokens: ArraySlice<DialogueToken>,
        _ start: Int,
        _ end: Int,
        _ match: Match,
        _ next: Next
    ) -> Bool {
        furthest = max(furthest, start)
        guard let token = tokens.first else { return next(start, match) }
        let rest = tokens.dropFirst()
        func go(_ position: Int, _ found: Match) -> Bool { self.match(rest, position, end, found, next) }
        switch token {
        case .octets(let octets): return matchOctets(octets, start, end) && go(start + octets.count, match)
        case .any: return (start...end).contains { go($0, match) }
        case .digits:
            let digits = text[start..<end].prefix { (0x30...0x39).contains($0) }.count
            return digits > 0 && go(start + digits, match)
        case .variable(let name, _):
            if let value = token.value(match.bindings) {
                return matchOctets(value, start, end) && go(start + value.count, match)
            }
            guard match.bindings[name] == nil else { return false }
            let word = text[start..<end].prefix { !Self.endsWord.contains($0) }.count
            return stride(from: word, to: 0, by: -1).contains { count in
                go(start + count, match.binding(name, to: start..<start + count, of: text))
            }
        case .named(let name, let inner):
            return self.match(inner[...], start, end, match) { position, found in
                go(position, found.binding(name, to: start..<position, of: text))
            }
        case .oneOf(let choices):
            return choices.contains { self.match($0[...], start, end, match) { go($0, $1) } }
        case .anyOrder(let all): return matchAll(all, start, end, match) { go($0, $1) }
        case .literal(let inner): return matchLiteral(inner, start, end, match) { go($0, $1) }
        case .count: return false
        }
    }

    private static let endsWord = Array(" ()[]{}\"\r\n".utf8)

    private func matchOctets(_ octets: [UInt8], _ start: Int, _ end: Int) -> Bool {
        var place = start
        for octet in octets {
            guard place < end, text[place] == octet else { return false }
            place += 1
            furthest = max(furthest, place)
        }
        return true
    }

    private func matchAll(_ all: [[DialogueToken]], _ start: Int, _ end: Int, _ match: Match, _ next: Next) -> Bool {
        if all.isEmpty { return next(start, match) }
        return all.indices.contains { index in
            var others = all
            let one = others.remove(at: index)
            return self.match(one[...], start, end, match) { position, found in
                if others.isEmpty { return next(position, found) }
                guard position < end, text[position] == UInt8(ascii: " ") else { return false }
                return matchAll(others, position + 1, end, found, next)
            }
        }
    }

    private func matchLiteral(
        _ inner: [DialogueToken],
        _ start: Int,
        _ end: Int,
        _ match: Match,
        _ next: Next
    ) -> Bool {
        guard matchOctets([UInt8(ascii: "{")], start, end) else { return false }
        let digits = text[(start + 1)..<end].prefix { (0x30...0x39).contains($0) }
        let from = start + 1 + digits.count + 3
        guard let count = Int(String(decoding: digits, as: UTF8.self)), count <= end - from,
            matchOctets(Array("}\r\n".utf8), from - 3, end)
        else { return false }
        return self.match(inner[...], from, from + count, match) { position, found in
            position == from + count && next(position, found)
        }
    }
}

extension DialogueMatcher.Match {
    fileprivate func binding(_ name: String, to range: Range<Int>, of text: [UInt8]) -> Self {
        var match = self
        if name != "_" { match.bindings[name] = Array(text[range]) }
        match.captured.append(range)
        return match
    }
}
