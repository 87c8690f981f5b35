public import Octets

/// A date as mail writes it, and as it should not. RFC 5322 §3.3, §4.3.
public struct MailDate: Hashable, Sendable {
    /// The moment, in the zone that was named; in UTC if none was.
    public var dateTime: DateTime
    /// Whether a zone was named whose meaning is known. `-0000`, the military letters but for `Z`, other names and offsets of
    /// more than a day say nothing of the sender's zone, and the time is taken for UTC. RFC 5322 §3.3, §4.3.
    public var isZoneKnown: Bool

    /// Reads a date; nil if no day can be read from it, or if its time cannot be.
    ///
    /// Understood: missing and wrong day names in any language, month names in a number of languages, comments, one-digit
    /// numbers, years of two and three digits, a missing time, seconds left out, fractions of them, a leap second, 24:00, a
    /// 12-hour clock; the order of asctime, of RFC 850, of ISO 8601 (RFC 3339 §5.6, with or without its marks); numbers alone,
    /// the day first, or the month if there are slashes; zones as offsets with and without a colon, as names, or as both, where
    /// the offset counts. No more than 32 words of letters or digits are looked at.
    public init?(parsing text: Span<UInt8>) {
        var fields = MailDateFields()
        var words = MailDateWords(text)
        while let word = words.next(in: text) { fields.take(word, text.extracting(word.range)) }
        guard let dateTime = fields.dateTime else { return nil }
        self.dateTime = dateTime
        isZoneKnown = fields.isZoneKnown
    }
}

extension DateTime {
    /// The moment that a Date field names, as `MailDate` reads it; nil if that cannot.
    public init?(mailDate text: Span<UInt8>) {
        guard let date = MailDate(parsing: text) else { return nil }
        self = date.dateTime
    }
}

/// One word of letters or of digits.
private struct MailDateWord {
    var range: Range<Int>
    /// The octet before it that is no blank, 0 if there is none.
    var separator: UInt8
    /// Whether the word follows the one before it with nothing but the separator between.
    var isJoined: Bool
    /// Whether a colon follows, and none is before it: only hours have that.
    var isHour: Bool
    var isNumber: Bool
}

/// Cuts a date into words.
private struct MailDateWords {
    private static let wordLimit = 32
    private var cursor: Cursor
    private var count = 0
    /// Whether a comment was open, so that parentheses mean nothing from there on.
    private var isCommentOpen = false

    init(_ text: Span<UInt8>) {
        cursor = Cursor(over: text)
    }

    mutating func next(in text: Span<UInt8>) -> MailDateWord? {
        var separator: UInt8 = 0
        var isJoined = true
        while let byte = cursor.peek(in: text), count < Self.wordLimit {
            let isNumber = byte.digitValue != nil
            if isNumber || Self.letters.contains(byte) {
                count += 1
                let range = cursor.run(of: isNumber ? .digit : Self.letters, in: text)
                return MailDateWord(
                    range: range,
                    separator: separator,
                    isJoined: isJoined,
                    isHour: isNumber && separator != 0x3A && isColonNext(in: text),
                    isNumber: isNumber
                )
            }
            if skipBlank(byte, in: text) { isJoined = false } else { separator = byte }
        }
        return nil
    }

    /// ASCII letters, and whatever UTF-8 has beyond.
    private static let letters = ByteClass.alpha.union(ByteClass { $0 >= 0x80 })

    /// Passes a blank or a comment and says so; else passes an octet.
    private mutating func skipBlank(_ byte: UInt8, in text: Span<UInt8>) -> Bool {
        if byte == 0x28, !isCommentOpen {
            if let end = cursor.closingParenthesis(in: text) {
                cursor.offset = end
                return true
            }
            isCommentOpen = true
        }
        cursor.offset += 1
        return HeaderFields.isBlank(byte)
    }

    /// Whether a colon comes next, blanks and comments not regarded.
    private func isColonNext(in text: Span<UInt8>) -> Bool {
        var ahead = self
        while let byte = ahead.cursor.peek(in: text) {
            guard ahead.skipBlank(byte, in: text) else { return byte == 0x3A }
        }
        return false
    }
}

/// What was understood so far.
private struct MailDateFields {
    private struct Number {
        var value: Int
        var digits: Int
        var separator: UInt8
    }
    private enum Previous { case dateNumber, month, hourMark, letter(UInt8), other }

    private var month: Int?
    private var isMonthFirst = false
    /// The numbers of the date in their order, at most three.
    private var numbers: [Number] = []
    private var clock: [Int] = []
    private var offset: Int?
    private var isOffsetHour = false
    private var namedZone: Int?
    private var isAfternoon: Bool?
    private var previous = Previous.other

    var isZoneKnown: Bool { (offset ?? namedZone) != nil }

    mutating func take(_ word: MailDateWord, _ text: Span<UInt8>) {
        if word.isNumber { number(word, text) } else { name(text) }
    }

    // MARK: Numbers

    private mutating func number(_ word: MailDateWord, _ text: Span<UInt8>) {
        let before = previous
        previous = .other
        guard text.count <= 8, let value = decimal(text, as: Int.self) else { return }
        let isSigned = word.separator == 0x2B || word.separator == 0x2D
        if isOffsetHour, word.separator == 0x3A {
            isOffsetHour = false
            if value < 60, let hours = offset { offset = hours < 0 || isWest ? hours - value : hours + value }
            return
        }
        isOffsetHour = false
        if word.isHour, !(isSigned && clock.count >= 2) {
            if clock.isEmpty { clock.append(value) }
        } else if word.separator == 0x3A {
            if (1...2).contains(clock.count) { clock.append(value) }
        } else if case .hourMark = before, word.isJoined, clock.isEmpty, text.count == 6 || text.count == 4 {
            clock = text.count == 6 ? [value / 10_000, value / 100 % 100, value % 100] : [value / 100, value % 100]
        } else if word.separator == 0x2E, word.isJoined, clock.count == 3 {
            return  // A fraction of a second.
        } else if isSigned, clock.count >= 2, !isPartOfDate(before, word) {
            zone(value, digits: text.count, isWest: word.separator == 0x2D, isHour: word.isHour)
        } else if numbers.count < (month == nil ? 3 : 2), text.count <= 4 || text.count == 8 {
            numbers.append(Number(value: value, digits: text.count, separator: word.separator))
            previous = .dateNumber
        } else if text.count == 4, clock.count >= 2, !word.isJoined {
            zone(value, digits: 4, isWest: false, isHour: false)
        }
    }

    /// Whether a `-` before a number is one between the parts of a date, not the sign of an offset.
    private func isPartOfDate(_ before: Previous, _ word: MailDateWord) -> Bool {
        switch before {
        case .dateNumber, .month: word.isJoined
        default: false
        }
    }

    private var isWest = false

    private mutating func zone(_ value: Int, digits: Int, isWest: Bool, isHour: Bool) {
        guard offset == nil else { return }
        let minutes: Int
        switch digits {
        case 1, 2: minutes = value * 60
        case 3, 4: minutes = value / 100 * 60 + value % 100
        case 6: minutes = value / 10_000 * 60 + value / 100 % 100
        default: return
        }
        let isMinuteWrong = digits > 2 && (digits == 6 ? value / 100 % 100 : value % 100) >= 60
        guard minutes <= 24 * 60, !isMinuteWrong, !(isWest && minutes == 0 && digits == 4) else {
            // `-0000`, or no offset that there is: what a name before it said does not count either.
            namedZone = nil
            return
        }
        offset = isWest ? -minutes : minutes
        self.isWest = isWest
        isOffsetHour = isHour && digits <= 2
    }

    // MARK: Names

    private mutating func name(_ word: Span<UInt8>) {
        let before = previous
        previous = .other
        if word.count == 1 {
            let letter = word[0].asciiUppercased
            if letter == 0x54, clock.isEmpty, case .dateNumber = before {
                previous = .hourMark
            } else {
                previous = .letter(letter)
            }
            if letter == 0x5A, clock.count >= 2 { namedZone = namedZone ?? 0 }
            if letter == 0x4D, case .letter(let half) = before { half12(half) }
            return
        }
        if equalsIgnoringCase(word, "AM") || equalsIgnoringCase(word, "PM") { half12(word[0].asciiUppercased) }
        if clock.isEmpty || month == nil, let found = MailDateNames.month(word) {
            // `mar` is a Tuesday in some languages: a second name of a month counts if the first stood before all numbers.
            if month == nil || (isMonthFirst && clock.isEmpty && numbers.count == 1) {
                isMonthFirst = month == nil && numbers.isEmpty
                month = found
                previous = .month
            }
        } else if clock.count >= 2, namedZone == nil {
            namedZone = MailDateNames.zone(word)
        }
    }

    private mutating func half12(_ letter: UInt8) {
        if letter == 0x41 { isAfternoon = false }
        if letter == 0x50 { isAfternoon = true }
    }

    // MARK: The whole

    var dateTime: DateTime? {
        guard let date = date else { return nil }
        var hour = clock.first ?? 0
        if let isAfternoon, hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        let minute = clock.count > 1 ? clock[1] : 0
        let second = clock.count > 2 ? clock[2] : 0
        let zone = offset ?? namedZone ?? 0
        guard hour == 24, minute == 0, second == 0 else {
            return DateTime(
                year: date.year,
                month: date.month,
                day: date.day,
                hour: hour,
                minute: minute,
                second: second,
                zoneMinutes: zone
            )
        }
        let midnight = DateTime(year: date.year, month: date.month, day: date.day, zoneMinutes: zone)
        return midnight.map { DateTime(secondsSince1970: $0.secondsSince1970 + 86_400, zoneMinutes: zone) }
    }

    private var date: (year: Int, month: Int, day: Int)? {
        if let first = numbers.first, first.digits == 8 {
            return (first.value / 10_000, first.value / 100 % 100, first.value % 100)
        }
        if numbers.contains(where: { $0.digits > 4 }) { return nil }
        if let month {
            guard numbers.count >= 2 else { return nil }
            let isYearFirst = numbers[0].digits > 2 || numbers[0].value > 31
            return (Self.year(numbers[isYearFirst ? 0 : 1]), month, numbers[isYearFirst ? 1 : 0].value)
        }
        guard numbers.count == 3 else { return nil }
        if numbers[0].digits > 2 { return (Self.year(numbers[0]), numbers[1].value, numbers[2].value) }
        let isMonthFirst = numbers[1].separator == 0x2F && numbers[0].value <= 12
        let month = numbers[isMonthFirst ? 0 : 1].value
        return (Self.year(numbers[2]), month, numbers[isMonthFirst ? 1 : 0].value)
    }

    /// RFC 5322 §4.3. One digit is no year: it makes the date one that there is not.
    private static func year(_ number: Number) -> Int {
        switch number.digits {
        case 4: number.value
        case 3: 1900 + number.value
        case 2: number.value < 50 ? 2000 + number.value : 1900 + number.value
        default: -1
        }
    }
}
