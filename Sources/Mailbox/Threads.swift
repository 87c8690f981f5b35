/// A conversation of one account. A message keeps the one it was given when it came, and so does its copy. RFC 8474 §5.2.
public struct ThreadID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// That of the email that began it.
    public var number: UInt64
    /// The one with that number.
    public init(_ number: UInt64) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// The number as text.
    public var description: String { String(number, radix: 36) }
    /// The id that `description` shows; nil for other text.
    public init?(_ text: String) {
        guard let number = UInt64(text, radix: 36) else { return nil }
        self.number = number
    }
}

/// How messages find their conversation.
///
/// Two messages belong together if they name the same Message-ID, as their own or as one they refer to, and have the same
/// subject but for marks of replies. So each message has keys, of an identifier and the subject, and each key leads to a
/// conversation. A message joins the one that the first of its keys leads to: its own Message-ID before the nearest
/// reference, that before those farther away. If others lead elsewhere, as when a message comes late that two conversations
/// have been waiting for, those stay as they are: a THREADID that was shown never changes.
enum ThreadKeys {
    /// References that a message is known by: the roots, and those nearest.
    static let firstReferences = 4
    /// References that a message is known by: the roots, and those nearest.
    static let lastReferences = 12

    /// The keys of a message, the one that counts most first; no more than 25, each once.
    static func keys(of sort: SortKeys, subject: UInt64) -> [UInt64] {
        var references = sort.references
        if references.count > firstReferences + lastReferences {
            references.removeSubrange(firstReferences..<references.count - lastReferences)
        }
        var keys: [UInt64] = []
        for identifier in [sort.messageID].compactMap(\.self) + sort.alsoInReplyTo.prefix(8) + references.reversed() {
            let key = StableHash.of(identifier.number, subject)
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    /// The hash of what a subject is about: as `SortKeys.subject`, and without the marks that replies have in other
    /// languages (`AW:`, `SV:`, `RE[2]:`, `回复：`), blanks and case.
    static func hash(ofSubject subject: String) -> UInt64 {
        var rest = Array(subject.unicodeScalars.lazy.filter { !$0.properties.isWhitespace })[...]
        while let mark = mark(in: rest) { rest = rest.dropFirst(mark) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: rest)
        return StableHash.of(String(text).lowercased().utf8)
    }

    /// Scalars of a word and a colon, or of something in brackets that is not all, at the beginning; nil if there is neither.
    private static func mark(in text: ArraySlice<Unicode.Scalar>) -> Int? {
        var index = text.startIndex
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]"), end + 1 < text.endIndex else { return nil }
            return end + 1 - text.startIndex
        }
        while index < text.endIndex, index - text.startIndex <= 8, text[index].properties.isAlphabetic { index += 1 }
        guard index > text.startIndex, index < text.endIndex else { return nil }
        if text[index] == "[" || text[index] == "(" {
            index += 1
            while index < text.endIndex, text[index].properties.numericType == .decimal { index += 1 }
            guard index < text.endIndex, text[index] == "]" || text[index] == ")" else { return nil }
            index += 1
        }
        guard index < text.endIndex, text[index] == ":" || text[index] == "\u{FF1A}" else { return nil }
        return index + 1 - text.startIndex
    }
}
