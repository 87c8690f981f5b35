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
    /// LANGUAGE, with the ranges wanted, best first; none asks which there are. RFC 5255 §3.2.
    case language([[UInt8]])
    /// COMPRESS, the mechanism in upper case. RFC 4978 §3.
    case compress(String)

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

    /// RFC 8437 §3.
    case unauthenticate
    /// ENABLE, names in upper case. RFC 5161 §3.1.
    case enable([String])
    /// RFC 3501 §6.3.1; parameters RFC 7162 §3.1.8, §3.2.5.
    case select(MailboxName, SelectParameters = SelectParameters())
    /// RFC 3501 §6.3.2; parameters RFC 7162 §3.1.8, §3.2.5.
    case examine(MailboxName, SelectParameters = SelectParameters())
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
    /// GETQUOTA, of a quota root. RFC 9208 §4.1.1.
    case getQuota(root: [UInt8])
    /// RFC 9208 §4.1.2.
    case getQuotaRoot(MailboxName)
    /// SETQUOTA: the limits that a quota root has from now on, and no others. RFC 9208 §4.1.3.
    case setQuota(root: [UInt8], [QuotaLimit])
    /// SETACL. RFC 4314 §3.1.
    case setACL(MailboxName, identifier: [UInt8], RightsChange)
    /// RFC 4314 §3.2.
    case deleteACL(MailboxName, identifier: [UInt8])
    /// RFC 4314 §3.3.
    case getACL(MailboxName)
    /// RFC 4314 §3.4.
    case listRights(MailboxName, identifier: [UInt8])
    /// RFC 4314 §3.5.
    case myRights(MailboxName)
    /// RFC 5464 §4.2.
    case getMetadata(GetMetadataRequest)
    /// SETMETADATA; an empty mailbox is the server. RFC 5464 §4.3.
    case setMetadata(MailboxName, [MetadataItem])
    /// RFC 5465 §3.
    case notify(NotifyRequest)
    /// COMPARATOR, with those wanted, best first; none asks which is active. RFC 5255 §4.7.
    case comparator([[UInt8]])
    /// GENURLAUTH: URLs to be signed; at least one. RFC 4467 §7.
    case genURLAuth([URLRump])
    /// RESETKEY: of one mailbox, with those mechanisms (none: all), or, without a mailbox, of all. RFC 4467 §7.
    case resetKey(MailboxName?, mechanisms: [String])
    /// URLFETCH; at least one. RFC 4467 §7.
    case urlFetch([[UInt8]])
    /// ESEARCH: in several mailboxes. RFC 7377 §2.
    case multiSearch(MultiSearchRequest)
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
    /// REPLACE and UID REPLACE up to the message's octets, which follow the command. RFC 8508 §3.
    case replace(ReplaceRequest)
    /// SORT and UID SORT. RFC 5256 §3, RFC 5267 §3.
    case sort(SortRequest)
    /// THREAD and UID THREAD. RFC 5256 §3.
    case thread(ThreadRequest)
    /// CANCELUPDATE: tags of searches whose changes are no longer wanted. RFC 5267 §4.3.5.
    case cancelUpdate([[UInt8]])
}

extension Command {
    /// Whether it means messages by their sequence numbers, or is answered with them, which UIDONLY forbids.
    /// RFC 9586 §3.
    public var usesSequenceNumbers: Bool {
        switch self {
        case .fetch(let request): request.numbering == .sequence
        case .store(let request): request.numbering == .sequence
        case .copy(let request), .move(let request): request.numbering == .sequence
        case .replace(let request): request.numbering == .sequence
        case .search(let request): request.numbering == .sequence || request.key.hasSequenceNumbers
        case .sort(let request): request.numbering == .sequence || request.key.hasSequenceNumbers
        case .thread(let request): request.numbering == .sequence || request.key.hasSequenceNumbers
        case .multiSearch(let request): request.key.hasSequenceNumbers
        case .select(_, let parameters), .examine(_, let parameters): parameters.qresync?.match != nil
        default: false
        }
    }
}

/// How a command's message numbers are meant, and how the answer numbers messages. RFC 3501 §2.3.1.
public enum Numbering: Hashable, Sendable {
    /// Message sequence numbers.
    case sequence
    /// Unique identifiers: the command had UID before it.
    case uid
}
