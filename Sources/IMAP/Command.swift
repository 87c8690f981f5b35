/// A command and the tag that its answer will carry. RFC 3501 §2.2.1.
public struct TaggedCommand: Hashable, Sendable {
    /// Octets of ASTRING-CHAR without `+`; sent back as they are.
    public var tag: [UInt8]
    /// What is asked for.
    public var command: Command

    /// The command `command` under `tag`.
    public init(tag: [UInt8], command: Command) {
        self.tag = tag
        self.command = command
    }
}

/// One command after its syntax was checked. RFC 3501 §6.
///
/// What a command may be sent in which state is the session's business, not the grammar's.
public enum Command: Hashable, Sendable {
    // MARK: Any state

    /// RFC 3501 §6.1.1.
    case capability
    /// RFC 3501 §6.1.2.
    case noop
    /// RFC 3501 §6.1.3.
    case logout
    /// ID, with what the client says of itself; nil for NIL. RFC 2971 §3.1.
    case id([IDField]?)

    // MARK: Not authenticated

    /// RFC 3501 §6.2.1.
    case startTLS
    /// AUTHENTICATE; an initial response is already decoded (`=` is an empty one). RFC 3501 §6.2.2, RFC 4959 §3.
    ///
    /// `mechanism` is in upper case. The client's further lines are read by `ContinuationLine.authentication`.
    case authenticate(mechanism: String, initialResponse: [UInt8]?)
    /// RFC 3501 §6.2.3.
    case login(user: [UInt8], password: [UInt8])

    // MARK: Authenticated

    /// ENABLE, names in upper case. RFC 5161 §3.1.
    case enable([String])
    /// RFC 3501 §6.3.1.
    case select(MailboxName)
    /// RFC 3501 §6.3.2.
    case examine(MailboxName)
    /// CREATE, with the special uses asked for, such as `\Sent`; none in the plain form. RFC 3501 §6.3.3, RFC 6154 §3.
    case create(MailboxName, uses: [String])
    /// RFC 3501 §6.3.4.
    case delete(MailboxName)
    /// RFC 3501 §6.3.5.
    case rename(from: MailboxName, to: MailboxName)
    /// RFC 3501 §6.3.6.
    case subscribe(MailboxName)
    /// RFC 3501 §6.3.7.
    case unsubscribe(MailboxName)
    /// RFC 3501 §6.3.8, RFC 5258 §3.
    case list(ListRequest)
    /// RFC 3501 §6.3.9.
    case lsub(reference: MailboxName, pattern: MailboxPattern)
    /// RFC 2342 §5.
    case namespace
    /// RFC 3501 §6.3.10.
    case status(MailboxName, [StatusAttribute])
    /// APPEND up to the message's octets, which follow the command. RFC 3501 §6.3.11.
    case append(AppendRequest)
    /// IDLE; it lasts until `ContinuationLine.idle` says so. RFC 2177 §3.
    case idle

    // MARK: Selected

    /// RFC 3501 §6.4.1.
    case check
    /// RFC 3501 §6.4.2.
    case close
    /// RFC 3691 §2.
    case unselect
    /// RFC 3501 §6.4.3.
    case expunge
    /// UID EXPUNGE. RFC 4315 §2.1.
    case uidExpunge(SequenceSet)
    /// SEARCH and UID SEARCH. RFC 3501 §6.4.4.
    case search(SearchRequest)
    /// FETCH and UID FETCH. RFC 3501 §6.4.5.
    case fetch(FetchRequest)
    /// STORE and UID STORE. RFC 3501 §6.4.6.
    case store(StoreRequest)
    /// COPY and UID COPY. RFC 3501 §6.4.7.
    case copy(CopyRequest)
    /// MOVE and UID MOVE. RFC 6851 §3.
    case move(CopyRequest)
}

/// How a command's message numbers are meant, and how the answer numbers messages. RFC 3501 §2.3.1.
public enum Numbering: Hashable, Sendable {
    /// Message sequence numbers.
    case sequence
    /// Unique identifiers: the command had UID before it.
    case uid
}
