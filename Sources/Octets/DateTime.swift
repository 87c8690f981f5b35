/// A moment as a calendar and a clock show it, with its offset from UTC. Proleptic Gregorian.
///
/// It may hold a second 60 (a leap second, counted as the first of the next minute).
public struct DateTime: Hashable, Sendable {
    /// 0…9999.
    public var year: Int
    /// 1…12.
    public var month: Int
    /// 1…31.
    public var day: Int
    /// 0…23.
    public var hour: Int
    /// 0…59.
    public var minute: Int
    /// 0…60.
    public var second: Int
    /// Minutes east of UTC.
    public var zoneMinutes: Int

    /// The fields as given; nil if they name no such day or time.
    public init?(
        year: Int,
        month: Int,
        day: Int,
        hour: Int = 0,
        minute: Int = 0,
        second: Int = 0,
        zoneMinutes: Int = 0
    ) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= DateTime.days(inMonth: month, of: year), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second), abs(zoneMinutes) <= 99 * 60 + 59
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.zoneMinutes = zoneMinutes
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z, as seen `zoneMinutes` east of UTC; the nearest one that has a year
    /// of 0…9999 there.
    public init(secondsSince1970 seconds: Int64, zoneMinutes: Int = 0) {
        let zoneMinutes = min(max(zoneMinutes, -5999), 5999)
        let years = Int64(-62_167_219_200)...253_402_300_799
        let moment = min(max(seconds, years.lowerBound), years.upperBound) + Int64(zoneMinutes) * 60
        let local = min(max(moment, years.lowerBound), years.upperBound)
        var days = local / 86_400
        var rest = local % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        (year, month, day) = DateTime.civil(daysSince1970: days)
        hour = Int(rest / 3_600)
        minute = Int(rest / 60 % 60)
        second = Int(rest % 60)
        self.zoneMinutes = zoneMinutes
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    public var secondsSince1970: Int64 {
        daysSince1970 * 86_400 + Int64(hour * 3_600 + minute * 60 + second) - Int64(zoneMinutes) * 60
    }

    /// Days from 1970-01-01 to the date as written, its zone not looked at.
    public var daysSince1970: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// 0 for Sunday … 6 for Saturday.
    public var weekday: Int { Int(((daysSince1970 + 4) % 7 + 7) % 7) }

    /// English three-letter month names, January first, as mail writes them. RFC 5322 §3.3.
    public static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// English three-letter day names, Sunday first. RFC 5322 §3.3.
    public static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// `Tue, 03 Nov 2026 17:05:09 +0100`. RFC 5322 §3.3.
    public var mailFormat: String {
        "\(Self.dayNames[weekday]), \(two(day)) \(Self.monthNames[month - 1]) \(four(year)) "
            + "\(two(hour)):\(two(minute)):\(two(second)) \(zone(""))"
    }

    /// ` 3-Nov-2026 17:05:09 +0100`, without quotes: IMAP's date-time. RFC 9051 §9.
    public var imapFormat: String {
        "\(day < 10 ? " " : "")\(day)-\(Self.monthNames[month - 1])-\(four(year)) "
            + "\(two(hour)):\(two(minute)):\(two(second)) \(zone(""))"
    }

    /// `2026-11-03T17:05:09+01:00`, or `Z` for UTC. RFC 3339 §5.6.
    public var internetFormat: String {
        "\(four(year))-\(two(month))-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))"
            + (zoneMinutes == 0 ? "Z" : zone(":"))
    }

    private func zone(_ separator: String) -> String {
        let minutes = abs(zoneMinutes)
        return "\(zoneMinutes < 0 ? "-" : "+")\(two(minutes / 60))\(separator)\(two(minutes % 60))"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private func four(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 4 - String(number).count)) + "\(number)"
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func civil(daysSince1970 days: Int64) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
