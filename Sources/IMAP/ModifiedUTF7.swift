internal import Octets

/// Mailbox names as text: UTF-16 in a base64 of its own between `&` and `-`. RFC 3501 §5.1.3.
extension MailboxName {
    /// The name that `text` has on the wire.
    public init(text: String) {
        var octets: [UInt8] = []
        var shifted: [UInt16] = []
        for unit in text.utf16 {
            guard (0x20...0x7E).contains(unit) else {
                shifted.append(unit)
                continue
            }
            MailboxName.encode(&shifted, into: &octets)
            octets.append(UInt8(truncatingIfNeeded: unit))
            if unit == 0x26 { octets.append(UInt8(ascii: "-")) }
        }
        MailboxName.encode(&shifted, into: &octets)
        self.init(octets)
    }

    /// The text that the name stands for; nil unless it is exactly what encoding that text gives: no 8-bit octet, no
    /// control character, nothing in base64 that could stand for itself, no lone surrogate.
    public var text: String? {
        guard let units = decoded() else { return nil }
        let text = String(decoding: units, as: UTF16.self)
        return text.utf16.elementsEqual(units) ? text : nil
    }

    private static let shift = UInt8(ascii: "&")
    private static let unshift = UInt8(ascii: "-")
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)
    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// Appends `units` in base64 between its marks, and empties them.
    private static func encode(_ units: inout [UInt16], into octets: inout [UInt8]) {
        guard !units.isEmpty else { return }
        octets.append(shift)
        var bits: UInt32 = 0
        var count = 0
        for unit in units {
            bits = bits << 16 | UInt32(unit)
            count += 16
            while count >= 6 {
                count -= 6
                octets.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
            bits &= (1 << UInt32(count)) - 1
        }
        if count > 0 { octets.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        octets.append(unshift)
        units = []
    }

    /// The UTF-16 of the name; nil if it is not in canonical form. Surrogates are not looked at.
    private func decoded() -> [UInt16]? {
        var units: [UInt16] = []
        var index = 0
        var isAfterBase64 = false
        while index < octets.count {
            let byte = octets[index]
            index += 1
            guard byte == MailboxName.shift else {
                guard (0x20...0x7E).contains(byte) else { return nil }
                units.append(UInt16(byte))
                isAfterBase64 = false
                continue
            }
            guard let end = octets[index...].firstIndex(of: MailboxName.unshift) else { return nil }
            if end == index {
                units.append(UInt16(MailboxName.shift))
                isAfterBase64 = false
            } else {
                guard !isAfterBase64, decodeBase64(index..<end, into: &units) else { return nil }
                isAfterBase64 = true
            }
            index = end + 1
        }
        return units
    }

    /// Appends what the base64 in `range` stands for; false if it is not canonical.
    private func decodeBase64(_ range: Range<Int>, into units: inout [UInt16]) -> Bool {
        var bits: UInt32 = 0
        var count = 0
        for index in range {
            guard let value = MailboxName.values[Int(octets[index])] else { return false }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 16 else { continue }
            count -= 16
            let unit = UInt16(truncatingIfNeeded: bits >> UInt32(count))
            guard !(0x20...0x7E).contains(unit) else { return false }
            units.append(unit)
            bits &= (1 << UInt32(count)) - 1
        }
        return count < 6 && bits == 0
    }
}
