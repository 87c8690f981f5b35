internal import Octets

/// Which mailboxes a NOTIFY or an ESEARCH is about. RFC 5465 §6, RFC 7377 §2.2.
public enum MailboxFilter: Hashable, Sendable {
    /// The one selected, events told at once.
    case selected
    /// The one selected, MessageExpunge told only where EXPUNGE may be. RFC 5465 §6.2. Never in ESEARCH.
    case selectedDelayed
    /// Those to which mail may be delivered. RFC 5465 §6.3.
    case inboxes
    /// All of the personal namespace. RFC 5465 §6.4.
    case personal
    /// Those subscribed to. RFC 5465 §6.5.
    case subscribed
    /// These and all below them; at least one. RFC 5465 §6.6.
    case subtree([MailboxName])
    /// These and what is right below them; at least one. RFC 7377 §2.2.
    case subtreeOne([MailboxName])
    /// These; at least one. RFC 5465 §6.7.
    case mailboxes([MailboxName])
}

extension CommandReader {
    /// filter-mailboxes. RFC 5465 §8, RFC 7377 §4.
    mutating func mailboxFilter(in octets: Span<UInt8>) throws(SyntaxError) -> MailboxFilter {
        let start = cursor
        switch try word(in: octets, as: "filter-mailboxes") {
        case "SELECTED": return .selected
        case "SELECTED-DELAYED": return .selectedDelayed
        case "INBOXES": return .inboxes
        case "PERSONAL": return .personal
        case "SUBSCRIBED": return .subscribed
        case "SUBTREE": return .subtree(try oneOrMoreMailboxes(in: octets))
        case "SUBTREE-ONE": return .subtreeOne(try oneOrMoreMailboxes(in: octets))
        case "MAILBOXES": return .mailboxes(try oneOrMoreMailboxes(in: octets))
        default: throw start.unexpected("filter-mailboxes")
        }
    }

    /// SP one-or-more-mailbox. RFC 5465 §8.
    private mutating func oneOrMoreMailboxes(in octets: Span<UInt8>) throws(SyntaxError) -> [MailboxName] {
        try space(in: octets)
        guard isNext("(", in: octets) else { return [try mailbox(in: octets)] }
        var names: [MailboxName] = []
        try list(in: octets, as: "many-mailboxes", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            names.append(try reader.mailbox(in: octets))
        }
        return names
    }
}
