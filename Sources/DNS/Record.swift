/// What a query asks (RFC 1035 §4.1.2).
public struct Question: Hashable, Sendable {
    /// The name asked for.
    public var name: Name
    /// The type of the records wanted.
    public var type: RecordType
    /// Their class.
    public var recordClass: RecordClass

    /// A question for records of the Internet, if not said otherwise.
    public init(name: Name, type: RecordType, recordClass: RecordClass = .internet) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }

    /// Whether the questions are equal and write the name in the same case.
    public func isIdentical(to other: Question) -> Bool {
        self == other && name.isIdentical(to: other.name)
    }
}

/// A resource record (RFC 1035 §4.1.3).
public struct Record: Hashable, Sendable {
    /// The name that the record belongs to.
    public var name: Name
    /// The class of the record.
    public var recordClass: RecordClass
    /// Seconds that the record may be kept; 0…2³¹−1. A larger number on the wire is read as 0 (RFC 2181 §8).
    public var timeToLive: UInt32
    /// What the record says.
    public var data: RecordData

    /// A record of the Internet, if not said otherwise.
    public init(name: Name, recordClass: RecordClass = .internet, timeToLive: UInt32, data: RecordData) {
        self.name = name
        self.recordClass = recordClass
        self.timeToLive = timeToLive
        self.data = data
    }

    /// The type of the record.
    public var type: RecordType { data.type }
}

/// What a record says, by its type.
public enum RecordData: Hashable, Sendable {
    /// An IPv4 address, its first octet the highest (RFC 1035 §3.4.1).
    case a(UInt32)
    /// An IPv6 address, its first octet the highest (RFC 3596 §2.2).
    case aaaa(UInt128)
    /// A mail exchange; the lowest preference comes first (RFC 1035 §3.3.9).
    case mx(preference: UInt16, exchange: Name)
    /// Strings of at most 255 octets (RFC 1035 §3.3.14). A longer one is written as several.
    case txt([[UInt8]])
    /// Another name (RFC 1035 §3.3.12).
    case ptr(Name)
    /// The name that this one is an alias of (RFC 1035 §3.3.1).
    case cname(Name)
    /// A name server (RFC 1035 §3.3.11).
    case ns(Name)
    /// The start of a zone (RFC 1035 §3.3.13).
    case soa(StartOfAuthority)
    /// The place of a service; the lowest priority comes first (RFC 2782).
    case srv(priority: UInt16, weight: UInt16, port: UInt16, target: Name)
    /// A certificate association (RFC 6698 §2.1).
    case tlsa(usage: UInt8, selector: UInt8, matchingType: UInt8, association: [UInt8])
    /// The octets of a record of any other type or class, names in them without pointers (RFC 3597).
    case opaque(RecordType, [UInt8])

    /// The type of the record that says this.
    public var type: RecordType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .mx: .mx
        case .txt: .txt
        case .ptr: .ptr
        case .cname: .cname
        case .ns: .ns
        case .soa: .soa
        case .srv: .srv
        case .tlsa: .tlsa
        case .opaque(let type, _): type
        }
    }
}

/// The start of a zone (RFC 1035 §3.3.13).
public struct StartOfAuthority: Hashable, Sendable {
    /// The name server that the zone comes from.
    public var primary: Name
    /// The mailbox of who is responsible, its first label the local part.
    public var mailbox: Name
    /// The version of the zone, in serial number arithmetic.
    public var serial: UInt32
    /// Seconds between refreshes.
    public var refresh: UInt32
    /// Seconds until a refresh that failed is tried again.
    public var retry: UInt32
    /// Seconds until the zone is no longer authoritative.
    public var expire: UInt32
    /// Seconds that the absence of a record may be kept, with the time to live as its limit (RFC 2308 §5).
    public var minimum: UInt32

    /// The start of a zone; the times are seconds.
    public init(
        primary: Name,
        mailbox: Name,
        serial: UInt32,
        refresh: UInt32,
        retry: UInt32,
        expire: UInt32,
        minimum: UInt32
    ) {
        self.primary = primary
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}
