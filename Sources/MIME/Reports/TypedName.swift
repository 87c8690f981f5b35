internal import Octets

/// `type; value`: an address, the name of a mail server, a diagnostic. RFC 3464 §2.1.2, RFC 8098 §3.1.2.
public struct TypedName: Hashable, Sendable {
    /// What the value is: `rfc822`, `utf-8`, `dns`, `smtp`, …; in lower case. Empty if the field had none.
    public var type: String
    /// The value; an address is without angle brackets, and UTF-8 where it was encoded. RFC 6533 §3.
    public var value: String

    /// A value of that type, an atom.
    public init(type: String, value: String) {
        self.type = type.asciiLowercased
        self.value = value
    }

    /// The address that is meant, of type `rfc822`, or `utf-8` if it is not ASCII. RFC 6533 §3.
    public init(address: String) {
        self.init(type: address.utf8.allSatisfy { $0 < 0x80 } ? "rfc822" : "utf-8", value: address)
    }

    /// A mail server, by its domain.
    public init(server domain: String) { self.init(type: "dns", value: domain) }

    /// The value of SMTP's ORCPT parameter, for `Original-Recipient`; nil if it is none. RFC 3461 §4.2, RFC 6533 §3.
    public init?(originalRecipient parameter: String) {
        let octets = Array(parameter.utf8)
        guard let semicolon = octets.firstIndex(of: 0x3B) else { return nil }
        let type = String(decoding: octets[..<semicolon], as: UTF8.self)
        let rest = Array(octets[(semicolon + 1)...])
        guard Self.isAtom(type) else { return nil }
        if type.asciiLowercased == "utf-8" {
            self.init(type: type, value: Self.decoded(String(decoding: rest, as: UTF8.self)))
        } else {
            guard let decoded = Xtext.decode(rest.span) else { return nil }
            self.init(type: type, value: String(decoding: decoded, as: UTF8.self))
        }
    }

    /// Reads the value of a field. Without a type before a semicolon, all of it is the value.
    init(parsing text: String, isAddress: Bool) {
        let octets = Array(text.utf8)
        if let semicolon = octets.firstIndex(of: 0x3B) {
            let type = String(decoding: Self.trimmed(octets[..<semicolon]), as: UTF8.self)
            if Self.isAtom(type) {
                let value = String(decoding: Self.trimmed(octets[(semicolon + 1)...]), as: UTF8.self)
                self.init(type: type, value: isAddress ? Self.address(value, type: type.asciiLowercased) : value)
                return
            }
        }
        self.init(type: "", value: isAddress ? Self.address(text, type: "") : text)
    }

    /// The value of a field. A type of its own is needed.
    func written() throws(MessageBuilder.Problem) -> String {
        guard Self.isAtom(type) else { throw .token }
        guard type == "utf-8" else { return "\(type); \(value)" }
        // A backslash begins a code; RFC 6533 §3 has it encoded.
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if scalar == "\\" { text.append(contentsOf: "\\x{5C}".unicodeScalars) } else { text.append(scalar) }
        }
        return "\(type); \(String(text))"
    }

    // MARK: Forms

    private static let atomText = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~"))

    /// RFC 5321 §4.1.2.
    static func isAtom(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(atomText.contains)
    }

    static func trimmed(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var octets = octets
        while let first = octets.first, first == .space || first == .tab { octets.removeFirst() }
        while let last = octets.last, last == .space || last == .tab { octets.removeLast() }
        return octets
    }

    private static func address(_ text: String, type: String) -> String {
        var text = text
        if ["rfc822", "utf-8", ""].contains(type), text.utf8.first == 0x3C, text.utf8.last == 0x3E {
            text = String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self)
        }
        return type == "utf-8" ? decoded(text) : text
    }

    /// `\x{…}` decoded; what is no such code stays. RFC 6533 §3.
    private static func decoded(_ text: String) -> String {
        let octets = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < octets.count {
            if octets[index] == 0x5C, let (scalar, end) = code(in: octets, at: index) {
                result.append(contentsOf: Array(String(scalar).utf8))
                index = end
            } else {
                result.append(octets[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func code(in octets: [UInt8], at start: Int) -> (Unicode.Scalar, Int)? {
        guard start + 4 < octets.count, octets[start + 1] | 0x20 == 0x78, octets[start + 2] == 0x7B else { return nil }
        var value: UInt32 = 0
        var index = start + 3
        while index < octets.count, index < start + 9, let digit = octets[index].hexValue {
            value = value << 4 | UInt32(digit)
            index += 1
        }
        guard index >= start + 5, index < octets.count, octets[index] == 0x7D,
            let scalar = Unicode.Scalar(value), value >= 0x20, value != 0x7F
        else { return nil }
        return (scalar, index + 1)
    }
}
