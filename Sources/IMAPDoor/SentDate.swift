internal import Octets

/// The day of a Date field, as SEARCH compares it: as written, time and zone not looked at. RFC 3501 §6.4.4.
enum SentDate {
    /// Days from 1970-01-01; nil if the field names no day. Two- and three-digit years as RFC 5322 §4.3 reads them.
    static func daysSince1970(_ field: [UInt8]) -> Int64? {
        let words = words(of: field)
        guard let place = words.firstIndex(where: { $0.first?.digitValue != nil }), place + 2 < words.count,
            let day = number(words[place]),
            let month = month(words[place + 1]),
            var year = number(words[place + 2])
        else { return nil }
        switch words[place + 2].count {
        case ...2: year += year < 50 ? 2000 : 1900
        case 3: year += 1900
        default: break
        }
        return DateTime(year: year, month: month, day: day)?.daysSince1970
    }

    private static func number(_ word: [UInt8]) -> Int? {
        word.count <= 4 ? decimal(word.span, as: Int.self) : nil
    }

    private static func month(_ word: [UInt8]) -> Int? {
        guard word.count >= 3 else { return nil }
        let name = String(decoding: word.prefix(3), as: UTF8.self).asciiLowercased
        return DateTime.monthNames.firstIndex { $0.asciiLowercased == name }.map { $0 + 1 }
    }

    /// Runs of letters and digits outside comments: the first few, a day needs no more.
    private static func words(of field: [UInt8]) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var depth = 0
        for octet in field.prefix(200) {
            if octet == UInt8(ascii: "(") { depth += 1 }
            if depth == 0, ByteClass.alphaNumeric.contains(octet) {
                word.append(octet)
            } else if !word.isEmpty {
                words.append(word)
                word = []
            }
            if octet == UInt8(ascii: ")") { depth = max(0, depth - 1) }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
