internal import Octets

/// Writes text as UTF-8 encoded words, each of at most 75 octets and whole characters. RFC 2047 §2, §4, §5.
enum EncodedWordWriter {
    struct Word {
        var octets: [UInt8]
        /// Whether it begins a line.
        var isFolded: Bool
    }

    /// What stands for itself in the Q encoding in unstructured text. RFC 2047 §5, rule 1.
    static let textSafe = ByteClass.visible.subtracting(ByteClass("=?_"))
    /// What stands for itself in a phrase. RFC 2047 §5, rule 3.
    static let phraseSafe = ByteClass.alphaNumeric.union(ByteClass("!*+-/"))

    /// `=?utf-8?q?` and `?=`.
    private static var overhead: Int { 12 }

    /// The words for `text`, which is UTF-8, in B or Q, whichever takes fewer octets with its folds. The first one follows
    /// a blank behind `column` octets of a line that may have `lineLength`; if `mayFold`, or if it must, it begins a line.
    static func shortest(_ text: [UInt8], column: Int, mayFold: Bool, lineLength: Int, safe: ByteClass) -> [Word] {
        var best: [Word] = []
        for isBase64 in [false, true] {
            for column in mayFold ? [column, lineLength] : [column] {
                let words = words(text, column: column, lineLength: lineLength, safe: safe, isBase64: isBase64)
                if best.isEmpty || length(words) < length(best) { best = words }
            }
        }
        return best
    }

    private static func length(_ words: [Word]) -> Int {
        words.reduce(0) { $0 + $1.octets.count + ($1.isFolded ? 3 : 1) }
    }

    private static func words(
        _ text: [UInt8],
        column: Int,
        lineLength: Int,
        safe: ByteClass,
        isBase64: Bool
    ) -> [Word] {
        var words: [Word] = []
        var column = column
        var start = 0
        while start < text.count {
            var end = fit(text, from: start, room: lineLength - column - 1 - overhead, safe: safe, isBase64: isBase64)
            let isFolded = end == start
            if isFolded {
                column = 0
                end = fit(text, from: start, room: lineLength - 1 - overhead, safe: safe, isBase64: isBase64)
            }
            let octets = word(text[start..<end], safe: safe, isBase64: isBase64)
            words.append(Word(octets: octets, isFolded: isFolded))
            column += 1 + octets.count
            start = end
        }
        return words
    }

    /// The end of the characters from `start` on whose encoded text fits in `room` octets.
    private static func fit(_ text: [UInt8], from start: Int, room: Int, safe: ByteClass, isBase64: Bool) -> Int {
        var end = start
        var width = 0
        while end < text.count {
            var next = end + 1
            while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
            if isBase64 {
                width = (next - start + 2) / 3 * 4
            } else {
                for byte in text[end..<next] { width += byte == .space || safe.contains(byte) ? 1 : 3 }
            }
            if width > room { return end }
            end = next
        }
        return end
    }

    private static func word(_ text: ArraySlice<UInt8>, safe: ByteClass, isBase64: Bool) -> [UInt8] {
        var word = Array((isBase64 ? "=?utf-8?b?" : "=?utf-8?q?").utf8)
        if isBase64 {
            let octets = Array(text)
            word += Base64.encode(octets.span)
        } else {
            for byte in text {
                if byte == .space {
                    word.append(0x5F)
                } else if safe.contains(byte) {
                    word.append(byte)
                } else {
                    word.append(hexadecimal: byte, behind: 0x3D)
                }
            }
        }
        word.append(0x3F)
        word.append(0x3D)
        return word
    }
}

extension [UInt8] {
    /// Appends a mark, `=` or `%`, and `byte` as two hexadecimal digits in capitals.
    mutating func append(hexadecimal byte: UInt8, behind mark: UInt8) {
        append(mark)
        for digit in [byte >> 4, byte & 0x0F] { append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
    }
}
