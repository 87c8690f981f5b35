/// Base64 as mail uses it: one alphabet, padding required. RFC 4648 §4.
public enum Base64 {
    /// The octets that `text` stands for; nil unless it is exactly canonical base64 (whole quanta, right padding, no
    /// other octet, unused bits zero), as SASL and HTTP need it. RFC 4648 §3.5.
    public static func decodeStrictly(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while index < text.count {
            let isLast = index + 4 == text.count
            let padding = !isLast ? 0 : text[index + 3] != pad ? 0 : text[index + 2] == pad ? 2 : 1
            var quantum: UInt32 = 0
            for place in 0..<4 {
                let value = place >= 4 - padding ? 0 : values[Int(text[index + place])]
                guard value != invalid else { return nil }
                quantum = quantum << 6 | UInt32(value)
            }
            guard padding == 0 || quantum & (padding == 2 ? 0xFFFF : 0xFF) == 0 else { return nil }
            octets.append(UInt8(truncatingIfNeeded: quantum >> 16))
            if padding < 2 { octets.append(UInt8(truncatingIfNeeded: quantum >> 8)) }
            if padding < 1 { octets.append(UInt8(truncatingIfNeeded: quantum)) }
            index += 4
        }
        return octets
    }

    /// `octets` in base64, on one line.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        var index = 0
        while index < octets.count {
            let left = octets.count - index
            let quantum =
                UInt32(octets[index]) << 16 | (left > 1 ? UInt32(octets[index + 1]) << 8 : 0)
                | (left > 2 ? UInt32(octets[index + 2]) : 0)
            text.append(alphabet[Int(quantum >> 18 & 63)])
            text.append(alphabet[Int(quantum >> 12 & 63)])
            text.append(left > 1 ? alphabet[Int(quantum >> 6 & 63)] : pad)
            text.append(left > 2 ? alphabet[Int(quantum & 63)] : pad)
            index += 3
        }
        return text
    }

    static let pad = UInt8(ascii: "=")
    static let invalid: UInt8 = 0xFF
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
