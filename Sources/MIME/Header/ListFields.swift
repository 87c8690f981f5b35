internal import Octets

/// The value of List-Help, List-Unsubscribe, List-Subscribe, List-Post, List-Owner or List-Archive. RFC 2369 §2, §3.
public struct ListURIs: Hashable, Sendable {
    /// One way to do what the field is about. The first that a program can use is the one to use.
    public struct Entry: Hashable, Sendable {
        /// The URI without angle brackets and without the blanks that were folded into it.
        public var uri: String
        /// The text of the comments beside it; empty if there are none.
        public var comment: String

        /// An entry of those.
        public init(uri: String, comment: String = "") {
            self.uri = uri
            self.comment = comment
        }
    }

    /// The entries in their order; at most 64.
    public var entries: [Entry] = []
    /// Whether the value is `NO`: posting to the list is not allowed. RFC 2369 §3.4.
    public var isNo = false

    private static let limit = 64

    /// Reads the value of a field, folded or not. URIs without angle brackets are taken if there is a scheme.
    public init(parsing value: Span<UInt8>) {
        var words = AddressWords(0..<value.count)
        while entries.count < Self.limit {
            words.skipBlanksAndComments(in: value)
            guard let byte = words.cursor.next(in: value) else { break }
            switch byte {
            case 0x3C:
                let start = words.cursor.offset
                let end = value.position(of: 0x3E, from: start, to: value.count)
                words.cursor.offset = min(end + 1, value.count)
                append(value.extracting(start..<end), &words, in: value)
            case 0x2C, 0x3E, 0x29: continue
            default:
                let start = words.cursor.offset - 1
                while let next = words.cursor.peek(in: value), !Self.wordEnd.contains(next) { words.cursor.offset += 1 }
                let word = value.extracting(start..<words.cursor.offset)
                if equalsIgnoringCase(word, "NO"), entries.isEmpty {
                    isNo = true
                } else if Self.hasScheme(word) {
                    append(word, &words, in: value)
                }
            }
        }
    }

    private static let wordEnd = ByteClass(" \t\r\n,<>(")

    private mutating func append(_ uri: Span<UInt8>, _ words: inout AddressWords, in value: Span<UInt8>) {
        var text: [UInt8] = []
        for index in uri.indices where !HeaderFields.isBlank(uri[index]) { text.append(uri[index]) }
        words.skipBlanksAndComments(in: value)
        let comment = words.comments.map { StandardCharsets.guess($0.span) }.joined(separator: " ")
        words.forgetComments(from: 0)
        if !text.isEmpty { entries.append(Entry(uri: StandardCharsets.guess(text.span), comment: comment)) }
    }

    private static func hasScheme(_ word: Span<UInt8>) -> Bool {
        var cursor = Cursor(over: word)
        return cursor.run(of: schemeText, in: word).count > 1 && cursor.peek(in: word) == 0x3A
    }

    private static let schemeText = ByteClass.alphaNumeric.union(ByteClass("+-."))
}

/// The value of List-Id. RFC 2919 §2.
public struct ListID: Hashable, Sendable {
    /// What identifies the list, without angle brackets; compare without ASCII case. RFC 2919 §6.
    public var identifier: String
    /// The description, decoded; nil if there is none.
    public var description: String?

    /// Reads the value of a field, folded or not; nil if it identifies nothing. Without angle brackets, the last word is the
    /// identifier.
    public init?(parsing value: Span<UInt8>, charsets: some CharsetDecoder) {
        var cursor = Cursor(over: value)
        var phrase: [UInt8] = []
        var identifier: [UInt8] = []
        var last = 0
        scan: while true {
            cursor.skipComments(in: value)
            guard let byte = cursor.peek(in: value) else { break }
            switch byte {
            case 0x3C:
                let end = value.position(of: 0x3E, from: cursor.offset, to: value.count)
                for index in (cursor.offset + 1)..<max(end, cursor.offset + 1) where !HeaderFields.isBlank(value[index])
                {
                    identifier.append(value[index])
                }
                break scan
            case 0x22 where cursor.closingQuote(in: value) != nil:
                if !phrase.isEmpty { phrase.append(.space) }
                last = phrase.count
                cursor.quotedString(into: &phrase, in: value)
            default:
                if !phrase.isEmpty { phrase.append(.space) }
                last = phrase.count
                let start = cursor.offset
                cursor.offset += 1
                while let next = cursor.peek(in: value), !Self.wordEnd.contains(next) { cursor.offset += 1 }
                phrase.append(contentsOf: value.extracting(start..<cursor.offset))
            }
        }
        if identifier.isEmpty {
            identifier = Array(phrase[last...])
            phrase.removeSubrange(max(0, last - 1)...)
        }
        guard !identifier.isEmpty else { return nil }
        self.identifier = StandardCharsets.guess(identifier.span)
        description = phrase.isEmpty ? nil : EncodedWord.decodedText(phrase.span, charsets: charsets)
    }

    private static let wordEnd = ByteClass(" \t\r\n<(")
}
