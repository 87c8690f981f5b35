/// The parts of a line of a dialogue.
extension DialogueReader {
    /// Without the `\` at the end which says that no line end is sent.
    static func withoutMark(_ text: Substring) -> Substring { text.hasSuffix("\\") ? text.dropLast() : text }

    /// Splits at spaces, but not within quotes or parentheses.
    static func words(_ text: Substring) throws(DialogueSyntaxError) -> [String] {
        var words: [String] = []
        var rest = text.drop(while: \.isWhitespace)
        while let first = rest.first {
            if first == "\"" {
                guard let end = rest.dropFirst().firstIndex(of: "\"") else {
                    throw DialogueSyntaxError("\" is missing")
                }
                words.append(String(rest[rest.index(after: rest.startIndex)..<end]))
                rest = rest[rest.index(after: end)...]
            } else if first == "(" {
                guard let end = rest.firstIndex(of: ")") else { throw DialogueSyntaxError(") is missing") }
                words.append(String(rest[...end]))
                rest = rest[rest.index(after: end)...]
            } else {
                words.append(String(rest.prefix { !$0.isWhitespace }))
                rest = rest.drop { !$0.isWhitespace }
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        return words
    }

    /// `30m`, `5s`, `200ms`.
    static func duration(_ text: Substring) throws(DialogueSyntaxError) -> Duration {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000 else { throw DialogueSyntaxError("expected a duration") }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(number)
        case "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        default: throw DialogueSyntaxError("expected a duration in ms, s or m")
        }
    }

    /// `$a < $b`.
    static func check(_ text: Substring) throws(DialogueSyntaxError) -> Dialogue.Step.Action {
        let words = text.split(separator: " ")
        guard words.count == 3, ["<", "<=", "=", "!="].contains(words[1]) else {
            throw DialogueSyntaxError("expected a comparison: <, <=, = or !=")
        }
        return .check(
            left: try DialogueTokenReader.tokens(of: words[0], isPattern: false),
            comparison: String(words[1]),
            right: try DialogueTokenReader.tokens(of: words[2], isPattern: false),
            source: String(text)
        )
    }
}
