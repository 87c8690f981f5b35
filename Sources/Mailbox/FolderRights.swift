/// What someone may do with a folder. RFC 4314 §2.1.
///
/// \Seen is a flag of the message, not of the reader: who has `seen` marks a message as read for everybody who shares the
/// folder, as RFC 4314 §5.2 allows.
public struct FolderRights: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public var rawValue: UInt16
    /// The set with those bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `l`: the folder is seen in lists.
    public static let lookup = FolderRights(rawValue: 1 << 0)
    /// `r`: its messages and their number are seen.
    public static let read = FolderRights(rawValue: 1 << 1)
    /// `s`: \Seen may be changed.
    public static let seen = FolderRights(rawValue: 1 << 2)
    /// `w`: other flags, and keywords, may be changed; but for \Deleted.
    public static let write = FolderRights(rawValue: 1 << 3)
    /// `i`: messages may be added.
    public static let insert = FolderRights(rawValue: 1 << 4)
    /// `p`: mail may be sent to an address of its own. Kept for clients; nothing of the mailbox asks for it.
    public static let post = FolderRights(rawValue: 1 << 5)
    /// `k`: folders below it may be made.
    public static let create = FolderRights(rawValue: 1 << 6)
    /// `x`: it may be deleted and renamed.
    public static let delete = FolderRights(rawValue: 1 << 7)
    /// `t`: \Deleted may be changed.
    public static let deleteMessages = FolderRights(rawValue: 1 << 8)
    /// `e`: messages with \Deleted may be removed.
    public static let expunge = FolderRights(rawValue: 1 << 9)
    /// `a`: its access list may be seen and changed.
    public static let administer = FolderRights(rawValue: 1 << 10)

    /// All of them.
    public static let all = FolderRights(rawValue: 1 << 11 - 1)
    /// What the owner of a folder has whatever its access list says.
    public static let always: FolderRights = [.lookup, .administer]

    /// In the order of the bits, which is that of RFC 4314 §2.1.
    private static let order = Array("lrswipkxtea".utf8)

    /// The rights that `letters` stand for; nil if there is another among them. The obsolete `c` and `d` are others: what
    /// they stand for is for the door to say. RFC 4314 §2.1.1.
    public init?(letters: some Sequence<UInt8>) {
        self = []
        for letter in letters {
            guard let bit = FolderRights.order.firstIndex(of: letter) else { return nil }
            insert(FolderRights(rawValue: 1 << UInt16(bit)))
        }
    }

    /// A letter for each.
    public var letters: [UInt8] {
        FolderRights.order.indices.filter { rawValue & 1 << UInt16($0) != 0 }.map { FolderRights.order[$0] }
    }

    /// The system flags that may be changed. RFC 4314 §4. Keywords may with `write`.
    public var flags: Flags {
        var flags: Flags = []
        if contains(.seen) { flags.insert(.seen) }
        if contains(.deleteMessages) { flags.insert(.deleted) }
        if contains(.write) { flags.formUnion([.answered, .flagged, .draft]) }
        return flags
    }
}

/// Whom an entry of an access list is about. RFC 4314 §2, identifier.
public enum Grantee: Hashable, Comparable, Sendable {
    /// Every account of the service. There are no others: nobody gets at a mailbox without having authenticated.
    case anyone
    /// One account.
    case account(AccountID)
}

/// An entry of a folder's access list.
public struct AccessEntry: Hashable, Sendable {
    /// Whom it is about.
    public var grantee: Grantee
    /// Whether it takes `rights` away, from what other entries give. RFC 4314 §2: an identifier that begins with `-`.
    public var isNegative: Bool
    /// What it gives, or takes.
    public var rights: FolderRights

    /// An entry.
    public init(_ grantee: Grantee, _ rights: FolderRights, isNegative: Bool = false) {
        self.grantee = grantee
        self.rights = rights
        self.isNegative = isNegative
    }
}

/// What SETACL and DELETEACL do to an entry. RFC 4314 §3.1, §3.2.
public enum AccessChange: Hashable, Sendable {
    /// Exactly these; with none, an entry about anybody but the owner goes.
    case replace(FolderRights)
    /// These too.
    case add(FolderRights)
    /// Not these.
    case remove(FolderRights)
    /// No entry. The owner has all rights then.
    case delete
}
