internal import Octets

extension EncodedWord {
    /// One word taken apart.
    private struct Parts {
        var charset: String
        var octets: [UInt8]
    }

    /// Header text for people: encoded words decoded, those that follow each other with only blanks between joined
    /// before their charset is applied, as a character may be cut between them. RFC 2047 §6.2, RFC 2231 §5.
    ///
    /// A word with an unknown charset is left as it is; octets outside of words are UTF-8 or else windows-1252.
    public static func decodedText(_ octets: Span<UInt8>, charsets: some CharsetDecoder) -> String {
        let nothing: [UInt8] = []
        var result = ""
        var plainStart = 0
        var position = 0
        var pending: Parts?
        func flush() {
            guard let word = pending else { return }
            pending = nil
            result += charsets.decode(word.octets.span, charset: word.charset) ?? ""
        }
        while position < octets.count {
            guard octets[position] == 0x3D, let range = range(at: position, end: octets.count, in: octets) else {
                position += 1
                continue
            }
            let word = parts(octets.extracting(range))
            guard charsets.decode(nothing.span, charset: word.charset) != nil else {
                position = range.upperBound
                continue
            }
            let isAdjacent = pending != nil && octets.isBlank(from: plainStart, to: range.lowerBound)
            if !isAdjacent {
                flush()
                result += StandardCharsets.guess(octets.extracting(plainStart..<range.lowerBound))
            }
            if isAdjacent, pending?.charset == word.charset {
                pending?.octets += word.octets
            } else {
                flush()
                pending = word
            }
            plainStart = range.upperBound
            position = plainStart
        }
        flush()
        return result + StandardCharsets.guess(octets.extracting(plainStart..<octets.count))
    }

    private static func parts(_ word: Span<UInt8>) -> Parts {
        var cursor = Cursor(from: 2, end: word.count - 2)
        var charset: [UInt8] = []
        while let byte = cursor.next(in: word), byte != 0x3F { charset.append(byte.asciiLowercased) }
        let isBase64 = cursor.next(in: word)?.asciiLowercased == 0x62
        _ = cursor.next(in: word)
        let text = word.extracting(cursor.offset..<max(cursor.offset, cursor.end))
        let label = charset.prefix { $0 != 0x2A }
        return Parts(
            charset: String(decoding: label, as: UTF8.self),
            octets: isBase64 ? TransferDecoder.decode(text, .base64) : decodeQ(text)
        )
    }

    /// The Q encoding: quoted-printable with `_` for a space. RFC 2047 §4.2.
    private static func decodeQ(_ text: Span<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == 0x3D, index + 2 < text.count, let high = text[index + 1].hexValue,
                let low = text[index + 2].hexValue
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(byte == 0x5F ? .space : byte)
                index += 1
            }
        }
        return octets
    }
}
