/// Quoted-printable. RFC 2045 §6.7.
public enum QuotedPrintable {
    private static var lineLength: Int { 76 }
    /// Octets that may stand for themselves, a blank not at the end of a line.
    private static let plain = ByteClass.visible.subtracting(ByteClass("=")).union(.whitespace)

    /// `octets` in lines of at most 76 octets: CRLF is a line break and stays; a CR or LF alone is data and is encoded.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        let plain = plain
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + octets.count / 8)
        var column = 0
        var index = 0
        while index < octets.count {
            if startsBreak(octets, index) {
                text.append(.crlf)
                column = 0
                index += 2
                continue
            }
            // Octets that leave room for a soft break behind them.
            let limit = min(octets.count, index + max(lineLength - 1 - column, 0))
            var end = index
            while end < limit, plain.contains(octets[end]) { end += 1 }
            if end > index, isBlank(octets[end - 1]), isLineEnd(octets, end) { end -= 1 }
            if end > index {
                text.append(contentsOf: octets.extracting(index..<end))
                column += end - index
                index = end
                continue
            }
            let octet = octets[index]
            index += 1
            let isLast = isLineEnd(octets, index)
            let isPlain = plain.contains(octet) && !(isLast && isBlank(octet))
            let width = isPlain ? 1 : 3
            // The last octet of a line may fill it; before any other there must be room for the soft break.
            if column + width > (isLast ? lineLength : lineLength - 1) {
                text.append(UInt8(ascii: "="))
                text.append(.crlf)
                column = 0
            }
            if isPlain { text.append(octet) } else { append(code: octet, to: &text) }
            column += width
        }
        return text
    }

    /// Appends `=` and two hexadecimal digits, letters in upper case.
    public static func append(code octet: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "="))
        text.append(digit(octet >> 4))
        text.append(digit(octet & 0x0F))
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == .space || octet == .tab }

    private static func isLineEnd(_ octets: Span<UInt8>, _ index: Int) -> Bool {
        index == octets.count || startsBreak(octets, index)
    }

    private static func startsBreak(_ octets: Span<UInt8>, _ index: Int) -> Bool {
        index + 1 < octets.count && octets[index] == .carriageReturn && octets[index + 1] == .lineFeed
    }
}
