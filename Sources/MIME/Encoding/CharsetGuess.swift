internal import Octets

/// The charset that octets without a label look like.
///
/// In this order: UTF-16 by its byte order mark, or by where the zero octets of Latin letters are; ISO-2022 by its escape sequences, if
/// no octet is above 127; UTF-8, of which US-ASCII is a part, if all octets are that; else windows-1252, which anything can be.
public enum CharsetGuess: Hashable, Sendable {
    /// UTF-8 or US-ASCII.
    case utf8
    /// UTF-16, low octets first.
    case utf16LE
    /// UTF-16, high octets first.
    case utf16BE
    /// RFC 1468, RFC 1554.
    case iso2022JP
    /// RFC 1557.
    case iso2022KR
    /// RFC 1922.
    case iso2022CN
    /// None of the others.
    case windows1252

    private static let sample = 1024

    /// What `octets` look like.
    public init(_ octets: Span<UInt8>) {
        if let isBigEndian = Self.byteOrder(octets) {
            self = isBigEndian ? .utf16BE : .utf16LE
        } else if let escape = Self.escape(in: octets) {
            self = escape
        } else {
            self = UTF8Text.isValid(octets) ? .utf8 : .windows1252
        }
    }

    /// The label of the charset.
    public var label: String {
        switch self {
        case .utf8: "utf-8"
        case .utf16LE: "utf-16le"
        case .utf16BE: "utf-16be"
        case .iso2022JP: "iso-2022-jp"
        case .iso2022KR: "iso-2022-kr"
        case .iso2022CN: "iso-2022-cn"
        case .windows1252: "windows-1252"
        }
    }

    /// Of octets that are UTF-16, whether high octets come first: by the mark or, if there is none, the zeros; else not, as what
    /// names it just UTF-16 is mostly written so, although RFC 2781 §4.3 says the contrary.
    static func isBigEndianUTF16(_ octets: Span<UInt8>) -> Bool { byteOrder(octets) ?? false }

    /// Whether high octets come first; nil if it is no UTF-16.
    private static func byteOrder(_ octets: Span<UInt8>) -> Bool? {
        guard octets.count >= 2 else { return nil }
        if octets[0] == 0xFE, octets[1] == 0xFF { return true }
        if octets[0] == 0xFF, octets[1] == 0xFE { return false }
        // Some twelve characters are the least that zeros can be counted in.
        let pairs = min(octets.count, sample) / 2
        guard octets.count >= 24 else { return nil }
        var even = 0
        var odd = 0
        for pair in 0..<pairs {
            if octets[2 * pair] == 0 { even += 1 }
            if octets[2 * pair + 1] == 0 { odd += 1 }
        }
        // A pair of zeros is in both, and means nothing.
        if even * 2 > pairs, odd * 16 <= pairs { return true }
        if odd * 2 > pairs, even * 16 <= pairs { return false }
        return nil
    }

    /// ISO-2022, by the first escape sequence that is of one of its kinds.
    private static func escape(in octets: Span<UInt8>) -> CharsetGuess? {
        var found: CharsetGuess?
        for index in octets.indices {
            let octet = octets[index]
            guard octet < 0x80 else { return nil }
            guard octet == 0x1B, found == nil, index + 2 < octets.count else { continue }
            let next = (octets[index + 1], octets[index + 2], index + 3 < octets.count ? octets[index + 3] : 0)
            switch next {
            case (UInt8(ascii: "$"), UInt8(ascii: "@"), _), (UInt8(ascii: "$"), UInt8(ascii: "B"), _),
                (UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: "D")), (UInt8(ascii: "("), UInt8(ascii: "J"), _),
                (UInt8(ascii: "("), UInt8(ascii: "I"), _):
                found = .iso2022JP
            case (UInt8(ascii: "$"), UInt8(ascii: ")"), UInt8(ascii: "C")): found = .iso2022KR
            case (UInt8(ascii: "$"), UInt8(ascii: ")"), UInt8(ascii: "A")),
                (UInt8(ascii: "$"), UInt8(ascii: ")"), UInt8(ascii: "G")),
                (UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "H")):
                found = .iso2022CN
            default: break
            }
        }
        return found
    }
}
