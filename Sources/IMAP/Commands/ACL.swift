internal import Octets

extension CommandReader {
    /// setacl. RFC 4314 §7.
    mutating func setACL(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        let mailbox = try mailboxArgument(in: octets)
        let identifier = try text(in: octets)
        try space(in: octets)
        let start = cursor
        let letters = try astring(in: octets)
        let isAdded = letters.first == UInt8(ascii: "+")
        let isRemoved = letters.first == UInt8(ascii: "-")
        guard let rights = Rights(octets: letters.dropFirst(isAdded || isRemoved ? 1 : 0)) else {
            throw start.unexpected("mod-rights: lower-case letters and digits")
        }
        let change: RightsChange = isAdded ? .add(rights) : isRemoved ? .remove(rights) : .replace(rights)
        return .setACL(mailbox, identifier: identifier, change)
    }
}
