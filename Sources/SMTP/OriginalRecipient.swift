internal import Octets

/// Whom the sender of a message named first, for the notifications about it: ORCPT's value. RFC 3461 §4.2.
public struct OriginalRecipient: Hashable, Sendable {
    /// The kind of address, as written: an atom, `rfc822` or `utf-8` (RFC 6533 §3) as a rule.
    public var type: String
    /// The address, decoded: printable ASCII, or with the type `utf-8` any text without control characters.
    public var address: String

    /// An address of a kind.
    public init(type: String, address: String) {
        self.type = type
        self.address = address
    }

    /// addr-type ";" xtext, of at most 500 octets.
    init?(_ value: Span<UInt8>) {
        guard value.count <= Limits.originalRecipient else { return nil }
        var cursor = Cursor(over: value)
        let type = cursor.run(of: .atomText, in: value)
        guard !type.isEmpty, cursor.take(UInt8(ascii: ";"), in: value) else { return nil }
        let address = value.extracting(cursor.offset..<value.count)
        self.type = String(decoding: value.extracting(type))
        guard
            let text = equalsIgnoringCase(value.extracting(type), "utf-8")
                ? OriginalRecipient.unitext(address) : printableText(address)
        else { return nil }
        self.address = text
    }

    /// QUCHAR. UTF-8 comes here only if it is on, and is whole then. RFC 6533 §3.
    private static let plain = ByteClass.visible.subtracting(ByteClass("\\+="))

    /// utf-8-addr-xtext, utf-8-addr-unitext or utf-8-address: `\x{…}` stands for a character. Only the first is all ASCII;
    /// the others come with SMTPUTF8. RFC 6533 §3.
    private static func unitext(_ value: Span<UInt8>) -> String? {
        var text = String.UnicodeScalarView()
        var cursor = Cursor(over: value)
        while !cursor.isAtEnd {
            let start = cursor.offset
            if !cursor.run(of: plain, orNonASCII: true, in: value).isEmpty {
                text.append(contentsOf: String(decoding: value.extracting(start..<cursor.offset)).unicodeScalars)
            } else {
                guard let scalar = embedded(&cursor, in: value) else { return nil }
                text.append(scalar)
            }
        }
        return text.isEmpty || text.contains(where: isControl) ? nil : String(text)
    }

    /// The grammar has some control characters; none of them belongs in a notification's header.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    /// EmbeddedUnicodeChar: capital digits, no zero before them, and of ASCII only what cannot stand for itself.
    private static func embedded(_ cursor: inout Cursor, in value: Span<UInt8>) -> Unicode.Scalar? {
        guard cursor.take(UInt8(ascii: "\\"), in: value), cursor.take(UInt8(ascii: "x"), in: value),
            cursor.take(UInt8(ascii: "{"), in: value)
        else { return nil }
        let digits = cursor.run(of: .hexDigit, in: value)
        guard (2...6).contains(digits.count), value[digits.lowerBound] != UInt8(ascii: "0") else { return nil }
        var number: UInt32 = 0
        for index in digits {
            guard value[index].asciiUppercased == value[index], let digit = value[index].hexValue else { return nil }
            number = number << 4 | UInt32(digit)
        }
        guard cursor.take(UInt8(ascii: "}"), in: value), number >= 0x80 || [0x20, 0x2B, 0x3D, 0x5C].contains(number)
        else { return nil }
        return Unicode.Scalar(number)
    }

    /// With the type `utf-8` as ASCII, which every server takes that knows it, unless that would be too long.
    func encode(into octets: inout [UInt8]) {
        octets.append(contentsOf: "\(type);".utf8)
        guard type.asciiLowercased == "utf-8" else {
            octets.append(contentsOf: Xtext.encode(Array(address.utf8).span))
            return
        }
        let escaped = unitext(isASCII: true)
        let isShort = type.utf8.count + 1 + escaped.utf8.count <= Limits.originalRecipient
        octets.append(contentsOf: (isShort ? escaped : unitext(isASCII: false)).utf8)
    }

    private func unitext(isASCII: Bool) -> String {
        var text = ""
        for scalar in address.unicodeScalars {
            let isPlain = scalar.isASCII ? Self.plain.contains(UInt8(scalar.value)) : !isASCII
            if isPlain {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return text
    }
}
