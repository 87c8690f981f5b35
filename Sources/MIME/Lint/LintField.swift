/// The fields whose values the linter reads; what their grammar is, and how often they may occur.
enum LintField: String, CaseIterable {
    case date, from, sender, to, cc, bcc, subject, comments, keywords, references, received
    case replyTo = "reply-to"
    case messageID = "message-id"
    case inReplyTo = "in-reply-to"
    case returnPath = "return-path"
    case resentDate = "resent-date"
    case resentFrom = "resent-from"
    case resentSender = "resent-sender"
    case resentTo = "resent-to"
    case resentCc = "resent-cc"
    case resentBcc = "resent-bcc"
    case resentReplyTo = "resent-reply-to"
    case resentMessageID = "resent-message-id"
    case dispositionNotificationTo = "disposition-notification-to"
    case mimeVersion = "mime-version"
    case contentType = "content-type"
    case contentTransferEncoding = "content-transfer-encoding"
    case contentDisposition = "content-disposition"
    case contentID = "content-id"
    case contentDescription = "content-description"

    /// How a value is built.
    enum Form {
        case date, received, returnPath, messageID, messageIDs, contentID, keywords
        /// `isOne`: a single one. `isAuthor`: no group should be there, though RFC 6854 lets it. `mayBeEmpty`: as in Bcc.
        case addresses(isOne: Bool, isAuthor: Bool, mayBeEmpty: Bool)
        case mimeVersion, contentType, transferEncoding, disposition
        case text
    }

    /// Which form the value has.
    var form: Form {
        switch self {
        case .date, .resentDate: .date
        case .received: .received
        case .returnPath: .returnPath
        case .messageID, .resentMessageID: .messageID
        case .inReplyTo, .references: .messageIDs
        case .contentID: .contentID
        case .keywords: .keywords
        case .from, .resentFrom: .addresses(isOne: false, isAuthor: true, mayBeEmpty: false)
        case .sender, .resentSender: .addresses(isOne: true, isAuthor: true, mayBeEmpty: false)
        case .to, .cc, .replyTo, .resentTo, .resentCc, .resentReplyTo, .dispositionNotificationTo:
            .addresses(isOne: false, isAuthor: false, mayBeEmpty: false)
        case .bcc, .resentBcc: .addresses(isOne: false, isAuthor: false, mayBeEmpty: true)
        case .mimeVersion: .mimeVersion
        case .contentType: .contentType
        case .contentTransferEncoding: .transferEncoding
        case .contentDisposition: .disposition
        case .subject, .comments, .contentDescription: .text
        }
    }

    /// Which rule says that there is one of them at most; nil if there may be more. RFC 5322 §3.6, RFC 2045 §3.
    var onceRule: MessageLint.Rule? {
        switch self {
        case .date, .from, .sender, .replyTo, .to, .cc, .bcc, .messageID, .inReplyTo, .references, .subject:
            .repeatedField
        case .mimeVersion, .contentType, .contentTransferEncoding, .contentDisposition, .contentID, .contentDescription:
            .repeatedMIMEField
        default: nil
        }
    }

    /// Whether it has a meaning in the header of a part that is no message. RFC 2046 §5.1.
    var isOfBody: Bool { isMIME || self == .contentDisposition }

    /// Whether it is one that MIME-Version vouches for. RFC 2045 §3, §4.
    var isMIME: Bool {
        switch self {
        case .contentType, .contentTransferEncoding, .contentID, .contentDescription: true
        default: false
        }
    }

    /// Whether it belongs to a block that someone put there who sent the message again. RFC 5322 §3.6.6.
    var isResent: Bool { rawValue.hasPrefix("resent-") }
}
