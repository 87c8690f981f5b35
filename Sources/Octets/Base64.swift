/// Base64 as mail uses it: one alphabet, padding required. RFC 4648 §4.
public enum Base64 {
    /// The octets that `text` stands for; nil unless it is exactly canonical base64 (whole quanta, right padding, no
    /// other octet, unused bits zero), as SASL and HTTP need it. RFC 4648 §3.5.
    public static func decodeStrictly(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0 else { return [] }
        let last = text.count - 4
        let padding = text[last + 3] != pad ? 0 : text[last + 2] == pad ? 2 : 1
        let values = values
        var isValid = true
        let octets = [UInt8](capacity: text.count / 4 * 3) { output in
            let whole = padding == 0 ? text.count : last
            isValid = decode(text, to: whole, values, into: &output)
            if padding > 0 { isValid = decodeLast(text, from: last, padding, into: &output) && isValid }
        }
        return isValid ? octets : nil
    }

    /// Decodes whole quanta without padding; false if an octet was none of the alphabet.
    private static func decode(
        _ text: Span<UInt8>,
        to end: Int,
        _ values: InlineArray<256, UInt8>,
        into output: inout OutputSpan<UInt8>
    ) -> Bool {
        var seen: UInt8 = 0
        var index = 0
        while index + 4 <= end, index + 4 <= text.count {
            let first = values[Int(text[index])]
            let second = values[Int(text[index + 1])]
            let third = values[Int(text[index + 2])]
            let fourth = values[Int(text[index + 3])]
            seen |= first | second | third | fourth
            output.append(first << 2 | second >> 4)
            output.append(second << 4 | third >> 2)
            output.append(third << 6 | fourth)
            index += 4
        }
        return seen < 64
    }

    private static func decodeLast(
        _ text: Span<UInt8>,
        from index: Int,
        _ padding: Int,
        into output: inout OutputSpan<UInt8>
    ) -> Bool {
        let first = value(of: text[index])
        let second = value(of: text[index + 1])
        let third = padding == 2 ? 0 : value(of: text[index + 2])
        guard first | second | third < 64 else { return false }
        output.append(first << 2 | second >> 4)
        if padding == 2 { return second & 0x0F == 0 }
        output.append(second << 4 | third >> 2)
        return third & 0x03 == 0
    }

    /// `octets` in base64, on one line.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        let alphabet = alphabet
        return [UInt8](capacity: (octets.count + 2) / 3 * 4) { text in
            var index = 0
            while index + 3 <= octets.count {
                let first = octets[index]
                let second = octets[index + 1]
                let third = octets[index + 2]
                text.append(alphabet[Int(first >> 2)])
                text.append(alphabet[Int((first << 4 | second >> 4) & 63)])
                text.append(alphabet[Int((second << 2 | third >> 6) & 63)])
                text.append(alphabet[Int(third & 63)])
                index += 3
            }
            guard index < octets.count else { return }
            let first = octets[index]
            let second = index + 1 < octets.count ? octets[index + 1] : 0
            text.append(alphabet[Int(first >> 2)])
            text.append(alphabet[Int((first << 4 | second >> 4) & 63)])
            text.append(index + 1 < octets.count ? alphabet[Int(second << 2 & 63)] : pad)
            text.append(pad)
        }
    }

    /// The six bits that `letter` stands for, below 64; 255 if it is not in the alphabet.
    @inline(__always)
    static func value(of letter: UInt8) -> UInt8 { values[Int(letter)] }

    /// `=`, which fills the last quantum.
    public static let pad = UInt8(ascii: "=")
    static let invalid: UInt8 = 0xFF
    /// The letter for each value of six bits.
    public static let alphabet: InlineArray<64, UInt8> = {
        var letters = InlineArray<64, UInt8>(repeating: 0)
        var value = 0
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8 {
            letters[value] = letter
            value += 1
        }
        return letters
    }()
    /// The six bits that each letter stands for; 255 for octets that are not in the alphabet.
    public static let values: InlineArray<256, UInt8> = {
        var values = InlineArray<256, UInt8>(repeating: invalid)
        for value in 0..<64 { values[Int(alphabet[value])] = UInt8(value) }
        return values
    }()
}
