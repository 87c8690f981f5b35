/// A change of flags and keywords.
public struct FlagChange: Hashable, Sendable {
    /// What is done with those named.
    public enum Mode: Hashable, Sendable {
        /// Exactly these: FLAGS.
        case replace
        /// These too: +FLAGS.
        case add
        /// Not these: -FLAGS.
        case remove
    }
    /// What is done with those named.
    public var mode: Mode
    /// System flags.
    public var flags: Flags
    /// Keywords.
    public var keywords: [Keyword]

    /// A change of `flags` and `keywords`.
    public init(_ mode: Mode, _ flags: Flags, keywords: [Keyword] = []) {
        self.mode = mode
        self.flags = flags
        self.keywords = keywords
    }
}

/// What `store` did.
public struct Stored: Hashable, Sendable {
    /// Those that were there and are now as asked, changed or not.
    public var uids: UIDSet
    /// Those left alone because they had changed. RFC 7162 §3.1.3.
    public var modified: UIDSet
    /// The commit's modseq; nil if nothing had to be changed.
    public var modSeq: ModSeq?

    /// What was done.
    public init(
        uids: UIDSet,
        modified: UIDSet = UIDSet(),
        modSeq: ModSeq? = nil
    ) {
        self.uids = uids
        self.modified = modified
        self.modSeq = modSeq
    }
}

/// What `copy` and `move` did: the source UIDs and, in the same order, the new ones. RFC 4315 §3.
public struct Copied: Hashable, Sendable {
    /// Changes only if UIDs lost their meaning. RFC 9051 §2.3.1.1.
    public var uidValidity: UInt32
    /// Where they were.
    public var source: UIDSet
    /// Where they are.
    public var target: UIDSet

    /// What was copied, and as what.
    public init(
        uidValidity: UInt32,
        source: UIDSet,
        target: UIDSet
    ) {
        self.uidValidity = uidValidity
        self.source = source
        self.target = target
    }
}

/// What an account uses.
public struct Usage: Hashable, Sendable {
    /// Octets of all messages.
    public var size: Int
    /// Messages.
    public var count: Int

    /// What is used.
    public init(
        size: Int,
        count: Int
    ) {
        self.size = size
        self.count = count
    }
}
