public import MIME
internal import Octets
internal import SMTP

/// A message that says that another one was not delivered: a delivery status notification, or one of the forms that were
/// there before it and have not gone. RFC 3464.
///
/// Nothing in it is to be believed by itself: anybody can write one. `BounceIntake` matches it to what was sent.
public struct Bounce: Hashable, Sendable {
    /// How it is written.
    public enum Form: String, Hashable, Sendable, CaseIterable {
        /// multipart/report with a delivery status.
        case deliveryStatus
        /// The text of qmail and its children.
        case qmail
        /// The text of Exim before 4.86.
        case exim
        /// The text of Exchange and Outlook.
        case exchange
        /// Any other text.
        case plain
    }

    /// What it says of a recipient.
    public struct Recipient: Hashable, Sendable {
        /// The address that it failed for, as written; nil if it does not say.
        public var address: String?
        /// The address that the sender gave, if that is said, too.
        public var original: String?
        /// What was done. Of texts, `failed` or `delayed`.
        public var action: DeliveryStatus.Action
        /// What it means.
        public var meaning: Classification
        /// The server's words, or what stands beside the address; at most 1,000 octets.
        public var diagnostic: String
        /// The server that spoke.
        public var remote: String?

        /// A recipient of those.
        public init(
            address: String?,
            original: String? = nil,
            action: DeliveryStatus.Action,
            meaning: Classification,
            diagnostic: String,
            remote: String? = nil
        ) {
            self.address = address
            self.original = original
            self.action = action
            self.meaning = meaning
            self.diagnostic = diagnostic
            self.remote = remote
        }
    }

    /// How it is written.
    public var form: Form
    /// Of whom it speaks; at least one.
    public var recipients: [Recipient]
    /// The Message-ID of the message that came back, without angle brackets, if it is there.
    public var originalMessageID: String?
    /// The header of that message, if it is there.
    public var originalHeader: [UInt8]?

    /// Recipients of one bounce that are looked at.
    public static let recipientLimit = 100

    /// Reads a bounce; nil if the message is none, or one that only says that all went well.
    ///
    /// - Parameters:
    ///   - message: its octets, or as many as one wants to look at.
    ///   - structure: of `message`.
    ///   - isFromNobody: whether it came with the null reverse-path: then less is needed to take a text for a bounce.
    public init?(of message: Span<UInt8>, structure: MessageStructure, isFromNobody: Bool) {
        let report = Report(of: message, structure: structure)
        if let report, case .deliveryStatus(let status) = report.kind, !status.recipients.isEmpty {
            form = .deliveryStatus
            recipients = status.recipients.prefix(Self.recipientLimit).compactMap(Recipient.init)
        } else {
            guard let text = BounceText(of: message, structure: structure, isFromNobody: isFromNobody) else {
                return nil
            }
            form = text.form
            recipients = text.recipients
            originalMessageID = text.originalMessageID
        }
        guard !recipients.isEmpty else { return nil }
        switch report?.original {
        case .header(let octets): takeHeader(octets.span)
        case .message(let octets): takeHeader(octets.span)
        case nil: break
        }
    }

    private mutating func takeHeader(_ octets: Span<UInt8>) {
        let header = Header(parsing: octets.extracting(..<min(octets.count, 256 << 10)), fieldLimit: 1000)
        originalMessageID = header.messageID
        originalHeader = Array(header.octets.prefix(header.fieldsEnd))
    }
}

extension Bounce.Recipient {
    /// A group of a delivery status; nil if it says that all is well.
    fileprivate init?(_ status: DeliveryStatus.Recipient) {
        let action = status.action ?? (status.status?.kind == 4 ? .delayed : .failed)
        guard action == .failed || action == .delayed else { return nil }
        let text = status.diagnostic?.value ?? status.statusComment
        self.init(
            address: status.final?.value,
            original: status.original?.value,
            action: action,
            meaning: Classification(
                bounceText: text,
                status: status.status.flatMap(EnhancedCode.init),
                isDelay: action == .delayed
            ),
            diagnostic: text.clipped,
            remote: status.remoteMTA?.value
        )
    }
}

extension EnhancedCode {
    /// Of what a report says, if it can be one.
    fileprivate init?(_ code: DeliveryStatus.Code) {
        guard [2, 4, 5].contains(code.kind), let subject = UInt16(exactly: code.subject),
            let detail = UInt16(exactly: code.detail)
        else { return nil }
        self.init(class: UInt8(code.kind), subject: subject, detail: detail)
    }
}

extension Classification {
    /// What a text means that may quote a reply somewhere. The codes in it say more than the status of a report, which is
    /// often 5.0.0; what is only delayed has not failed.
    init(bounceText text: String, status: EnhancedCode?, isDelay: Bool) {
        let codes = QuotedCodes(in: Array(text.utf8.prefix(Self.textLimit)).span)
        let enhanced = codes.enhanced ?? status
        let kind = isDelay ? 4 : status?.class ?? enhanced?.class ?? codes.reply.map { UInt8($0 / 100) } ?? 5
        let code = codes.reply.flatMap { UInt8($0 / 100) == kind ? $0 : nil }
        self.init(replyCode: code ?? UInt16(kind == 4 ? 400 : 500), enhanced: enhanced, text: text)
    }
}

extension String {
    /// The first 1,000 octets, at most, as one line.
    var clipped: String {
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            if count > 1000 { break }
            scalars.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
        }
        return String(scalars)
    }
}
