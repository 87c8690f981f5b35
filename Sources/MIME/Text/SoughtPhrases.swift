internal import Octets

/// Words that are looked for in text, ASCII capitals taken for small letters. They are few and short.
struct SoughtPhrases: Sendable {
    private let phrases: [[UInt8]]
    /// Whether a phrase begins with that octet.
    private let isFirst: [Bool]

    /// The phrases between the bars and line ends of `list`, in lower case. A first letter that is not ASCII may be a capital
    /// too.
    init(_ list: String) {
        var phrases: [[UInt8]] = []
        for phrase in list.split(whereSeparator: { $0 == "|" || $0 == "\n" }) {
            phrases.append(Array(phrase.utf8))
            let capital = phrase.prefix(1).uppercased() + phrase.dropFirst()
            if phrase.utf8.first.map({ $0 >= 0x80 }) ?? false, capital != phrase { phrases.append(Array(capital.utf8)) }
        }
        self.phrases = phrases
        var isFirst = [Bool](repeating: false, count: 256)
        for phrase in phrases { isFirst[Int(phrase[0])] = true }
        self.isFirst = isFirst
    }

    /// Whether the text in `range` begins with a phrase.
    func begins(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        stands(text, at: range.lowerBound, end: range.upperBound)
    }

    /// Whether a phrase is in it.
    func isWithin(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where stands(text, at: index, end: range.upperBound) { return true }
        return false
    }

    /// Whether it is a phrase.
    func isEqual(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, isFirst[Int(text[range.lowerBound].asciiLowercased)] else { return false }
        for phrase in phrases where phrase.count == range.count && matches(text, at: range.lowerBound, phrase) {
            return true
        }
        return false
    }

    private func stands(_ text: Span<UInt8>, at index: Int, end: Int) -> Bool {
        guard index < end, isFirst[Int(text[index].asciiLowercased)] else { return false }
        for phrase in phrases where end - index >= phrase.count && matches(text, at: index, phrase) { return true }
        return false
    }

    private func matches(_ text: Span<UInt8>, at start: Int, _ phrase: [UInt8]) -> Bool {
        for index in phrase.indices where text[start + index].asciiLowercased != phrase[index] { return false }
        return true
    }
}
