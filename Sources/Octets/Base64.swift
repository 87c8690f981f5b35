/// Base64 as mail uses it: one alphabet, padding required. RFC 4648 §4.
public enum Base64 {
    /// The octets that `text` stands for; nil unless it is exactly canonical base64 (whole quanta, right padding, no
    /// other octet, unused bits zero), as SASL and HTTP need it. RFC 4648 §3.5.
    public static func decodeStrictly(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0 else { return [] }
        let last = text.count - 4
        let padding = text[last + 3] != pad ? 0 : text[last + 2] == pad ? 2 : 1
        let whole = padding == 0 ? text.count : last
        var octets = [UInt8](repeating: 0, count: text.count / 4 * 3 - padding)
        var output = octets.mutableSpan
        guard decode(text, to: whole, into: &output) else { return nil }
        guard padding > 0 else { return octets }
        let first = values[Int(text[last])]
        let second = values[Int(text[last + 1])]
        let third = padding == 2 ? 0 : values[Int(text[last + 2])]
        guard first | second | third < 64, padding == 2 ? second & 0x0F == 0 : third & 0x03 == 0 else { return nil }
        octets[last / 4 * 3] = first << 2 | second >> 4
        if padding == 1 { octets[last / 4 * 3 + 1] = second << 4 | third >> 2 }
        return octets
    }

    /// Decodes whole quanta without padding; false if an octet was none of the alphabet.
    private static func decode(_ text: Span<UInt8>, to end: Int, into output: inout MutableSpan<UInt8>) -> Bool {
        let values = values.span
        var seen: UInt8 = 0
        var index = 0
        var place = 0
        while index + 4 <= end, index + 4 <= text.count, place + 3 <= output.count {
            let first = values[Int(text[index])]
            let second = values[Int(text[index + 1])]
            let third = values[Int(text[index + 2])]
            let fourth = values[Int(text[index + 3])]
            seen |= first | second | third | fourth
            output[place] = first << 2 | second >> 4
            output[place + 1] = second << 4 | third >> 2
            output[place + 2] = third << 6 | fourth
            index += 4
            place += 3
        }
        return seen < 64
    }

    /// `octets` in base64, on one line.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        var text = [UInt8](repeating: pad, count: (octets.count + 2) / 3 * 4)
        var output = text.mutableSpan
        let alphabet = alphabet.span
        var index = 0
        var place = 0
        while index + 3 <= octets.count, place + 4 <= output.count {
            let first = octets[index]
            let second = octets[index + 1]
            let third = octets[index + 2]
            output[place] = alphabet[Int(first >> 2)]
            output[place + 1] = alphabet[Int((first << 4 | second >> 4) & 63)]
            output[place + 2] = alphabet[Int((second << 2 | third >> 6) & 63)]
            output[place + 3] = alphabet[Int(third & 63)]
            index += 3
            place += 4
        }
        guard index < octets.count else { return text }
        let first = octets[index]
        let second = index + 1 < octets.count ? octets[index + 1] : 0
        output[place] = alphabet[Int(first >> 2)]
        output[place + 1] = alphabet[Int((first << 4 | second >> 4) & 63)]
        if index + 1 < octets.count { output[place + 2] = alphabet[Int(second << 2 & 63)] }
        return text
    }

    /// `=`, which fills the last quantum.
    public static let pad = UInt8(ascii: "=")
    /// The letter for each value of six bits.
    public static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// The six bits that each of the 256 octets stands for; 255 for those that are not in the alphabet.
    public static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
