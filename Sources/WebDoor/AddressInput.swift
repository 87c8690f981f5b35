internal import Directory
internal import Octets

/// An address that a client gives, as `{"name": …, "email": …}` or as text: `a@b` or `Name <a@b>`.
struct AddressInput: Decodable, Hashable {
    /// May be empty.
    var name: String
    var email: String
    var address: MailAddress

    private enum CodingKeys: String, CodingKey, CaseIterable { case name, email }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            (name, email) = AddressInput.split(text)
        } else {
            try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decodeIfPresent(String.self, forKey: .name) ?? ""
            email = try values.decode(String.self, forKey: .email)
        }
        func invalid(_ message: String) -> DecodingError {
            .dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: message))
        }
        guard let address = AddressInput.address(email) else { throw invalid("That is no mail address.") }
        guard name.utf8.count <= 256, name.unicodeScalars.allSatisfy(isText) else {
            throw invalid("A name cannot be that.")
        }
        self.address = address
    }

    /// Splits `Name <a@b>`; quotes around the name are taken off.
    private static func split(_ text: String) -> (name: String, email: String) {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return ("", text) }
        let email = text[text.index(after: open)...].dropLast()
        var name = text[..<open]
        while let last = name.last, last == " " { name.removeLast() }
        while let first = name.first, first == " " { name.removeFirst() }
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") { name = name.dropFirst().dropLast() }
        return (String(name), String(email))
    }

    /// `Dot-string "@" Domain`. RFC 5321 §4.1.2.
    private static func address(_ text: String) -> MailAddress? {
        let octets = Array(text.utf8)
        guard let at = octets.lastIndex(of: UInt8(ascii: "@")), at <= 64, octets.count - at <= 254 else { return nil }
        let isLocal = octets[..<at].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.allSatisfy(atomText.contains)
        }
        let labels = octets[(at + 1)...].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDomain = labels.allSatisfy { label in
            label.count <= 63 && label.allSatisfy(labelText.contains) && label.first != UInt8(ascii: "-")
                && label.last != UInt8(ascii: "-") && !label.isEmpty
        }
        return isLocal && isDomain ? MailAddress(text) : nil
    }
}

/// Whether a header may have it: no control characters.
func isText(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x2028 && scalar.value != 0x2029
}

/// atext. RFC 5322 §3.2.3.
private let atomText = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~"))
private let labelText = ByteClass.alphaNumeric.union(ByteClass("-"))
