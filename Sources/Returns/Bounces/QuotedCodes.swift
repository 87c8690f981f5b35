internal import Octets
internal import SMTP

/// The codes of a reply that a text quotes: the first three digits and the first enhanced code that stand alone.
struct QuotedCodes {
    /// 400…599.
    private(set) var reply: UInt16?
    /// Of class 4 or 5.
    private(set) var enhanced: EnhancedCode?

    init(in text: Span<UInt8>) {
        var position = 0
        while position < text.count, reply == nil || enhanced == nil {
            let start = position
            while position < text.count, Self.isNumeric(text[position]) { position += 1 }
            if position > start {
                let isWord = start > 0 && ByteClass.alpha.contains(text[start - 1])
                let goesOn = position < text.count && ByteClass.alpha.contains(text[position])
                if !isWord, !goesOn { take(text.extracting(start..<position)) }
            } else {
                position += 1
            }
        }
    }

    private static func isNumeric(_ octet: UInt8) -> Bool { octet.digitValue != nil || octet == UInt8(ascii: ".") }

    /// Digits and dots, all that stand together: an IP address is none of the two.
    private mutating func take(_ run: Span<UInt8>) {
        var end = run.count
        while end > 0, run[end - 1] == UInt8(ascii: ".") { end -= 1 }
        var cursor = Cursor(end: end)
        var numbers: [UInt16] = []
        while numbers.count < 4, let number = try? cursor.number(UInt16.self, in: run, as: "digits") {
            numbers.append(number)
            guard cursor.take(UInt8(ascii: "."), in: run) else { break }
        }
        guard cursor.isAtEnd else { return }
        if numbers.count == 1, end == 3, reply == nil, (400...599).contains(numbers[0]) { reply = numbers[0] }
        if numbers.count == 3, enhanced == nil, numbers[0] == 4 || numbers[0] == 5, numbers[1] <= 999, numbers[2] <= 999
        {
            enhanced = EnhancedCode(class: UInt8(numbers[0]), subject: numbers[1], detail: numbers[2])
        }
    }
}
