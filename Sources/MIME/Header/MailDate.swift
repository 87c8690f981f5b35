public import Octets

/// Dates as mail writes them, and as it should not. RFC 5322 §3.3, §4.3.
extension DateTime {
    /// The moment that a Date field names; nil if no day can be read from it.
    ///
    /// Understood: a missing or wrong day name, comments, one-digit numbers, two- and three-digit years, seconds left out,
    /// dots or `-` between the parts, the month before the day (as asctime writes), a 12-hour clock, obsolete and other
    /// well-known zone names; an unknown or missing zone is UTC, as RFC 5322 §4.3 says of those whose meaning is not known.
    public init?(mailDate text: Span<UInt8>) {
        var fields = MailDateFields()
        var words = MailDateWords(text)
        while let word = words.next(in: text) {
            fields.take(text.extracting(word.range), behind: word.separator, isHour: word.isHour)
        }
        guard let dateTime = fields.dateTime else { return nil }
        self = dateTime
    }
}

/// Cuts a date into words of letters or of digits.
private struct MailDateWords {
    private static let wordLimit = 32
    private var cursor: Cursor
    private var count = 0

    init(_ text: Span<UInt8>) {
        cursor = Cursor(over: text)
    }

    /// The next word, the octet before it (0 if there are but blanks), and whether a colon follows, which only hours have.
    mutating func next(in text: Span<UInt8>) -> (range: Range<Int>, separator: UInt8, isHour: Bool)? {
        var separator: UInt8 = 0
        while let byte = cursor.peek(in: text), count < Self.wordLimit {
            let set = byte.digitValue != nil ? ByteClass.digit : ByteClass.alpha
            if set.contains(byte) {
                count += 1
                let range = cursor.run(of: set, in: text)
                return (range, separator, separator != 0x3A && isColonNext(in: text))
            }
            cursor.offset += 1
            if byte == 0x28 { skipComment(in: text) } else if !HeaderFields.isBlank(byte) { separator = byte }
        }
        return nil
    }

    /// Whether a colon comes next, blanks and comments not regarded.
    private func isColonNext(in text: Span<UInt8>) -> Bool {
        var ahead = self
        while let byte = ahead.cursor.next(in: text) {
            if byte == 0x28 { ahead.skipComment(in: text) } else if !HeaderFields.isBlank(byte) { return byte == 0x3A }
        }
        return false
    }

    private mutating func skipComment(in text: Span<UInt8>) {
        var depth = 1
        while depth > 0, let byte = cursor.next(in: text) {
            if byte == 0x28 { depth += 1 }
            if byte == 0x29 { depth -= 1 }
            if byte == 0x5C { _ = cursor.next(in: text) }
        }
    }
}

/// What was understood so far.
private struct MailDateFields {
    private var day: Int?
    private var month: Int?
    private var year: Int?
    private var clock: [Int] = []
    private var zone: Int?
    private var isAfternoon: Bool?

    mutating func take(_ word: Span<UInt8>, behind separator: UInt8, isHour: Bool) {
        guard word.count > 0 else { return }
        if word[0].digitValue != nil {
            number(word, behind: separator, isHour: isHour)
        } else {
            name(word)
        }
    }

    private mutating func number(_ word: Span<UInt8>, behind separator: UInt8, isHour: Bool) {
        guard word.count <= 4, let value = decimal(word, as: Int.self) else { return }
        let isSigned = separator == 0x2B || separator == 0x2D
        if isHour || separator == 0x3A {
            if clock.count < 3 { clock.append(value) }
        } else if isSigned, clock.count >= 2, zone == nil || zone == 0 {
            let minutes = word.count <= 2 ? value * 60 : value / 100 * 60 + value % 100
            zone = separator == 0x2D ? -minutes : minutes
        } else if year != nil, month == nil, day == nil, (1...12).contains(value) {
            month = value
        } else if day == nil, word.count <= 2 {
            day = value
        } else if year == nil, word.count >= 2 {
            year = word.count == 2 ? (value < 50 ? 2000 + value : 1900 + value) : word.count == 3 ? 1900 + value : value
        }
    }

    private mutating func name(_ word: Span<UInt8>) {
        guard word.count >= 3 else {
            if equalsIgnoringCase(word, "AM") { isAfternoon = false }
            if equalsIgnoringCase(word, "PM") { isAfternoon = true }
            if equalsIgnoringCase(word, "UT") || equalsIgnoringCase(word, "Z"), clock.count >= 2 { zone = zone ?? 0 }
            return
        }
        let start = word.extracting(first: 3)
        if month == nil, let index = DateTime.monthNames.firstIndex(where: { HeaderFields.matches(start, 0..<3, $0) }) {
            month = index + 1
        } else if clock.count >= 2, zone == nil {
            zone = Self.zones[String(decoding: word).asciiUppercased]
        }
    }

    /// RFC 5322 §4.3, and zones of which only one meaning is common.
    private static let zones: [String: Int] = [
        "GMT": 0, "UTC": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
        "PDT": -420, "CET": 60, "MET": 60, "CEST": 120, "MEST": 120, "EET": 120, "EEST": 180, "WET": 0, "WEST": 60,
        "BST": 60, "MSK": 180, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    ]

    var dateTime: DateTime? {
        guard let day, let month, let year else { return nil }
        var hour = clock.first ?? 0
        if let isAfternoon, hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        let zone = zone ?? 0
        return DateTime(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: clock.count > 1 ? clock[1] : 0,
            second: clock.count > 2 ? clock[2] : 0,
            zoneMinutes: abs(zone) <= 24 * 60 ? zone : 0
        )
    }
}
