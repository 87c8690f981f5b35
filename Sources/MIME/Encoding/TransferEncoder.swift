internal import Octets

/// Writes bodies in a transfer encoding, in lines of at most 76 octets that end in CRLF.
public enum TransferEncoder {
    private static var lineLength: Int { 76 }

    /// `octets` in base64, each line ended, the last one too. RFC 2045 §6.8.
    public static func base64(_ octets: Span<UInt8>) -> [UInt8] {
        let line = lineLength / 4 * 3
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4 + octets.count / line * 2 + 2)
        var start = 0
        while start < octets.count {
            let end = min(start + line, octets.count)
            text += Base64.encode(octets.extracting(start..<end))
            text.append(.carriageReturn)
            text.append(.lineFeed)
            start = end
        }
        return text
    }

    /// `octets` in quoted-printable: CRLF is a line break and stays; a CR or LF alone is data and is encoded. RFC 2045 §6.7.
    public static func quotedPrintable(_ octets: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + octets.count / 8)
        var column = 0
        var index = 0
        while index < octets.count {
            let byte = octets[index]
            let isBreak = startsBreak(octets, index)
            if isBreak {
                text.append(.carriageReturn)
                text.append(.lineFeed)
                column = 0
                index += 2
                continue
            }
            index += 1
            let isLast = index == octets.count || startsBreak(octets, index)
            let isBlank = byte == .space || byte == .tab
            let isPlain = (byte > 0x20 && byte < 0x7F && byte != 0x3D) || (isBlank && !isLast)
            let width = isPlain ? 1 : 3
            // The last octet of a line may fill it; before any other there must be room for the soft break.
            if column + width > (isLast ? lineLength : lineLength - 1) {
                text.append(0x3D)
                text.append(.carriageReturn)
                text.append(.lineFeed)
                column = 0
            }
            if isPlain { text.append(byte) } else { append(code: byte, to: &text) }
            column += width
        }
        return text
    }

    private static func startsBreak(_ octets: Span<UInt8>, _ index: Int) -> Bool {
        index + 1 < octets.count && octets[index] == .carriageReturn && octets[index + 1] == .lineFeed
    }

    /// Appends `=` and two hexadecimal digits.
    static func append(code byte: UInt8, to text: inout [UInt8]) {
        text.append(0x3D)
        for digit in [byte >> 4, byte & 0x0F] { text.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
    }
}
