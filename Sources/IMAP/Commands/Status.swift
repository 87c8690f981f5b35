/// What STATUS can say of a mailbox. RFC 3501 §6.3.10.
public enum StatusAttribute: Hashable, Sendable, CaseIterable {
    /// MESSAGES.
    case messages
    /// RECENT.
    case recent
    /// UIDNEXT.
    case uidNext
    /// UIDVALIDITY.
    case uidValidity
    /// UNSEEN: how many lack \Seen.
    case unseen
    /// DELETED: how many have \Deleted. RFC 9051 §6.3.11.
    case deleted
    /// SIZE: octets of all messages. RFC 8438 §2.
    case size
}
