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
        let count = text.count / 4 * 3 - padding
        var octets = [UInt8](repeating: 0, count: count + Base64Groups.slack)
        var output = octets.mutableSpan
        var index = 0
        var place = 0
        Base64Groups.decode(text.extracting(..<whole), at: &index, into: &output, at: &place)
        guard index == whole else { return nil }
        octets.removeLast(octets.count - place)
        guard padding > 0 else { return octets }
        let first = values[Int(text[last])]
        let second = values[Int(text[last + 1])]
        let third = padding == 2 ? 0 : values[Int(text[last + 2])]
        guard first | second | third < 64, padding == 2 ? second & 0x0F == 0 : third & 0x03 == 0 else { return nil }
        octets.append(first << 2 | second >> 4)
        if padding == 1 { octets.append(second << 4 | third >> 2) }
        return octets
    }

    /// `octets` in base64, on one line.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        var encoder = Base64Encoder()
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4 + 16)
        encoder.push(octets, into: &text)
        encoder.finish(into: &text)
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
