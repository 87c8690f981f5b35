internal import Octets

extension CommandReader {
    /// date: of a day, in quotes or not. RFC 3501 §9.
    mutating func date(in octets: Span<UInt8>) throws(SyntaxError) -> SearchDate {
        let start = cursor
        let isQuoted = take("\"", in: octets)
        let day = try digits(1...2, in: octets, as: "date-day")
        try expect("-", in: octets, as: "- after the day")
        let month = try month(in: octets)
        try expect("-", in: octets, as: "- after the month")
        let year = try digits(4...4, in: octets, as: "date-year")
        if isQuoted { try expect("\"", in: octets, as: "DQUOTE") }
        guard let date = SearchDate(year: year, month: month, day: day) else { throw start.unexpected("date") }
        return date
    }

    /// date-time. RFC 3501 §9.
    mutating func dateTime(in octets: Span<UInt8>) throws(SyntaxError) -> DateTime {
        let start = cursor
        try expect("\"", in: octets, as: "date-time")
        let isShort = take(" ", in: octets)
        let day = try digits(isShort ? 1...1 : 2...2, in: octets, as: "date-day-fixed")
        try expect("-", in: octets, as: "- after the day")
        let month = try month(in: octets)
        try expect("-", in: octets, as: "- after the month")
        let year = try digits(4...4, in: octets, as: "date-year")
        try space(in: octets)
        let hour = try digits(2...2, in: octets, as: "time")
        try expect(":", in: octets, as: "time")
        let minute = try digits(2...2, in: octets, as: "time")
        try expect(":", in: octets, as: "time")
        let second = try digits(2...2, in: octets, as: "time")
        try space(in: octets)
        let isWest = take("-", in: octets)
        if !isWest { try expect("+", in: octets, as: "zone") }
        let zone = try digits(4...4, in: octets, as: "zone")
        try expect("\"", in: octets, as: "DQUOTE")
        let minutes = zone / 100 * 60 + zone % 100
        guard zone % 100 < 60,
            let date = DateTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second,
                zoneMinutes: isWest ? -minutes : minutes
            )
        else { throw start.unexpected("date-time") }
        return date
    }

    /// date-month: 1…12. RFC 3501 §9.
    private mutating func month(in octets: Span<UInt8>) throws(SyntaxError) -> Int {
        guard cursor.remaining >= 3 else { throw cursor.unexpected("date-month") }
        let name = String(decoding: octets.extracting(cursor.offset..<cursor.offset + 3)).asciiLowercased
        guard let index = DateTime.monthNames.firstIndex(where: { $0.asciiLowercased == name }) else {
            throw cursor.unexpected("date-month")
        }
        cursor.offset += 3
        return index + 1
    }

    /// As many digits as `count` allows, as a number.
    private mutating func digits(
        _ count: ClosedRange<Int>,
        in octets: Span<UInt8>,
        as production: String
    ) throws(SyntaxError) -> Int {
        let start = cursor
        var value = 0
        while cursor.offset - start.offset < count.upperBound, let digit = cursor.peek(in: octets)?.digitValue {
            value = value * 10 + Int(digit)
            cursor.offset += 1
        }
        guard cursor.offset - start.offset >= count.lowerBound else { throw start.unexpected(production) }
        return value
    }
}
