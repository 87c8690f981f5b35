internal import Octets

enum OctetsProperties {
    static let words = table([
        "A", "Zg", "Zm9v", "=", "==", "+", "/", "-", "_", "\r\n", " ", "0", "1", "9", "18446744073709551615",
        "9223372036854775807", "00", "255", "256", "\0", "é",
    ])

    static func check(_ octets: [UInt8]) {
        precondition(Base64.decodeStrictly(Base64.encode(octets.span).span) == octets, "decoding undoes encoding")
        if let decoded = Base64.decodeStrictly(octets.span) {
            precondition(Base64.encode(decoded.span) == octets, "one encoding of each value")
        }
        checkNumber(octets)
        checkDate(octets)
    }

    private static func checkNumber(_ octets: [UInt8]) {
        // More than 20 digits are refused, leading zeros too.
        let isNumber = (1...20).contains(octets.count) && octets.allSatisfy { (0x30...0x39).contains($0) }
        let text = String(decoding: octets, as: UTF8.self)
        precondition(decimal(octets.span, as: UInt64.self) == (isNumber ? UInt64(text) : nil))
        precondition(decimal(octets.span, as: Int.self) == (isNumber ? Int(text) : nil))
        precondition(decimal(octets.span, as: UInt32.self) == (isNumber ? UInt32(text) : nil))
        precondition(decimal(octets.span, as: UInt8.self) == (isNumber ? UInt8(text) : nil))
        var bits: UInt64 = 0
        for octet in octets.prefix(8) { bits = bits << 8 | UInt64(octet) }
        var digits: [UInt8] = []
        digits.append(decimal: bits)
        precondition(decimal(digits.span, as: UInt64.self) == bits)
        var signed: [UInt8] = []
        signed.append(decimal: Int(truncatingIfNeeded: bits))
        precondition(Int(String(decoding: signed, as: UTF8.self)) == Int(truncatingIfNeeded: bits))
    }

    private static func checkDate(_ octets: [UInt8]) {
        var bits: UInt64 = 0
        for octet in octets.prefix(8) { bits = bits << 8 | UInt64(octet) }
        let zone = octets.dropFirst(8).first.map { Int($0) * 60 - 7680 } ?? 0
        for seconds in [Int64(bitPattern: bits), Int64(bits >> 26), Int64(bits & 0xFFFF_FFFF)] {
            let date = DateTime(secondsSince1970: seconds, zoneMinutes: zone)
            precondition(
                (0...9999).contains(date.year) && (1...12).contains(date.month) && (0...6).contains(date.weekday)
            )
            let again = DateTime(
                year: date.year,
                month: date.month,
                day: date.day,
                hour: date.hour,
                minute: date.minute,
                second: date.second,
                zoneMinutes: date.zoneMinutes
            )
            precondition(again == date, "a date that there is")
            precondition(date.mailFormat.utf8.count == 31 && date.imapFormat.utf8.count == 26)
            if (0...253_402_214_400).contains(seconds), abs(zone) < 1440 {
                precondition(date.secondsSince1970 == seconds, "the same moment")
            }
        }
    }
}
