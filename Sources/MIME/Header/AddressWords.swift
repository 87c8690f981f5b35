internal import Octets

/// The words and comments of an address list. RFC 5322 §3.2.
struct AddressWords {
    var cursor: Cursor
    /// The text of the comments, one behind the other, and where each ends.
    private var commentText: [UInt8] = []
    private var commentEnds: [Int] = []
    /// How often a quoted string or a comment turned out to be open, so that its mark was skipped.
    private var openMarks = 0

    /// After so many open marks, quotes and parentheses are skipped without a search for their ends: each search costs a
    /// look at all that is left.
    private static let openMarkLimit = 8

    init(_ range: Range<Int>) {
        cursor = Cursor(from: range.lowerBound, end: range.upperBound)
    }

    var commentCount: Int { commentEnds.count }

    var comments: [[UInt8]] {
        commentEnds.indices.map { Array(commentText[($0 == 0 ? 0 : commentEnds[$0 - 1])..<commentEnds[$0]]) }
    }

    func appendLastComment(to text: inout [UInt8]) {
        guard let end = commentEnds.last else { return }
        text += commentText[(commentEnds.count < 2 ? 0 : commentEnds[commentEnds.count - 2])..<end]
    }

    /// Keeps the first `count` comments only.
    mutating func forgetComments(from count: Int) {
        guard count < commentEnds.count else { return }
        commentEnds.removeSubrange(count...)
        commentText.removeSubrange((commentEnds.last ?? 0)...)
    }

    /// Skips CFWS and keeps the text of comments, the parentheses in them included. The `(` of one that does not end is
    /// skipped. RFC 5322 §3.2.2.
    mutating func skipBlanksAndComments(in octets: Span<UInt8>) {
        while true {
            cursor.skipBlanks(in: octets)
            guard cursor.peek(in: octets) == 0x28 else { return }
            if isClosed(cursor.closingParenthesis, in: octets) {
                cursor.comment(into: &commentText, in: octets)
                commentEnds.append(commentText.count)
            } else {
                cursor.offset += 1
            }
        }
    }

    /// Takes the word that begins here with `byte`, at least one octet, and appends what it stands for. A `"` of a quoted
    /// string that does not end is skipped.
    mutating func word(_ byte: UInt8, isHost: Bool, into word: inout [UInt8], in octets: Span<UInt8>) {
        switch byte {
        case 0x22:
            if isClosed(cursor.closingQuote, in: octets) {
                cursor.quotedString(into: &word, in: octets)
            } else {
                cursor.offset += 1
            }
        case 0x5B where isHost: domainLiteral(into: &word, in: octets)
        case 0x3D:
            if let end = encodedWordEnd(in: octets) {
                word.append(contentsOf: octets.extracting(cursor.offset..<end))
                cursor.offset = end
            } else {
                atom(into: &word, in: octets)
            }
        default: atom(into: &word, in: octets)
        }
    }

    private mutating func isClosed(_ search: (Span<UInt8>) -> Int?, in octets: Span<UInt8>) -> Bool {
        guard openMarks < Self.openMarkLimit else { return false }
        if search(octets) != nil { return true }
        openMarks += 1
        return false
    }

    /// At least one octet, then all up to a special one. `@` stands alone.
    private mutating func atom(into word: inout [UInt8], in octets: Span<UInt8>) {
        let start = cursor.offset
        cursor.offset += 1
        if octets[start] != 0x40 { _ = cursor.run(of: Self.atomText, in: octets) }
        word.append(contentsOf: octets.extracting(start..<cursor.offset))
    }

    /// Octets that end no atom: all but blanks and what has a meaning here. 8-bit text is let through. RFC 6532 §3.2.
    private static let atomText = ByteClass {
        $0 > 0x20 && !"\"(),:;<>@".utf8.contains($0)
    }

    /// To its `]`, or to where it must have ended. RFC 5322 §3.4.1.
    private mutating func domainLiteral(into word: inout [UInt8], in octets: Span<UInt8>) {
        while let byte = cursor.peek(in: octets), !Self.literalEnd.contains(byte) {
            cursor.offset += 1
            if !HeaderFields.isBlank(byte) { word.append(byte) }
            if byte == 0x5D { return }
        }
    }

    private static let literalEnd = ByteClass(",;<>\"@")

    /// Where the RFC 2047 word that begins here ends, so that a comma or parenthesis which should have been encoded in it
    /// does not cut it. One with blanks may not have the marks of an address in it.
    private func encodedWordEnd(in octets: Span<UInt8>) -> Int? {
        guard let place = EncodedWord.place(at: cursor.offset, end: cursor.end, in: octets), place.isClosed else {
            return nil
        }
        guard place.hasBlanks else { return place.end }
        for index in place.text where "<>@\"".utf8.contains(octets[index]) { return nil }
        return place.end
    }
}
