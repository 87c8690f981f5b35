import Octets
import PorticoTesting
import Testing

struct DateTimeTests {
    @Test func roundTrips() {
        for day in stride(from: Int64(-719_520), through: 2_932_890, by: 1999) {
            for zone in [0, 60, -570, 5999] {
                let seconds = day * 86_400 + (day & 0xFFFF) % 86_400
                let date = DateTime(secondsSince1970: seconds, zoneMinutes: zone)
                let isWithin = (0...9999).contains(date.year)
                if isWithin { #expect(date.secondsSince1970 == seconds) }
                #expect(!date.internetFormat.isEmpty && !date.mailFormat.isEmpty && !date.imapFormat.isEmpty)
            }
        }
    }

    @Test(arguments: [
        (Int64(0), 0, "Thu, 01 Jan 1970 00:00:00 +0000", " 1-Jan-1970 00:00:00 +0000", "1970-01-01T00:00:00Z"),
        (951_782_400, 0, "Tue, 29 Feb 2000 00:00:00 +0000", "29-Feb-2000 00:00:00 +0000", "2000-02-29T00:00:00Z"),
        (-1, -90, "Wed, 31 Dec 1969 22:29:59 -0130", "31-Dec-1969 22:29:59 -0130", "1969-12-31T22:29:59-01:30"),
    ])
    func formats(_ seconds: Int64, _ zone: Int, _ mail: String, _ imap: String, _ internet: String) {
        let date = DateTime(secondsSince1970: seconds, zoneMinutes: zone)
        #expect(date.mailFormat == mail && date.imapFormat == imap && date.internetFormat == internet)
    }

    @Test func extremesAreTotal() {
        for seconds in [Int64.min, Int64.max, -62_167_219_200, 253_402_300_799] {
            for zone in [-5999, 0, 5999] {
                let date = DateTime(secondsSince1970: seconds, zoneMinutes: zone)
                #expect(!date.mailFormat.isEmpty && (0...9999).contains(date.year))
            }
        }
    }

    @Test func refusesWhatIsNoDay() {
        #expect(DateTime(year: 2023, month: 2, day: 29) == nil)
        #expect(DateTime(year: 1900, month: 2, day: 29) == nil)
        #expect(DateTime(year: 2000, month: 2, day: 29) != nil)
        #expect(DateTime(year: 2000, month: 13, day: 1) == nil)
        #expect(DateTime(year: 2000, month: 0, day: 1) == nil)
        #expect(DateTime(year: 2000, month: 1, day: 0) == nil)
        #expect(DateTime(year: 2000, month: 1, day: 1, hour: 24) == nil)
        #expect(DateTime(year: 2000, month: 1, day: 1, second: 61) == nil)
        #expect(DateTime(year: 10_000, month: 1, day: 1) == nil)
    }
}
