public import Directory
internal import Octets
public import World

/// The reverse-path of a message, one for each recipient, so that what comes back to it says by itself what it is about: VERP.
/// Nobody can make one up, so mail that comes to such an address answers mail of ours. RFC 5321 §4.4, §6.2.
///
///     bounce+3.fk2a.q7ddx2ml.ntq=2ybm5gkq4hzc@example.com
public struct ReturnAddress: Sendable {
    /// What stands before the `+`.
    public let prefix: String
    /// How many days after it was sent something may come back.
    public let days: Int
    private let keys: TraceToken.Keys

    /// Addresses of a service with those keys. `prefix` is an atom of at most 16 small letters and digits; else nil.
    public init?(keys: TraceToken.Keys, prefix: String = "bounce", days: Int = 14) {
        guard (1...16).contains(prefix.utf8.count), days > 0,
            prefix.utf8.allSatisfy({ ByteClass.alphaNumeric.contains($0) && $0 == $0.asciiLowercased })
        else { return nil }
        self.prefix = prefix
        self.days = days
        self.keys = keys
    }

    /// The address for a message of that account to that recipient.
    ///
    /// - Throws: if the cryptographic library fails.
    public func address(
        account: UInt64,
        message: UInt64,
        recipient: MailAddress,
        domain: String,
        at now: Timestamp
    ) throws -> MailAddress {
        let token = try keys.token(account: account, message: message, recipient: recipient, at: now)
        return MailAddress(localPart: "\(prefix)+\(token)", domain: domain)
    }

    /// Whether `address` looks like one of these: what comes to it is then for `token`, and for no mailbox.
    public func matches(_ address: MailAddress) -> Bool { tokenText(in: address) != nil }

    /// The token in an address.
    ///
    /// - Throws: if there is none, it is not ours, or too old. Then nothing that came to the address is acted upon.
    public func token(in address: MailAddress, at now: Timestamp) throws(TraceToken.Problem) -> TraceToken {
        guard let text = tokenText(in: address) else { throw .notAToken }
        return try keys.verify(text, within: days, at: now)
    }

    /// Whether a token that was verified is of a message to that recipient.
    public func isRecipient(_ address: MailAddress, of token: TraceToken) -> Bool {
        keys.isRecipient(address, of: token)
    }

    /// What should be the token in an address; not checked.
    func tokenText(in address: MailAddress) -> String? {
        guard address.localPart.hasPrefix(prefix + "+"), address.localPart.utf8.contains(0x3D) else { return nil }
        return String(address.localPart.dropFirst(prefix.utf8.count + 1))
    }
}
