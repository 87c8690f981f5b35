internal import Octets

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
    /// DELETED-STORAGE: octets that expunging what has \Deleted would free. RFC 9208 §4.1.4.
    case deletedStorage
    /// HIGHESTMODSEQ. RFC 7162 §3.1.7.
    case highestModSequence
    /// MAILBOXID. RFC 8474 §4.3.
    case mailboxID
    /// APPENDLIMIT: octets that a message may have. RFC 7889 §3.
    case appendLimit
}

extension StatusAttribute {
    /// The name on the wire. RFC 3501 §9 status-att.
    public var name: String {
        switch self {
        case .messages: "MESSAGES"
        case .recent: "RECENT"
        case .uidNext: "UIDNEXT"
        case .uidValidity: "UIDVALIDITY"
        case .unseen: "UNSEEN"
        case .deleted: "DELETED"
        case .size: "SIZE"
        case .deletedStorage: "DELETED-STORAGE"
        case .highestModSequence: "HIGHESTMODSEQ"
        case .mailboxID: "MAILBOXID"
        case .appendLimit: "APPENDLIMIT"
        }
    }
}

extension CommandReader {
    /// status; no attribute twice. RFC 3501 §6.3.10.
    mutating func status(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        let name = try mailboxArgument(in: octets)
        try space(in: octets)
        return .status(name, try statusAttributes(in: octets))
    }

    /// "(" status-att *(SP status-att) ")"; none twice.
    mutating func statusAttributes(in octets: Span<UInt8>) throws(SyntaxError) -> [StatusAttribute] {
        var attributes: [StatusAttribute] = []
        try list(in: octets, as: "status attributes", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let attribute = try reader.word(in: octets, as: "status-att") { word in
                StatusAttribute.allCases.first { $0.name == word }
            }
            if !attributes.contains(attribute) { attributes.append(attribute) }
        }
        return attributes
    }
}
