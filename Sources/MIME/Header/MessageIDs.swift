internal import Octets

/// The value of Message-ID, In-Reply-To, References or Content-ID. RFC 5322 §3.6.4, §4.5.4, RFC 2045 §7.
///
/// What counts is what stands in angle brackets: comments, quoted strings and the words of old In-Reply-To fields around
/// them are passed over. Blanks and comments within brackets are taken out, so that an identifier which was folded is the
/// same as the one that was not. Brackets may be missing where it is clear what is meant.
public struct MessageIDs: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The identifiers in their order, without their angle brackets, which are no part of them. RFC 5322 §3.6.4.
    public var identifiers: [String] = []
    /// Whether there were more than were asked for.
    public private(set) var isCut = false

    /// The number of identifiers that are taken if nothing else is said.
    public static let standardLimit = 10_000

    /// Identifiers without angle brackets.
    public init(_ identifiers: [String] = []) {
        self.identifiers = identifiers
    }

    /// Identifiers without angle brackets.
    public init(arrayLiteral identifiers: String...) {
        self.identifiers = identifiers
    }

    /// Reads the value of a field, folded or not. At most `limit` identifiers are taken.
    public init(parsing value: Span<UInt8>, limit: Int = standardLimit) {
        var reader = MessageIDReader(limit: limit)
        reader.read(value)
        identifiers = reader.identifiers
        isCut = reader.isCut
    }
}

private struct MessageIDReader {
    private let limit: Int
    private(set) var identifiers: [String] = []
    private(set) var isCut = false
    /// Words outside of brackets that may be meant as identifiers, and how many words there were.
    private var bare: [String] = []
    private var wordCount = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func read(_ value: Span<UInt8>) {
        var words = AddressWords(0..<value.count)
        while !isCut {
            words.skipBlanksAndComments(in: value)
            words.forgetComments(from: 0)
            guard let byte = words.cursor.peek(in: value) else { break }
            switch byte {
            case 0x3C: bracketed(&words, in: value)
            case 0x2C, 0x3B, 0x3E, 0x29: words.cursor.offset += 1
            default: word(&words, in: value)
            }
        }
        guard identifiers.isEmpty else { return }
        for identifier in bare { add(identifier) }
    }

    private mutating func add(_ identifier: String) {
        guard !identifier.isEmpty else { return }
        if identifiers.count < limit { identifiers.append(identifier) } else { isCut = true }
    }

    /// What follows `<`, to `>`, or to the next `<` if that is missing. A second `@` behind a blank begins another identifier.
    private mutating func bracketed(_ words: inout AddressWords, in value: Span<UInt8>) {
        words.cursor.offset += 1
        var identifier: [UInt8] = []
        var part: [UInt8] = []
        var hasAt = false
        scan: while let byte = words.cursor.peek(in: value) {
            switch byte {
            case 0x3E:
                words.cursor.offset += 1
                break scan
            case 0x3C: break scan
            case .space, .tab, .carriageReturn, .lineFeed, 0x28:
                words.skipBlanksAndComments(in: value)
                words.forgetComments(from: 0)
                finish(&part, &identifier, &hasAt)
            case 0x22: quoted(&words, into: &part, in: value)
            default:
                part.append(byte)
                words.cursor.offset += 1
            }
        }
        finish(&part, &identifier, &hasAt)
        while let last = identifier.last, last == 0x2C || last == 0x3B { identifier.removeLast() }
        add(StandardCharsets.guess(identifier.span))
    }

    private mutating func finish(_ part: inout [UInt8], _ identifier: inout [UInt8], _ hasAt: inout Bool) {
        let isAnother = part.count > 1 && part.first != 0x40 && part.contains(0x40)
        if hasAt, isAnother {
            add(StandardCharsets.guess(identifier.span))
            identifier.removeAll(keepingCapacity: true)
        }
        hasAt = hasAt || part.contains(0x40)
        identifier += part
        part.removeAll(keepingCapacity: true)
    }

    /// A quoted string keeps its quotes only if it needs them.
    private func quoted(_ words: inout AddressWords, into part: inout [UInt8], in value: Span<UInt8>) {
        let start = words.cursor.offset
        var text: [UInt8] = []
        words.word(0x22, isHost: false, into: &text, in: value)
        if text.allSatisfy({ ByteClass.atomText.contains($0) || $0 == 0x2E || $0 >= 0x80 }) {
            part += text
        } else {
            part.append(contentsOf: value.extracting(start..<words.cursor.offset))
        }
    }

    /// A word outside of brackets. One that ends at `>` lacks its `<`; one with an `@` counts if there are no brackets at all,
    /// and so does one that stands alone.
    private mutating func word(_ words: inout AddressWords, in value: Span<UInt8>) {
        let start = words.cursor.offset
        var text: [UInt8] = []
        if value[start] == 0x22 {
            words.word(0x22, isHost: false, into: &text, in: value)
        } else {
            words.cursor.offset += 1
            while let byte = words.cursor.peek(in: value), !Self.wordEnd.contains(byte) { words.cursor.offset += 1 }
            text.append(contentsOf: value.extracting(start..<words.cursor.offset))
        }
        wordCount += 1
        let identifier = StandardCharsets.guess(text.span)
        let hasAt = value[start] != 0x22 && text.contains(0x40)
        if hasAt, words.cursor.peek(in: value) == 0x3E {
            add(identifier)
        } else if wordCount == 1 {
            bare = [identifier]
        } else {
            if wordCount == 2 { bare.removeAll { !$0.utf8.contains(0x40) } }
            if hasAt, bare.count <= limit { bare.append(identifier) }
        }
    }

    private static let wordEnd = ByteClass(" \t\r\n,;<>(\"")
}
