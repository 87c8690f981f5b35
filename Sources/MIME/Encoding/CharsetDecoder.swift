internal import Octets

/// Turns octets of a named charset into text.
public protocol CharsetDecoder: Sendable {
    /// The text; damaged sequences become U+FFFD. Nil if the charset is not known. Labels ignore ASCII case.
    func decode(_ octets: Span<UInt8>, charset: String) -> String?
}

/// The charsets that need no tables: US-ASCII, UTF-8, ISO-8859-1 and windows-1252.
public struct StandardCharsets: CharsetDecoder {
    /// The charsets that are always there.
    public init() {}

    /// As the protocol says. ISO-8859-1 is read as windows-1252, as all mail readers do; US-ASCII and an empty label as
    /// `guess` does.
    public func decode(_ octets: Span<UInt8>, charset: String) -> String? {
        switch charset.asciiLowercased {
        case "utf-8", "utf8", "unicode-1-1-utf-8": String(decoding: octets)
        case "", "us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "unknown-8bit", "default":
            Self.guess(octets)
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1", "cp819", "windows-1252", "cp1252", "x-cp1252":
            Self.windows1252(octets)
        default: nil
        }
    }

    /// UTF-8 if the octets are that, else windows-1252, which anything can be.
    public static func guess(_ octets: Span<UInt8>) -> String {
        String(validating: octets.toArray(), as: UTF8.self) ?? windows1252(octets)
    }

    static func windows1252(_ octets: Span<UInt8>) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(octets.count + octets.count / 8)
        for index in octets.indices {
            let byte = octets[index]
            if byte < 0x80 {
                utf8.append(byte)
            } else {
                let value = byte < 0xA0 ? Int(upperControls[Int(byte & 0x1F)]) : Int(byte)
                utf8.append(scalar: Unicode.Scalar(UInt16(value)) ?? "\u{FFFD}")
            }
        }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// What 0x80…0x9F are in windows-1252; those it does not define stand for themselves.
    private static let upperControls: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
        0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x009D, 0x017E, 0x0178,
    ]
}
