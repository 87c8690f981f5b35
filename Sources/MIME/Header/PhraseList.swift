internal import Octets

/// The value of Keywords: phrases with commas between. RFC 5322 §3.6.5.
public struct PhraseList: Hashable, Sendable {
    /// The phrases in their order, unquoted and decoded; at most 10,000. Empty ones are left out.
    public var phrases: [String] = []

    private static let limit = 10_000

    /// Reads the value of a field, folded or not. Comments are left out; blanks within a phrase become one space.
    public init(parsing value: Span<UInt8>, charsets: some CharsetDecoder) {
        var words = AddressWords(0..<value.count)
        var phrase: [UInt8] = []
        while phrases.count < Self.limit {
            let start = words.cursor.offset
            words.skipBlanksAndComments(in: value)
            words.forgetComments(from: 0)
            let byte = words.cursor.peek(in: value)
            if let byte, byte != 0x2C {
                if words.cursor.offset > start, !phrase.isEmpty { phrase.append(.space) }
                words.word(byte, isHost: false, into: &phrase, in: value)
                continue
            }
            if !phrase.isEmpty {
                phrases.append(EncodedWord.decodedText(phrase.span, charsets: charsets))
                phrase.removeAll(keepingCapacity: true)
            }
            guard byte != nil else { return }
            words.cursor.offset += 1
        }
    }
}
