/// Base64 with the alphabet for URLs and without padding, as JSON Web Tokens have it. RFC 4648 §5, RFC 7515 §2.
public enum Base64URL {
    /// The octets that `text` stands for; nil unless it is exactly canonical: no padding, no other octet, unused bits zero.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var letters: [UInt8] = []
        letters.reserveCapacity(text.count + 2)
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "-"): letters.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): letters.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), Base64.pad: return nil
            case let letter: letters.append(letter)
            }
        }
        while letters.count % 4 != 0 { letters.append(Base64.pad) }
        return Base64.decodeStrictly(letters.span)
    }

    /// `octets` in that alphabet.
    public static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        Base64.encode(octets).compactMap { letter in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case Base64.pad: nil
            default: letter
            }
        }
    }
}
