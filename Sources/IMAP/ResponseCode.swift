internal import Octets

/// What a program can read of a status response. RFC 3501 §7.1, RFC 5530 §3, RFC 9051 §7.1, and the extensions named.
public enum ResponseCode: Hashable, Sendable {
    /// ALERT: the text must be shown to the person. RFC 3501 §7.1.
    case alert
    /// ALREADYEXISTS. RFC 5530 §3.
    case alreadyExists
    /// APPENDUID: where the message went. RFC 4315 §3.
    case appendUID(uidValidity: UInt32, uid: UInt32)
    /// APPENDUID of several messages: as many UIDs, in the same order, as ascending ranges. RFC 3502 §6, RFC 4315 §3.
    case appendUIDs(uidValidity: UInt32, [ClosedRange<UInt32>])
    /// AUTHENTICATIONFAILED. RFC 5530 §3.
    case authenticationFailed
    /// AUTHORIZATIONFAILED. RFC 5530 §3.
    case authorizationFailed
    /// BADCHARSET, with the charsets that are known. RFC 3501 §7.1.
    case badCharset([String])
    /// BADCOMPARATOR. RFC 5255 §4.9.
    case badComparator
    /// BADEVENT, with the events that are known. RFC 5465 §5.
    case badEvent(EventSet)
    /// BADURL, with the URL of a CATENATE that names nothing. RFC 4469 §4.
    case badURL([UInt8])
    /// CANNOT. RFC 5530 §3.
    case cannot
    /// CAPABILITY. RFC 3501 §7.1.
    case capability([String])
    /// CLIENTBUG. RFC 5530 §3.
    case clientBug
    /// CLOSED: what comes next is of the mailbox selected now. RFC 7162 §3.2.11.
    case closed
    /// COMPRESSIONACTIVE. RFC 4978 §3.
    case compressionActive
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
    /// HIGHESTMODSEQ: of the mailbox, 1…2^63-1. RFC 7162 §3.1.2.1.
    case highestModSequence(UInt64)
    /// INPROGRESS: a long command still works. RFC 9585 §4.
    case inProgress(Progress)
    /// INUSE. RFC 5530 §3.
    case inUse
    /// LIMIT. RFC 5530 §3.
    case limit
    /// MAILBOXID. RFC 8474 §4.
    case mailboxID(String)
    /// MESSAGELIMIT: a command did not do all, because it may do so many messages; with `uid`, those up from or below it
    /// were done, as the command goes. RFC 9738 §3.1.
    case messageLimit(UInt32, uid: UInt32?)
    /// METADATA. RFC 5464 §4.2.1, §4.3.
    case metadata(MetadataCode)
    /// MODIFIED: messages that STORE left alone since they changed; UIDs after UID STORE. RFC 7162 §3.1.3.
    case modified([ClosedRange<UInt32>])
    /// NOMODSEQ: the mailbox keeps no mod-sequences. RFC 7162 §3.1.2.2.
    case noModSequence
    /// NONEXISTENT. RFC 5530 §3.
    case nonexistent
    /// NOPERM. RFC 5530 §3.
    case noPermission
    /// NOTIFICATIONOVERFLOW. RFC 5465 §5.8.
    case notificationOverflow
    /// NOTSAVED: `$` is empty now. RFC 5182 §2.1.
    case notSaved
    /// NOUPDATE, with the tag of the search that will not be kept up to date. RFC 5267 §4.3.1.
    case noUpdate(tag: [UInt8])
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
    /// UIDREQUIRED: no sequence numbers after ENABLE UIDONLY. RFC 9586 §3.
    case uidRequired
    /// UIDVALIDITY. RFC 3501 §7.1.
    case uidValidity(UInt32)
    /// UNAVAILABLE. RFC 5530 §3.
    case unavailable
    /// UNKNOWN-CTE. RFC 3516 §4.3.
    case unknownTransferEncoding
    /// UNSEEN: the number of the first message without \Seen. RFC 3501 §7.1.
    case unseen(UInt32)
    /// URLMECH: the mechanisms that sign URLs of the mailbox, beside INTERNAL. RFC 4467 §8.
    case urlMechanisms([String])
    /// USEATTR: a special use that cannot be given. RFC 6154 §3.
    case useAttribute

    /// How far a long command is. RFC 9585 §4.
    public struct Progress: Hashable, Sendable {
        /// The tag of the command; nil if that is not said.
        public var tag: [UInt8]?
        /// How much is done, in units of its own; nil if that is not known.
        public var done: UInt32?
        /// How much there is to do, from 1; nil if that is not known, or if `done` is not.
        public var goal: UInt32?

        /// The progress of those.
        public init(tag: [UInt8]? = nil, done: UInt32? = nil, goal: UInt32? = nil) {
            self.tag = tag
            self.done = done
            self.goal = goal
        }
    }

    /// The forms of METADATA. RFC 5464 §5.
    public enum MetadataCode: Hashable, Sendable {
        /// LONGENTRIES: values larger than MAXSIZE were left out; the largest has so many octets.
        case longEntries(UInt32)
        /// MAXSIZE: a value may have so many octets.
        case maxSize(UInt32)
        /// TOOMANY: there are too many entries.
        case tooMany
        /// NOPRIVATE: there are no private entries.
        case noPrivate
    }

    /// The name on the wire.
    public var name: StaticString {
        switch self {
        case .alert: "ALERT"
        case .alreadyExists: "ALREADYEXISTS"
        case .appendUID: "APPENDUID"
        case .appendUIDs: "APPENDUID"
        case .authenticationFailed: "AUTHENTICATIONFAILED"
        case .authorizationFailed: "AUTHORIZATIONFAILED"
        case .badCharset: "BADCHARSET"
        case .badComparator: "BADCOMPARATOR"
        case .badEvent: "BADEVENT"
        case .badURL: "BADURL"
        case .cannot: "CANNOT"
        case .capability: "CAPABILITY"
        case .clientBug: "CLIENTBUG"
        case .closed: "CLOSED"
        case .compressionActive: "COMPRESSIONACTIVE"
        case .contactAdmin: "CONTACTADMIN"
        case .copyUID: "COPYUID"
        case .corruption: "CORRUPTION"
        case .expired: "EXPIRED"
        case .expungeIssued: "EXPUNGEISSUED"
        case .hasChildren: "HASCHILDREN"
        case .highestModSequence: "HIGHESTMODSEQ"
        case .inProgress: "INPROGRESS"
        case .inUse: "INUSE"
        case .limit: "LIMIT"
        case .mailboxID: "MAILBOXID"
        case .messageLimit: "MESSAGELIMIT"
        case .metadata: "METADATA"
        case .modified: "MODIFIED"
        case .noModSequence: "NOMODSEQ"
        case .nonexistent: "NONEXISTENT"
        case .noPermission: "NOPERM"
        case .notificationOverflow: "NOTIFICATIONOVERFLOW"
        case .notSaved: "NOTSAVED"
        case .noUpdate: "NOUPDATE"
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
        case .uidRequired: "UIDREQUIRED"
        case .uidValidity: "UIDVALIDITY"
        case .unavailable: "UNAVAILABLE"
        case .unknownTransferEncoding: "UNKNOWN-CTE"
        case .unseen: "UNSEEN"
        case .urlMechanisms: "URLMECH"
        case .useAttribute: "USEATTR"
        }
    }
}
