/// The type of a record, as RFC 1035 §3.2.2 and the registry of IANA number them.
public struct RecordType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public var rawValue: UInt16

    /// The type of that number, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An IPv4 address.
    public static let a = RecordType(rawValue: 1)
    /// A name server of the zone.
    public static let ns = RecordType(rawValue: 2)
    /// The name that this one is an alias of.
    public static let cname = RecordType(rawValue: 5)
    /// The start of a zone.
    public static let soa = RecordType(rawValue: 6)
    /// Another name, for an address most often.
    public static let ptr = RecordType(rawValue: 12)
    /// A mail exchange.
    public static let mx = RecordType(rawValue: 15)
    /// Texts.
    public static let txt = RecordType(rawValue: 16)
    /// An IPv6 address (RFC 3596).
    public static let aaaa = RecordType(rawValue: 28)
    /// The place of a service (RFC 2782).
    public static let srv = RecordType(rawValue: 33)
    /// What a message says of EDNS; no record of a zone (RFC 6891).
    public static let opt = RecordType(rawValue: 41)
    /// A digest of a key of a zone below (RFC 4034).
    public static let ds = RecordType(rawValue: 43)
    /// A signature over a set of records (RFC 4034).
    public static let rrsig = RecordType(rawValue: 46)
    /// A key of a zone (RFC 4034).
    public static let dnskey = RecordType(rawValue: 48)
    /// A certificate association of DANE (RFC 6698).
    public static let tlsa = RecordType(rawValue: 52)
    /// A service binding (RFC 9460).
    public static let svcb = RecordType(rawValue: 64)
    /// A service binding for HTTP (RFC 9460).
    public static let https = RecordType(rawValue: 65)
    /// In a question: records of any type.
    public static let any = RecordType(rawValue: 255)
}

extension RecordType: CustomStringConvertible {
    /// The mnemonic, or `TYPE` and the number (RFC 3597 §5).
    public var description: String {
        switch self {
        case .a: "A"
        case .ns: "NS"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .opt: "OPT"
        case .ds: "DS"
        case .rrsig: "RRSIG"
        case .dnskey: "DNSKEY"
        case .tlsa: "TLSA"
        case .svcb: "SVCB"
        case .https: "HTTPS"
        case .any: "ANY"
        default: "TYPE\(rawValue)"
        }
    }
}

/// The class of a record (RFC 1035 §3.2.4).
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public var rawValue: UInt16

    /// The class of that number, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The Internet.
    public static let internet = RecordClass(rawValue: 1)
    /// Chaosnet: what servers say of themselves.
    public static let chaos = RecordClass(rawValue: 3)
    /// In an update: no such record (RFC 2136).
    public static let none = RecordClass(rawValue: 254)
    /// In a question or an update: any class.
    public static let any = RecordClass(rawValue: 255)
}

/// The kind of a query; 0…15 (RFC 1035 §4.1.1).
public struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; only the low four bits have a place there.
    public var rawValue: UInt8

    /// The kind of that number, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A standard query.
    public static let query = Opcode(rawValue: 0)
    /// The state of a server.
    public static let status = Opcode(rawValue: 2)
    /// A zone has changed (RFC 1996).
    public static let notify = Opcode(rawValue: 4)
    /// A change of a zone (RFC 2136).
    public static let update = Opcode(rawValue: 5)
}

/// What a response says of the query; 0…4095, of which the upper eight bits travel in OPT (RFC 6891 §6.1.3).
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// The number; only the low twelve bits have a place on the wire.
    public var rawValue: UInt16

    /// The code of that number, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// No error.
    public static let noError = ResponseCode(rawValue: 0)
    /// The server could not read the query.
    public static let formatError = ResponseCode(rawValue: 1)
    /// The server could not find out.
    public static let serverFailure = ResponseCode(rawValue: 2)
    /// The name does not exist (NXDOMAIN).
    public static let nameError = ResponseCode(rawValue: 3)
    /// The server does not know this kind of query.
    public static let notImplemented = ResponseCode(rawValue: 4)
    /// The server does not want to.
    public static let refused = ResponseCode(rawValue: 5)
    /// The server does not know this version of EDNS (RFC 6891 §9).
    public static let badVersion = ResponseCode(rawValue: 16)
}
