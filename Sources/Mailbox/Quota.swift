/// What an account may be short of. RFC 9208 §5.
public enum QuotaResource: Hashable, Sendable, CaseIterable {
    /// STORAGE: octets of messages. IMAP counts it in units of 1,024.
    case storage
    /// MESSAGE: messages.
    case messages
    /// MAILBOX: folders.
    case folders
    /// ANNOTATION-STORAGE: octets of annotations, names and values. IMAP counts it in units of 1,024.
    case annotations
}

/// How much of each resource an account may have; nil for as much as it likes.
///
/// With a limit below what is used, all that is there stays, and nothing is added until there is room.
public struct QuotaLimits: Hashable, Sendable {
    /// Octets of messages.
    public var storage: Int?
    /// Messages.
    public var messages: Int?
    /// Folders. There is always room for those that an account is made with.
    public var folders: Int?
    /// Octets of annotations, names and values.
    public var annotations: Int?

    /// Limits; none unless told otherwise.
    public init(storage: Int? = nil, messages: Int? = nil, folders: Int? = nil, annotations: Int? = nil) {
        self.storage = storage
        self.messages = messages
        self.folders = folders
        self.annotations = annotations
    }

    /// The limit of one resource.
    public subscript(_ resource: QuotaResource) -> Int? {
        get {
            switch resource {
            case .storage: storage
            case .messages: messages
            case .folders: folders
            case .annotations: annotations
            }
        }
        set {
            switch resource {
            case .storage: storage = newValue
            case .messages: messages = newValue
            case .folders: folders = newValue
            case .annotations: annotations = newValue
            }
        }
    }
}

/// What an account uses, and what it may use.
public struct Quota: Hashable, Sendable {
    /// What it may use.
    public var limits: QuotaLimits
    /// Octets of messages.
    public var storage: Int
    /// Messages.
    public var messages: Int
    /// Folders.
    public var folders: Int
    /// Octets of annotations, names and values.
    public var annotations: Int

    /// What is used of what may be.
    public init(limits: QuotaLimits, storage: Int, messages: Int, folders: Int, annotations: Int) {
        self.limits = limits
        self.storage = storage
        self.messages = messages
        self.folders = folders
        self.annotations = annotations
    }

    /// What is used of one resource.
    public subscript(_ resource: QuotaResource) -> Int {
        switch resource {
        case .storage: storage
        case .messages: messages
        case .folders: folders
        case .annotations: annotations
        }
    }
}
