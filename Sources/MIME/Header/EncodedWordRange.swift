internal import Octets

/// Text that RFC 2047 wraps in ASCII: `=?charset?encoding?text?=`.
public enum EncodedWord {
    /// Where the parts of one word lie.
    struct Place {
        /// The label, without the language that RFC 2231 §5 lets follow it. It may be empty.
        var charset: Range<Int>
        /// `B`, or else `Q`.
        var isBase64: Bool
        var text: Range<Int>
        /// One past the last octet that belongs to the word.
        var end: Int
        /// Whether the `?=` is there.
        var isClosed = true
        /// Whether there are blanks in the text, where RFC 2047 §2 has none.
        var hasBlanks = false
    }

    /// The encoded word that begins at `start`; nil if none begins there. RFC 2047 §2.
    ///
    /// Blanks within the text are taken as part of it when `?=` follows. If there is no `?=` before the next word begins or
    /// all ends, the word ends at its first blank, or where what is no base64 begins. The search never goes beyond the
    /// start of the next word, so that a text full of starts takes no longer than another.
    static func place(at start: Int, end: Int, in octets: Span<UInt8>) -> Place? {
        guard end - start >= 6, octets[start] == 0x3D, octets[start + 1] == 0x3F else { return nil }
        var cursor = Cursor(from: start + 2, end: end)
        let charset = cursor.run(of: charsetText, in: octets)
        if cursor.take(0x2A, in: octets) { _ = cursor.run(of: languageText, in: octets) }
        guard cursor.take(0x3F, in: octets), let encoding = cursor.next(in: octets)?.asciiLowercased,
            encoding == 0x62 || encoding == 0x71, cursor.take(0x3F, in: octets)
        else { return nil }
        let textStart = cursor.offset
        var place = Place(charset: charset, isBase64: encoding == 0x62, text: textStart..<textStart, end: textStart)
        var firstBlank: Int?
        var index = textStart
        while index < end {
            let byte = octets[index]
            let next = index + 1 < end ? octets[index + 1] : 0
            if byte == 0x3F, next == 0x3D {
                place.text = textStart..<index
                place.end = index + 2
                place.hasBlanks = firstBlank != nil
                return place
            }
            if byte == 0x3D, next == 0x3F, index + 2 < end, octets[index + 2] != 0x3D { break }
            if firstBlank == nil, HeaderFields.isBlank(byte) { firstBlank = index }
            index += 1
        }
        place.isClosed = false
        cursor = Cursor(from: textStart, end: firstBlank ?? index)
        if place.isBase64 { _ = cursor.run(of: base64Text, in: octets) } else { cursor.offset = cursor.end }
        place.end = cursor.offset
        var textEnd = cursor.offset
        if textEnd > textStart, octets[textEnd - 1] == 0x3F { textEnd -= 1 }
        if place.isBase64, place.end < end, octets[place.end] == 0x3F { place.end += 1 }
        place.text = textStart..<textEnd
        return textEnd > textStart ? place : nil
    }

    /// RFC 2047 §2: no especials, and `*` is RFC 2231's.
    private static let charsetText = ByteClass { $0 > 0x20 && $0 < 0x7F && !"()<>@,;:\"/[]?.=*".utf8.contains($0) }
    private static let languageText = ByteClass.alphaNumeric.union(ByteClass("-"))
    private static let base64Text = ByteClass.alphaNumeric.union(ByteClass("+/="))
}
