internal import Octets

/// What a program can read of a status response. RFC 3501 §7.1, RFC 5530 §3.
public enum ResponseCode: Hashable, Sendable {
    /// ALERT: the text must be shown to the person. RFC 3501 §7.1.
    case alert
    /// ALREADYEXISTS. RFC 5530 §3.
    case alreadyExists
    /// APPENDUID: where the message went. RFC 4315 §3.
    case appendUID(uidValidity: UInt32, uid: UInt32)
    /// AUTHENTICATIONFAILED. RFC 5530 §3.
    case authenticationFailed
    /// AUTHORIZATIONFAILED. RFC 5530 §3.
    case authorizationFailed
    /// BADCHARSET, with the charsets that are known. RFC 3501 §7.1.
    case badCharset([String])
    /// CANNOT. RFC 5530 §3.
    case cannot
    /// CAPABILITY. RFC 3501 §7.1.
    case capability([String])
    /// CLIENTBUG. RFC 5530 §3.
    case clientBug
    /// CLOSED: what comes next is of the mailbox selected now. RFC 7162 §3.2.11.
    case closed
    /// CONTACTADMIN. RFC 5530 §3.
    case contactAdmin
    /// COPYUID: source and target UIDs in the same order, as ascending ranges. RFC 4315 §3.
    case copyUID(uidValidity: UInt32, source: [ClosedRange<UInt32>], target: [ClosedRange<UInt32>])
    /// CORRUPTION. RFC 5530 §3.
    case corruption
    /// EXPIRED. RFC 5530 §3.
    case expired
    /// EXPUNGEISSUED. RFC 5530 §3.
    case expungeIssued
    /// HASCHILDREN. RFC 9051 §7.1.
    case hasChildren
    /// INUSE. RFC 5530 §3.
    case inUse
    /// LIMIT. RFC 5530 §3.
    case limit
    /// NONEXISTENT. RFC 5530 §3.
    case nonexistent
    /// NOPERM. RFC 5530 §3.
    case noPermission
    /// OVERQUOTA. RFC 5530 §3.
    case overQuota
    /// PARSE: a message could not be parsed. RFC 3501 §7.1.
    case parse
    /// PERMANENTFLAGS; with `createsKeywords` it ends with `\*`. RFC 3501 §7.1.
    case permanentFlags(FlagSet, createsKeywords: Bool)
    /// PRIVACYREQUIRED. RFC 5530 §3.
    case privacyRequired
    /// READ-ONLY. RFC 3501 §7.1.
    case readOnly
    /// READ-WRITE. RFC 3501 §7.1.
    case readWrite
    /// SERVERBUG. RFC 5530 §3.
    case serverBug
    /// TOOBIG: the literal or message is. RFC 7889 §4, RFC 9051 §7.1.
    case tooBig
    /// TRYCREATE. RFC 3501 §7.1.
    case tryCreate
    /// UIDNEXT. RFC 3501 §7.1.
    case uidNext(UInt32)
    /// UIDNOTSTICKY. RFC 4315 §3.
    case uidNotSticky
    /// UIDVALIDITY. RFC 3501 §7.1.
    case uidValidity(UInt32)
    /// UNAVAILABLE. RFC 5530 §3.
    case unavailable
    /// UNKNOWN-CTE. RFC 3516 §4.3.
    case unknownTransferEncoding
    /// UNSEEN: the number of the first message without \Seen. RFC 3501 §7.1.
    case unseen(UInt32)
    /// USEATTR: a special use that cannot be given. RFC 6154 §3.
    case useAttribute

    /// The name on the wire.
    public var name: StaticString {
        switch self {
        case .alert: "ALERT"
        case .alreadyExists: "ALREADYEXISTS"
        case .appendUID: "APPENDUID"
        case .authenticationFailed: "AUTHENTICATIONFAILED"
        case .authorizationFailed: "AUTHORIZATIONFAILED"
        case .badCharset: "BADCHARSET"
        case .cannot: "CANNOT"
        case .capability: "CAPABILITY"
        case .clientBug: "CLIENTBUG"
        case .closed: "CLOSED"
        case .contactAdmin: "CONTACTADMIN"
        case .copyUID: "COPYUID"
        case .corruption: "CORRUPTION"
        case .expired: "EXPIRED"
        case .expungeIssued: "EXPUNGEISSUED"
        case .hasChildren: "HASCHILDREN"
        case .inUse: "INUSE"
        case .limit: "LIMIT"
        case .nonexistent: "NONEXISTENT"
        case .noPermission: "NOPERM"
        case .overQuota: "OVERQUOTA"
        case .parse: "PARSE"
        case .permanentFlags: "PERMANENTFLAGS"
        case .privacyRequired: "PRIVACYREQUIRED"
        case .readOnly: "READ-ONLY"
        case .readWrite: "READ-WRITE"
        case .serverBug: "SERVERBUG"
        case .tooBig: "TOOBIG"
        case .tryCreate: "TRYCREATE"
        case .uidNext: "UIDNEXT"
        case .uidNotSticky: "UIDNOTSTICKY"
        case .uidValidity: "UIDVALIDITY"
        case .unavailable: "UNAVAILABLE"
        case .unknownTransferEncoding: "UNKNOWN-CTE"
        case .unseen: "UNSEEN"
        case .useAttribute: "USEATTR"
        }
    }

    /// Appends `[NAME arguments]`.
    func encode(into output: inout [UInt8]) {
        output.append("[")
        output.append(text: name)
        switch self {
        case .appendUID(let uidValidity, let uid):
            output.append(" ", decimal: uidValidity)
            output.append(" ", decimal: uid)
        case .badCharset(let charsets) where !charsets.isEmpty:
            output.append(" ")
            output.appendList(charsets) { charset, output in output.append(astring: Array(charset.utf8)) }
        case .capability(let names):
            for name in names {
                output.append(" ")
                output.append(contentsOf: name.utf8)
            }
        case .copyUID(let uidValidity, let source, let target):
            output.append(" ", decimal: uidValidity)
            output.append(" ")
            output.append(ranges: source)
            output.append(" ")
            output.append(ranges: target)
        case .permanentFlags(let flags, let createsKeywords):
            output.append(" ")
            output.append(flags: flags, orNew: createsKeywords)
        case .uidNext(let number), .uidValidity(let number), .unseen(let number):
            output.append(" ", decimal: number)
        default: break
        }
        output.append("]")
    }
}
