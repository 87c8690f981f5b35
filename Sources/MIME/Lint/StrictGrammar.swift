internal import Octets

/// The lexical tokens of structured fields, exactly as the grammar has them. RFC 5322 §3.2, with the octets above 127 of
/// RFC 6532 §3.2: whether those are UTF-8 is asked elsewhere, and so are control characters.
///
/// Obsolete forms are taken too; who calls asks where there were blanks and comments.
struct StrictGrammar {
    var cursor: Cursor
    /// Where the first comment began.
    private(set) var comment: Int?

    init(_ range: Range<Int>) { cursor = Cursor(from: range.lowerBound, end: range.upperBound) }

    /// atext. RFC 5322 §3.2.3.
    static let atomText = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~")).union(ByteClass { $0 >= 0x80 })
    /// dtext. RFC 5322 §3.4.1.
    private static let domainText = ByteClass { $0 > .space && $0 != 0x7F && !"[]\\".utf8.contains($0) }

    /// Takes blanks, line breaks among them, and says whether there were any.
    @discardableResult
    mutating func skipBlanks(in octets: Span<UInt8>) -> Bool {
        let start = cursor.offset
        while let octet = cursor.peek(in: octets), HeaderFields.isBlank(octet) { cursor.offset += 1 }
        return cursor.offset > start
    }

    /// Takes blanks and comments, and says whether there were any. Throws if a comment has no end. RFC 5322 §3.2.2.
    @discardableResult
    mutating func skipComments(in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        let start = cursor.offset
        while true {
            skipBlanks(in: octets)
            guard cursor.peek(in: octets) == UInt8(ascii: "(") else { return cursor.offset > start }
            if comment == nil { comment = cursor.offset }
            let begin = cursor.offset
            var depth = 0
            repeat {
                guard let octet = cursor.next(in: octets) else {
                    throw SyntaxError(offset: begin, expected: "a comment with an end")
                }
                switch octet {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth -= 1
                case UInt8(ascii: "\\"): _ = cursor.next(in: octets)
                default: break
                }
            } while depth > 0
        }
    }

    /// Takes a quoted string, and says whether it could have been an atom or atoms with dots. RFC 5322 §3.2.4.
    @discardableResult
    mutating func quotedString(in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        let begin = cursor.offset
        try cursor.expect(UInt8(ascii: "\""), in: octets, as: "a quotation mark")
        var isDotAtom = true
        // As if before a dot: an atom must begin.
        var isAtDot = true
        while let octet = cursor.next(in: octets) {
            switch octet {
            case UInt8(ascii: "\""): return isDotAtom && !isAtDot
            case UInt8(ascii: "\\"):
                _ = cursor.next(in: octets)
                isDotAtom = false
            case UInt8(ascii: "."):
                isDotAtom = isDotAtom && !isAtDot
                isAtDot = true
            default:
                isDotAtom = isDotAtom && Self.atomText.contains(octet)
                isAtDot = false
            }
        }
        throw SyntaxError(offset: begin, expected: "a quoted string with an end")
    }

    /// Takes a domain literal, and says whether it is of the current form: without quoted pairs. RFC 5322 §3.4.1, §4.4.
    mutating func domainLiteral(in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        let begin = cursor.offset
        try cursor.expect(UInt8(ascii: "["), in: octets, as: "a domain literal")
        var isCurrent = true
        while let octet = cursor.next(in: octets) {
            if octet == UInt8(ascii: "]") { return isCurrent }
            if octet == UInt8(ascii: "\\") {
                _ = cursor.next(in: octets)
                isCurrent = false
            } else if !Self.domainText.contains(octet), !HeaderFields.isBlank(octet) {
                throw SyntaxError(offset: cursor.offset - 1, expected: "a domain literal")
            }
        }
        throw SyntaxError(offset: begin, expected: "a domain literal with an end")
    }

    /// Takes blanks and comments, and throws unless that is all that was left.
    mutating func expectEnd(in octets: Span<UInt8>) throws(SyntaxError) {
        try skipComments(in: octets)
        guard cursor.isAtEnd else { throw cursor.unexpected("the end of the field") }
    }
}
