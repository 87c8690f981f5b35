internal import Octets

/// Dates, by the grammar of RFC 5322 §3.3, with the obsolete forms of §4.3 told apart.
extension Linter {
    /// Looks at one date.
    mutating func lintDate(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var date = StrictDate(value)
        do throws(SyntaxError) {
            try date.read(in: message)
        } catch {
            found.add(.dateSyntax, at: error.offset, part: part, "expected \(error.expected): \(message.shown(value))")
            return
        }
        if let offset = date.obsolete { found.add(.obsoleteDate, at: offset, part: part, message.shown(value)) }
        if let offset = date.impossible {
            found.add(.impossibleDate, at: offset, part: part, message.shown(value))
        } else if let offset = date.wrongDayName {
            found.add(.wrongDayName, at: offset, part: part, message.shown(value))
        }
    }
}

/// Reads one date strictly.
struct StrictDate {
    private var grammar: StrictGrammar
    /// Where it is obsolete.
    private(set) var obsolete: Int?
    /// Where the number is that cannot be.
    private(set) var impossible: Int?
    /// Where the name of the day is, if it is that of another.
    private(set) var wrongDayName: Int?

    init(_ value: Range<Int>) { grammar = StrictGrammar(value) }

    /// obs-zone without the letters. RFC 5322 §4.3.
    private static let obsoleteZones: Set<String> = [
        "UT", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT",
    ]
    /// A year may have more digits, but not mean more to us.
    private static var yearDigits: Int { 4 }

    /// Reads to the end of the value, or throws where the grammar wants something else.
    mutating func read(in octets: Span<UInt8>) throws(SyntaxError) {
        try comments(in: octets)
        let dayName = try dayName(in: octets)
        let dayStart = grammar.cursor.offset
        let day = try number(digits: 1...2, in: octets, as: "a day of one or two digits")
        try blanks(in: octets)
        let month = try name(of: DateTime.monthNames, in: octets, as: "the name of a month")
        try blanks(in: octets)
        let year = try year(in: octets)
        try blanks(in: octets)
        let timeStart = grammar.cursor.offset
        let hour = try number(digits: 2...2, in: octets, as: "two digits of an hour")
        try colon(in: octets)
        let minute = try number(digits: 2...2, in: octets, as: "two digits of a minute")
        var second = 0
        if try isColonNext(in: octets) {
            try colon(in: octets)
            second = try number(digits: 2...2, in: octets, as: "two digits of a second")
        }
        try zone(in: octets)
        try grammar.expectEnd(in: octets)
        check(year: year, month: month + 1, day: day, at: dayStart, dayName: dayName)
        if impossible == nil, hour > 23 || minute > 59 || second > 60 { impossible = timeStart }
    }

    private mutating func check(year: Int, month: Int, day: Int, at offset: Int, dayName: (index: Int, offset: Int)?) {
        // The grammar has no years before this one. RFC 5322 §3.3.
        guard year >= 1900, let date = DateTime(year: min(year, 9999), month: month, day: day) else {
            impossible = offset
            return
        }
        // What day it is in a year of five digits is not computed.
        guard year <= 9999, let dayName, date.weekday != dayName.index else { return }
        wrongDayName = dayName.offset
    }

    // MARK: Tokens

    private mutating func markObsolete(_ offset: Int) { if obsolete == nil { obsolete = offset } }

    /// Blanks that the grammar has, and comments that only the obsolete one has.
    private mutating func comments(in octets: Span<UInt8>) throws(SyntaxError) {
        grammar.skipBlanks(in: octets)
        let offset = grammar.cursor.offset
        if try grammar.skipComments(in: octets) { markObsolete(offset) }
    }

    /// Blanks that must be there; the obsolete grammar does without, and has comments.
    private mutating func blanks(in octets: Span<UInt8>) throws(SyntaxError) {
        let offset = grammar.cursor.offset
        if !grammar.skipBlanks(in: octets) { markObsolete(offset) }
        try comments(in: octets)
    }

    /// A colon; blanks and comments around it are obsolete.
    private mutating func colon(in octets: Span<UInt8>) throws(SyntaxError) {
        let offset = grammar.cursor.offset
        var isSpaced = try grammar.skipComments(in: octets)
        try grammar.cursor.expect(UInt8(ascii: ":"), in: octets, as: "a colon")
        if try grammar.skipComments(in: octets) { isSpaced = true }
        if isSpaced { markObsolete(offset) }
    }

    private func isColonNext(in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        var ahead = grammar
        try ahead.skipComments(in: octets)
        return ahead.cursor.peek(in: octets) == UInt8(ascii: ":")
    }

    /// `Mon,`; nil if there is none.
    private mutating func dayName(in octets: Span<UInt8>) throws(SyntaxError) -> (index: Int, offset: Int)? {
        guard let octet = grammar.cursor.peek(in: octets), ByteClass.alpha.contains(octet) else { return nil }
        let offset = grammar.cursor.offset
        let index = try name(of: DateTime.dayNames, in: octets, as: "the name of a day")
        if try grammar.skipComments(in: octets) { markObsolete(offset) }
        try grammar.cursor.expect(UInt8(ascii: ","), in: octets, as: "a comma")
        try comments(in: octets)
        return (index, offset)
    }

    private mutating func name(
        of names: [String],
        in octets: Span<UInt8>,
        as expected: String
    ) throws(SyntaxError) -> Int {
        let start = grammar.cursor.offset
        let range = grammar.cursor.run(of: .alpha, in: octets)
        guard let index = names.firstIndex(where: { HeaderFields.matches(octets, range, $0) }) else {
            throw SyntaxError(offset: start, expected: expected)
        }
        return index
    }

    private mutating func number(
        digits: ClosedRange<Int>,
        in octets: Span<UInt8>,
        as expected: String
    ) throws(SyntaxError) -> Int {
        let start = grammar.cursor.offset
        let range = grammar.cursor.run(of: .digit, in: octets)
        guard digits.contains(range.count), let value = decimal(octets.extracting(range), as: Int.self) else {
            throw SyntaxError(offset: start, expected: expected)
        }
        return value
    }

    private mutating func year(in octets: Span<UInt8>) throws(SyntaxError) -> Int {
        let start = grammar.cursor.offset
        let range = grammar.cursor.run(of: .digit, in: octets)
        guard range.count >= 2 else { throw SyntaxError(offset: start, expected: "a year of four digits") }
        // A longer one than this is a later one too.
        let value = decimal(octets.extracting(range), as: Int.self) ?? 10_000
        guard range.count < Self.yearDigits else { return value }
        markObsolete(start)
        return range.count == 2 && value < 50 ? 2000 + value : 1900 + value
    }

    /// `+hhmm` behind blanks, or a name. RFC 5322 §3.3, §4.3.
    private mutating func zone(in octets: Span<UInt8>) throws(SyntaxError) {
        let offset = grammar.cursor.offset
        let isSpaced = grammar.skipBlanks(in: octets)
        try comments(in: octets)
        let start = grammar.cursor.offset
        guard let octet = grammar.cursor.peek(in: octets) else { throw grammar.cursor.unexpected("a zone") }
        if octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-") {
            guard isSpaced else { throw SyntaxError(offset: offset, expected: "white space before the zone") }
            grammar.cursor.offset += 1
            let zone = try number(digits: 4...4, in: octets, as: "four digits of a zone")
            if zone % 100 > 59 { impossible = start }
            return
        }
        let name = String(decoding: octets.extracting(grammar.cursor.run(of: .alpha, in: octets))).asciiUppercased
        let isLetter = name.utf8.count == 1 && name != "J"
        guard isLetter || Self.obsoleteZones.contains(name) else {
            throw SyntaxError(offset: start, expected: "a zone")
        }
        markObsolete(start)
    }
}
