import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5322, "3.3"))
struct MailDateTests {
    @Test(arguments: [
        ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
        ("21 Nov 1997 09:55 +0000", "1997-11-21T09:55:00Z"),
        ("Thu,\r\n  13\r\n    Feb\r\n  1969\r\n  23:32\r\n   -0330 (Newfoundland Time)", "1969-02-13T23:32:00-03:30"),
        ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00"),
        ("Mon, 3 Jan 2022 1:02:03 EST", "2022-01-03T01:02:03-05:00"),
        ("Sat Nov 21 08:28:40 2026", "2026-11-21T08:28:40Z"),
        ("Sat Nov 21 08:28:40 CET 2026", "2026-11-21T08:28:40+01:00"),
        ("Sat, 21-Nov-2026 08:28:40 +0900", "2026-11-21T08:28:40+09:00"),
        ("Sat, 21 Nov 2026 08:28:40 +9", "2026-11-21T08:28:40+09:00"),
        ("Sat, 21 November 126 08:28", "2026-11-21T08:28:00Z"),
        ("21 Nov 2026 8:28:40 PM", "2026-11-21T20:28:40Z"),
        ("21 Nov 2026", "2026-11-21T00:00:00Z"),
        ("21 Nov 2026 10:00 XYZ", "2026-11-21T10:00:00Z"),
        ("21 Nov 2026 10:00 GMT+0200", "2026-11-21T10:00:00+02:00"),
        ("2026-11-21 08:28:40 +0100", "2026-11-21T08:28:40+01:00"),
        ("31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:60Z"),
        // Order.
        ("Friday, 21-Nov-97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
        ("Fri Feb 07 10:18:12 2003 -0800", "2003-02-07T10:18:12-08:00"),
        ("Fri Feb 07 10:18:12 -0800 2003", "2003-02-07T10:18:12-08:00"), ("Nov 21, 2026 8:28", "2026-11-21T08:28:00Z"),
        ("10:52:37 1 Jul 2003", "2003-07-01T10:52:37Z"), ("10:52:37 1-Jul-2003 -0100", "2003-07-01T10:52:37-01:00"),
        ("2003 Jul 1 10:52", "2003-07-01T10:52:00Z"), ("Tue, 1st of July 2003", "2003-07-01T00:00:00Z"),
        // ISO 8601.
        ("2026-11-21T08:28:40Z", "2026-11-21T08:28:40Z"),
        ("2026-11-21T08:28:40.123+01:00", "2026-11-21T08:28:40+01:00"),
        ("2026-11-21T08:28-05:30", "2026-11-21T08:28:00-05:30"), ("20261121T082840Z", "2026-11-21T08:28:40Z"),
        ("20261121T0828+0100", "2026-11-21T08:28:00+01:00"), ("2026-11-21", "2026-11-21T00:00:00Z"),
        ("20261121", "2026-11-21T00:00:00Z"), ("2026/11/21 08:28:40 -00:30", "2026-11-21T08:28:40-00:30"),
        // Numbers alone.
        ("20 11 79 05:34:27 -0300", "1979-11-20T05:34:27-03:00"), ("21.11.2026 08:28", "2026-11-21T08:28:00Z"),
        ("11/21/2026 08:28", "2026-11-21T08:28:00Z"), ("21/11/2026 08:28", "2026-11-21T08:28:00Z"),
        // Years.
        ("21 Nov 49 09:55", "2049-11-21T09:55:00Z"), ("21 Nov 50 09:55", "1950-11-21T09:55:00Z"),
        ("21 Nov 100 09:55", "2000-11-21T09:55:00Z"),
        ("21 Nov 0001 09:55", "0001-11-21T09:55:00Z"), ("21 Nov 9 09:55", nil),
        // Times.
        ("21 Nov 2026 24:00", "2026-11-22T00:00:00Z"), ("31 Dec 2026 24:00:00 +0100", "2027-01-01T00:00:00+01:00"),
        ("21 Nov 2026 24:01", nil), ("21 Nov 2026 08:60", nil), ("21 Nov 2026 08:28:61", nil),
        ("21 Nov 2026 12:00 AM", "2026-11-21T00:00:00Z"), ("21 Nov 2026 12:00 PM", "2026-11-21T12:00:00Z"),
        ("21 Nov 2026 8:28 p.m. +0100", "2026-11-21T20:28:00+01:00"), ("21 Nov 2026 8:28pm", "2026-11-21T20:28:00Z"),
        ("21 Nov 2026 13:28 PM", "2026-11-21T13:28:00Z"),
        ("Tue, 17 Jul 2012 22:23:35.882 0000", "2012-07-17T22:23:35Z"),
        // Names in other languages.
        ("Sa, 21. Dez 2026 08:28", "2026-12-21T08:28:00Z"), ("mar., 5 févr. 2019 08:28", "2019-02-05T08:28:00Z"),
        ("mar 5 nov 2019 08:28", "2019-11-05T08:28:00Z"), ("Śr, 21 paź 2026 08:28", "2026-10-21T08:28:00Z"),
        ("Сб, 21 ноя 2026 08:28", "2026-11-21T08:28:00Z"), ("15 juil. 2026", "2026-07-15T00:00:00Z"),
        ("Xyz, 21 Nov 2026", "2026-11-21T00:00:00Z"),
        // Comments.
        ("(a (b) 1) 21 (Dec) Nov (2) 2026 08:28 (x", "2026-11-21T08:28:00Z"),
        ("21 Nov (2026 08:28", "2026-11-21T08:28:00Z"),
        ("31 Feb 2026 00:00:00 +0000", nil), ("", nil), ("Mon", nil), ("21 2026", nil), ("99999999999 Nov 2026", nil),
        ("((((", nil), ("21 Nov 2026 25:00", nil), ("Nov 2026", nil), ("21 Nov", nil), ("21 Xyz 2026", nil),
        ("Whenever", nil),
        ("4294967296:00 21 Nov 2026", "2026-11-21T00:00:00Z"), ("99999999 Nov 2026", nil), ("20261350", nil),
        ("0 Nov 2026", nil),
    ])
    func reads(_ value: String, _ expected: String?) {
        #expect(DateTime(mailDate: Array(value.utf8).span)?.internetFormat == expected)
    }

    /// RFC 5322 §4.3: what is not known means -0000.
    @Test(
        .rfc(5322, "4.3"),
        arguments: [
            ("+0100", 60, true), ("+01:00", 60, true), ("+1", 60, true), ("-0330", -210, true),
            ("+0100 (CET)", 60, true),
            ("GMT", 0, true), ("UT", 0, true), ("UTC", 0, true), ("Z", 0, true), ("z", 0, true), ("EST", -300, true),
            ("EDT", -240, true),
            ("CST", -360, true), ("CDT", -300, true), ("MST", -420, true), ("MDT", -360, true), ("PST", -480, true),
            ("PDT", -420, true),
            ("est", -300, true), ("EST5EDT", -300, true), ("GMT+0100", 60, true), ("GMT-5", -300, true),
            ("UTC+01:00", 60, true),
            ("EST -0400", -240, true), ("-0400 EST", -240, true), ("+0000 (GMT)", 0, true), ("+0000", 0, true),
            ("+1400", 840, true),
            ("-0000", 0, false), ("A", 0, false), ("M", 0, false), ("Y", 0, false), ("J", 0, false), ("XYZ", 0, false),
            ("", 0, false),
            ("(CET)", 0, false), ("+9900", 0, false), ("-2500", 0, false), ("+0160", 0, false), ("+2400", 1440, true),
            ("+12345", 0, false),
            ("EST -0000", 0, false),
        ]
    )
    func zones(_ zone: String, _ minutes: Int, _ isKnown: Bool) {
        let date = MailDate(parsing: Array("Fri, 21 Nov 1997 09:55:06 \(zone)".utf8).span)
        #expect(date?.dateTime.zoneMinutes == minutes && date?.isZoneKnown == isKnown)
        #expect(date?.dateTime.internetFormat.hasPrefix("1997-11-21T09:55:06") == true)
    }

    @Test func readsWhatItWrites() {
        for seconds in stride(from: Int64(-62_167_219_200), through: 253_402_300_799, by: 86_399 * 9_973) {
            for zone in [0, 60, -210, 840] {
                let date = DateTime(secondsSince1970: seconds, zoneMinutes: zone)
                for text in [date.mailFormat, date.imapFormat, date.internetFormat] {
                    #expect(DateTime(mailDate: Array(text.utf8).span) == date)
                }
            }
        }
    }

    @Test(arguments: ["(", "1", "a", "1 ", "1:", "+", "(a)", "\\", " ", "-1", "T", "\u{E4}"])
    func longInputEnds(_ piece: String) {
        let octets = Array(("1 Nov 2026 " + String(repeating: piece, count: 300_000)).utf8)
        #expect(MailDate(parsing: octets.span).map { $0.dateTime.year <= 9999 } != false)
    }

    struct Row: Decodable, Sendable {
        struct Expected: Decodable, Sendable {
            var year: Int
            var month: Int
            var day: Int
            var hour: Int
            var minute: Int
            var second: Int
            var tz_before_gmt: Bool
            var tz_hour: Int
            var tz_minute: Int
        }
        var header: String
        var expected: Expected?
    }

    @Test(arguments: try HeaderFixtures.table("mail-parser/date.json", of: Row.self))
    func mailParser(_ row: Row) {
        let found = DateTime(mailDate: HeaderFields.fieldValue(row.header).span)
        let expected = row.expected.flatMap {
            DateTime(
                year: $0.year,
                month: $0.month,
                day: $0.day,
                hour: $0.hour,
                minute: $0.minute,
                second: $0.second,
                zoneMinutes: ($0.tz_hour * 60 + $0.tz_minute) * ($0.tz_before_gmt ? -1 : 1)
            )
        }
        compare(found?.internetFormat ?? "-", with: expected?.internetFormat ?? "-", except: Self.differences)
    }

    /// What is found there instead.
    private static let differences: Set = [
        // Numbers without colons are no time of day. RFC 5322 §3.3.
        "2015-08-04T00:00:00Z",
        // The line that begins without a blank ends the field, so the comment is open and the day stands. RFC 5322 §2.2.3.
        "2003-07-01T00:00:00Z",
        // A whole trace field is no date; `Received` finds the one in it. RFC 5321 §4.4.
        "-",
    ]
}
