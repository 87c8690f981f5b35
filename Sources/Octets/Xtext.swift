/// Octets written as `+` and two capital hexadecimal digits where they could not stand in a parameter. RFC 3461 §4.
public enum Xtext {
    /// The octets that `text` stands for; nil if it is no xtext.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "+") {
                guard index + 2 < text.count, let high = digit(text[index + 1]), let low = digit(text[index + 2]) else {
                    return nil
                }
                octets.append(high << 4 | low)
                index += 3
            } else {
                guard ByteClass.visible.contains(byte), byte != UInt8(ascii: "=") else { return nil }
                octets.append(byte)
                index += 1
            }
        }
        return octets
    }

    /// `octets` as xtext.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for index in octets.indices {
            let byte = octets[index]
            if ByteClass.visible.contains(byte), byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "+"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        return text
    }

    /// Lower case is not a hexchar here.
    private static func digit(_ byte: UInt8) -> UInt8? { byte.asciiUppercased == byte ? byte.hexValue : nil }
}
