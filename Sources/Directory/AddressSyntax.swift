internal import Octets

/// Which names the directory gives out. It is stricter than what SMTP lets a stranger write: a name that is made here
/// must survive every client.
enum AddressSyntax {
    /// Octets of a local part. RFC 5321 §4.5.3.1.1.
    static let localPartLimit = 64
    /// Octets of a domain. RFC 5321 §4.5.3.1.2.
    static let domainLimit = 255
    /// Octets of one label of a domain. RFC 1035 §2.3.4.
    static let labelLimit = 63

    /// atext. RFC 5322 §3.2.3.
    private static let atext = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~"))
    private static let labelOctet = ByteClass.alphaNumeric.union(ByteClass("-"))

    /// Throws unless `domain` is a Domain of letters, digits and hyphens. RFC 5321 §4.1.2.
    static func check(domain: String) throws(DirectoryError) {
        guard domain.utf8.count <= domainLimit else { throw .invalid("a domain has at most \(domainLimit) octets") }
        for label in domain.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...labelLimit).contains(label.utf8.count) else {
                throw .invalid("'\(domain)': each part of a domain has 1 to \(labelLimit) octets")
            }
            guard label.utf8.allSatisfy({ labelOctet.contains($0) }), !label.hasPrefix("-"), !label.hasSuffix("-")
            else {
                throw .invalid(
                    "'\(domain)': a domain has letters, digits and inner hyphens (others in their xn-- form)"
                )
            }
        }
    }

    /// Throws unless `address` has a Dot-string before a Domain. RFC 5321 §4.1.2.
    static func check(_ address: MailAddress) throws(DirectoryError) {
        let local = address.localPart
        guard (1...localPartLimit).contains(local.utf8.count) else {
            throw .invalid("'\(address)': the part before @ has 1 to \(localPartLimit) octets")
        }
        for atom in local.split(separator: ".", omittingEmptySubsequences: false) {
            guard !atom.isEmpty, atom.utf8.allSatisfy({ atext.contains($0) }) else {
                throw .invalid(
                    "'\(address)': before @ stand letters, digits, !#$%&'*+-/=?^_`{|}~ and single inner dots"
                )
            }
        }
        try check(domain: address.domain)
    }

    /// Throws unless `name` can be shown as it is: no control characters, at most 200 octets.
    static func check(displayName name: String) throws(DirectoryError) {
        guard name.utf8.count <= 200, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw .invalid("a display name has at most 200 octets and no control characters")
        }
    }

    /// The address without its tag: `user+tag` is `user`. RFC 5233 §1. Nil if it has none.
    static func withoutTag(_ address: MailAddress) -> MailAddress? {
        guard let plus = address.localPart.firstIndex(of: "+"), plus != address.localPart.startIndex else { return nil }
        return MailAddress(localPart: String(address.localPart[..<plus]), domain: address.domain)
    }
}
