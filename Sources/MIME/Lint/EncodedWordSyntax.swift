internal import Octets

/// What begins with `=?`, by the grammar of RFC 2047 §2.
enum EncodedWordSyntax {
    struct Word {
        var range: Range<Int>
        /// Without the language behind `*`. RFC 2231 §5.
        var charset: Range<Int>
        var isBase64: Bool
        var text: Range<Int>
    }

    case word(Word)
    /// It begins as a word does, but is none: why.
    case broken(String)
    case none

    /// token. RFC 2047 §2.
    private static let token = ByteClass.visible.subtracting(ByteClass("()<>@,;:\"/[]?.="))
    /// encoded-text.
    private static let text = ByteClass.visible.subtracting(ByteClass("?"))

    /// Looks at `start`, and not beyond the fourth `?` behind it, so that to look at each `=?` of a text takes linear time.
    init(at start: Int, end: Int, in octets: Span<UInt8>) {
        self = .none
        guard start + 2 < end, octets[start] == UInt8(ascii: "="), octets[start + 1] == UInt8(ascii: "?") else {
            return
        }
        var cursor = Cursor(from: start + 2, end: end)
        let charset = cursor.run(of: Self.token, in: octets)
        guard !charset.isEmpty, cursor.take(UInt8(ascii: "?"), in: octets) else { return }
        let encoding = cursor.run(of: Self.token, in: octets)
        guard !encoding.isEmpty, cursor.take(UInt8(ascii: "?"), in: octets) else { return }
        let letter = octets[encoding.lowerBound].asciiLowercased
        guard encoding.count == 1, letter == UInt8(ascii: "b") || letter == UInt8(ascii: "q") else {
            self = .broken("its encoding is neither B nor Q")
            return
        }
        let text = cursor.run(of: Self.text, in: octets)
        if cursor.take(word: "?=", in: octets) {
            guard !text.isEmpty else {
                self = .broken("it has no text")
                return
            }
            var name = Cursor(from: charset.lowerBound, end: charset.upperBound)
            self = .word(
                Word(
                    range: start..<cursor.offset,
                    charset: name.run(of: Self.charsetName, in: octets),
                    isBase64: letter == UInt8(ascii: "b"),
                    text: text
                )
            )
            return
        }
        switch cursor.peek(in: octets) {
        case nil: self = .broken("it has no end")
        case UInt8(ascii: "?"): self = .broken("there is a ? in its text")
        default:
            while let octet = cursor.peek(in: octets), octet != UInt8(ascii: "?") { cursor.offset += 1 }
            let isEnded = cursor.take(word: "?=", in: octets)
            self = .broken(isEnded ? "its text is not printable ASCII without space" : "it has no end")
        }
    }

    private static let charsetName = token.subtracting(ByteClass("*"))
}

extension EncodedWordSyntax.Word {
    /// Whether the text is well-formed. RFC 2047 §4, §5.
    func isWellFormed(in octets: Span<UInt8>) -> Bool {
        if isBase64 { return Base64.decodeStrictly(octets.extracting(text)) != nil }
        var index = text.lowerBound
        while index < text.upperBound {
            if octets[index] == UInt8(ascii: "=") {
                guard index + 2 < text.upperBound, octets[index + 1].hexValue != nil, octets[index + 2].hexValue != nil
                else { return false }
            }
            index += 1
        }
        return true
    }

    /// What the text stands for; what is damaged is passed over or stays. RFC 2047 §4.
    func decoded(in octets: Span<UInt8>) -> [UInt8] {
        if isBase64 { return TransferDecoder.decode(octets.extracting(text), .base64) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var index = text.lowerBound
        while index < text.upperBound {
            let octet = octets[index]
            if octet == UInt8(ascii: "="), index + 2 < text.upperBound, let high = octets[index + 1].hexValue,
                let low = octets[index + 2].hexValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(octet == UInt8(ascii: "_") ? .space : octet)
                index += 1
            }
        }
        return decoded
    }
}
