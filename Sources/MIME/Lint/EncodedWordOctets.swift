internal import Octets

/// A word whose octets are known, while it is not certain that those of the next one do not belong to them.
struct DecodedWord {
    var range: Range<Int>
    var charset: String
    var octets: [UInt8]
    /// How many places of it are nothing in the charset.
    var damage: Int
    /// Whether a character of it goes on in a word beside it: then that was said.
    var isSplit = false
}

/// What encoded words stand for, in their charsets. RFC 2047 §3, §5.
extension Linter {
    /// Looks at the octets of a word by themselves, and, if something is wrong with them, together with those of the word before.
    mutating func lintWordOctets(
        _ word: EncodedWordSyntax.Word,
        of part: Int,
        _ words: inout Words,
        in message: Span<UInt8>
    ) {
        let nothing: [UInt8] = []
        let start = word.range.lowerBound
        let charset = String(decoding: message.extracting(word.charset)).asciiLowercased
        guard charsets.decode(nothing.span, charset: charset) != nil else {
            found.add(.encodedWordCharset, at: start, part: part, charset)
            finishWord(&words.previous, of: part)
            return
        }
        let octets = word.decoded(in: message)
        if Self.endsShifted(octets, charset: charset) {
            found.add(.encodedWordShift, at: start, part: part, message.shown(word.range))
        }
        var decoded = DecodedWord(
            range: word.range,
            charset: charset,
            octets: octets,
            damage: damage(of: octets, charset: charset)
        )
        if var previous = words.previous, previous.charset == charset, previous.damage + decoded.damage > 0,
            message.isBlank(from: previous.range.upperBound, to: start),
            damage(of: previous.octets + octets, charset: charset) < previous.damage + decoded.damage
        {
            found.add(.splitCharacter, at: previous.range.lowerBound, part: part, message.shown(previous.range))
            previous.isSplit = true
            decoded.isSplit = true
            words.previous = previous
        }
        finishWord(&words.previous, of: part)
        words.previous = decoded
    }

    /// No other word can make up for what is wrong with this one.
    mutating func finishWord(_ word: inout DecodedWord?, of part: Int) {
        if let word, word.damage > 0, !word.isSplit {
            found.add(.encodedWordOctets, at: word.range.lowerBound, part: part, word.charset)
        }
        word = nil
    }

    /// How many octets or sequences are nothing in the charset.
    private func damage(of octets: [UInt8], charset: String) -> Int {
        if Self.isASCII(charset) { return octets.count { $0 >= 0x80 } }
        if Self.isUTF8(charset), String(validating: octets, as: UTF8.self) != nil { return 0 }
        let text = charsets.decode(octets.span, charset: charset) ?? ""
        return text.unicodeScalars.count { $0 == "\u{FFFD}" }
    }

    /// Whether the label, in lower case, is one of US-ASCII. RFC 2046 §4.1.2.
    static func isASCII(_ charset: String) -> Bool { charset == "us-ascii" || charset == "ascii" }

    /// Whether the label, in lower case, is one of UTF-8.
    static func isUTF8(_ charset: String) -> Bool { charset == "utf-8" || charset == "utf8" }

    /// Whether a charset that has modes is not in the one of ASCII at the end. RFC 2047 §3.
    private static func endsShifted(_ octets: [UInt8], charset: String) -> Bool {
        guard charset.hasPrefix("iso-2022-") else { return false }
        if charset == "iso-2022-kr" { return octets.last { $0 == 0x0E || $0 == 0x0F } == 0x0E }
        guard let escape = octets.lastIndex(of: 0x1B) else { return false }
        // To JIS X 0201 it goes as well: but for two characters that is ASCII. RFC 1468.
        let sequence = octets[(escape + 1)...].prefix(2)
        return !sequence.elementsEqual("(B".utf8) && !sequence.elementsEqual("(J".utf8)
    }
}
