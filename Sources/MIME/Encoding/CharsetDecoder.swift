internal import Octets

/// Turns octets of a named charset into text.
public protocol CharsetDecoder: Sendable {
    /// The text; damaged sequences become U+FFFD. Nil if the charset is not known. Labels are compared as `CharsetLabel` does.
    func decode(_ octets: Span<UInt8>, charset: String) -> String?
}

extension CharsetDecoder {
    /// The text, whatever the label: if that is not known, of the charset that the octets look like.
    public func text(_ octets: Span<UInt8>, charset: String) -> String {
        decode(octets, charset: charset) ?? decode(octets, charset: CharsetGuess(octets).label)
            ?? StandardCharsets.guess(octets)
    }
}

extension CharsetDecoder {
    /// Text of a header, where U+FEFF marks no charset but is text, as the charset is named beside it. RFC 3629 §6.
    func headerText(_ octets: Span<UInt8>, charset: String) -> String? {
        let text = decode(octets, charset: charset)
        guard let text, octets.count >= 3, octets[0] == 0xEF, octets[1] == 0xBB, octets[2] == 0xBF else { return text }
        return "\u{FEFF}" + text
    }
}

/// The charsets that need no tables: US-ASCII, ISO-8859-1 and windows-1252, and the forms of Unicode.
public struct StandardCharsets: CharsetDecoder {
    private enum Charset {
        case none, utf8, windows1252, utf16, utf16BE, utf16LE, utf32, utf32BE, utf32LE, utf7, userDefined
    }

    /// By squeezed label. Those of windows-1252 and UTF-16 are the WHATWG Encoding Standard's.
    private static let charsets: [String: Charset] = {
        let labels: [(Charset, String)] = [
            (
                .none,
                "us-ascii ascii ansi_x3.4-1968 iso646-us iso-ir-6 us unknown-8bit 7bit 8bit default"
            ),
            (.utf8, "utf-8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf8mb4 cp65001"),
            (
                .windows1252,
                "windows-1252 cp1252 x-cp1252 ansi iso-8859-1 iso8859-1 iso_8859-1:1987 iso-ir-100 latin1 iso-latin-1 l1 csisolatin1"
                    + " cp819 ibm819 iso-8859 8859-1"
            ),
            (.utf16, "utf-16 unicode csunicode ucs-2 iso-10646-ucs-2 iso-10646-unicode-latin1"),
            (.utf16LE, "utf-16le unicodefeff ucs-2le"), (.utf16BE, "utf-16be unicodefffe ucs-2be"),
            (.utf32, "utf-32 ucs-4 iso-10646-ucs-4"), (.utf32LE, "utf-32le ucs-4le"), (.utf32BE, "utf-32be ucs-4be"),
            (.utf7, "utf-7 unicode-1-1-utf-7 csunicode11utf7"), (.userDefined, "x-user-defined"),
        ]
        var charsets: [String: Charset] = ["": .none]
        for (charset, names) in labels {
            for name in names.split(separator: " ") { charsets[CharsetLabel.squeezed(String(name))] = charset }
        }
        return charsets
    }()

    /// The charsets that are always there.
    public init() {}

    /// As the protocol says. ISO-8859-1 is read as windows-1252, as all mail readers do; US-ASCII and what says nothing as `guess`
    /// does. Octets that begin with the byte order mark of UTF-8, and are UTF-8, are that whatever the label.
    public func decode(_ octets: Span<UInt8>, charset: String) -> String? {
        decode(octets, squeezedLabel: CharsetLabel.squeezed(charset))
    }

    /// As `decode`, for a label that `CharsetLabel` has squeezed.
    package func decode(_ octets: Span<UInt8>, squeezedLabel: String) -> String? {
        if let text = UTF8Text.marked(octets) { return text }
        guard let charset = Self.charsets[squeezedLabel] else { return nil }
        return switch charset {
        case .none: Self.guess(octets)
        case .utf8: UTF8Text.decode(octets)
        case .windows1252: Self.windows1252(octets)
        case .utf16: UnicodeText.utf16(octets, isBigEndian: CharsetGuess.isBigEndianUTF16(octets))
        case .utf16LE: UnicodeText.utf16(octets, isBigEndian: false)
        case .utf16BE: UnicodeText.utf16(octets, isBigEndian: true)
        case .utf32: UnicodeText.utf32(octets, isBigEndian: nil)
        case .utf32LE: UnicodeText.utf32(octets, isBigEndian: false)
        case .utf32BE: UnicodeText.utf32(octets, isBigEndian: true)
        case .utf7: UTF7Text.decode(octets)
        case .userDefined: Self.userDefined(octets)
        }
    }

    /// Whether a label says nothing of octets beyond US-ASCII: it is empty, or US-ASCII, or a word for not knowing.
    public static func isUnlabelled(_ charset: String) -> Bool {
        isUnlabelled(squeezedLabel: CharsetLabel.squeezed(charset))
    }

    /// As `isUnlabelled`, for a label that `CharsetLabel` has squeezed.
    package static func isUnlabelled(squeezedLabel: String) -> Bool { charsets[squeezedLabel] == Charset.none }

    /// The text of octets without a label, as `CharsetGuess` finds; what only a table could decode is taken for UTF-8.
    public static func guess(_ octets: Span<UInt8>) -> String {
        switch CharsetGuess(octets) {
        case .utf8, .iso2022JP, .iso2022KR, .iso2022CN: UTF8Text.decode(octets)
        case .utf16LE: UnicodeText.utf16(octets, isBigEndian: false)
        case .utf16BE: UnicodeText.utf16(octets, isBigEndian: true)
        case .windows1252: windows1252(octets)
        }
    }

    static func windows1252(_ octets: Span<UInt8>) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(octets.count + octets.count / 8)
        var index = 0
        while index < octets.count {
            var end = index
            while end < octets.count, octets[end] < 0x80 { end += 1 }
            if end > index { utf8.append(contentsOf: octets.extracting(index..<end)) }
            index = end
            while index < octets.count, octets[index] >= 0x80 {
                let octet = octets[index]
                let value = octet < 0xA0 ? upperControls[Int(octet & 0x1F)] : UInt16(octet)
                utf8.append(scalar: Unicode.Scalar(value) ?? "\u{FFFD}")
                index += 1
            }
        }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// US-ASCII, and private characters for the rest. WHATWG Encoding Standard, x-user-defined.
    private static func userDefined(_ octets: Span<UInt8>) -> String {
        var utf8: [UInt8] = []
        for index in octets.indices {
            let octet = octets[index]
            utf8.append(scalar: Unicode.Scalar(octet < 0x80 ? UInt16(octet) : 0xF700 + UInt16(octet)) ?? "\u{FFFD}")
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
