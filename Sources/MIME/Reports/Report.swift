internal import Octets

/// A message that a program wrote to tell what became of another one: multipart/report. RFC 6522.
public struct Report: Hashable, Sendable {
    /// What it tells.
    public enum Kind: Hashable, Sendable {
        /// Whether a message was delivered.
        case deliveryStatus(DeliveryStatus)
        /// What a recipient did with it.
        case disposition(DispositionNotification)
        /// A complaint about it.
        case feedback(FeedbackReport)
    }

    /// What of the message in question came along.
    public enum Original: Hashable, Sendable {
        /// All of it.
        case message([UInt8])
        /// Its header.
        case header([UInt8])
    }

    /// What the report tells.
    public var kind: Kind
    /// The part for people, an index into the parts of the structure; nil if there is none.
    public var explanation: Int?
    /// What of the message in question came along.
    public var original: Original?

    /// The report in a message with that structure; nil if it is none.
    ///
    /// The part that holds the report decides, wherever it is but in an embedded message: many programs do not say
    /// multipart/report, or say it wrongly. If several parts are reports, the first one that can be understood is meant,
    /// and of delivery reports the first one with a recipient.
    public init?(of message: Span<UInt8>, structure: MessageStructure) {
        var found: (kind: Kind, index: Int)?
        var isInMessage = [Bool](repeating: false, count: structure.parts.count)
        for (index, part) in structure.parts.enumerated() {
            if let parent = part.parent, parent >= 0, parent < index {
                isInMessage[index] = isInMessage[parent] || structure.parts[parent].isMessage
            }
            guard !isInMessage[index], !part.isMultipart, !part.isMessage else { continue }
            let header = Self.header(of: part, in: message)
            guard header.mediaType.hasPrefix("message/"), !(found?.kind.isComplete ?? false),
                let kind = Kind(Self.body(of: part, header.encoding, in: message).span, mediaType: header.mediaType)
            else { continue }
            if found == nil || kind.isComplete { found = (kind, index) }
        }
        guard let found else { return nil }
        kind = found.kind
        findOthers(beside: found.index, in: message, structure, isInMessage)
    }

    /// What a report may be cut to: a part longer than this is read no further.
    private static let bodyLimit = 4 << 20

    private static func header(of part: MessageStructure.Part, in message: Span<UInt8>) -> PartHeader {
        PartHeader(
            message.extracting(bounds(part.headerStart, part.bodyStart, in: message)),
            charsets: StandardCharsets()
        )
    }

    private static func body(
        of part: MessageStructure.Part,
        _ encoding: TransferEncoding,
        in message: Span<UInt8>,
        limit: Int = bodyLimit
    ) -> [UInt8] {
        let end = min(part.bodyEnd, part.bodyStart.addingReportingOverflow(limit).partialValue)
        return TransferDecoder.decode(message.extracting(bounds(part.bodyStart, end, in: message)), encoding)
    }

    private static func bounds(_ start: Int, _ end: Int, in message: Span<UInt8>) -> Range<Int> {
        let from = min(max(start, 0), message.count)
        return from..<min(max(end, from), message.count)
    }

    /// The text before the report, and the message behind it.
    private mutating func findOthers(
        beside report: Int,
        in message: Span<UInt8>,
        _ structure: MessageStructure,
        _ isInMessage: [Bool]
    ) {
        for (index, part) in structure.parts.enumerated() where !isInMessage[index] && !part.isMultipart {
            let header = Self.header(of: part, in: message)
            if index < report, explanation == nil, header.mediaType.hasPrefix("text/") { explanation = index }
            guard index > report, original == nil else { continue }
            let isHeader = ["text/rfc822-headers", "text/rfc822-header", "message/global-headers"]
                .contains(header.mediaType)
            let isWhole = ["message/rfc822", "message/global"].contains(header.mediaType)
            guard isHeader || isWhole else { continue }
            let octets = Self.body(of: part, header.encoding, in: message, limit: message.count)
            original = isWhole ? .message(octets) : .header(octets)
        }
    }
}

extension Report.Kind {
    /// The report in a part of that type.
    init?(_ body: Span<UInt8>, mediaType: String) {
        switch mediaType {
        case "message/delivery-status", "message/global-delivery-status":
            guard let status = DeliveryStatus(parsing: body) else { return nil }
            self = .deliveryStatus(status)
        case "message/disposition-notification", "message/global-disposition-notification":
            guard let notification = DispositionNotification(parsing: body) else { return nil }
            self = .disposition(notification)
        case "message/feedback-report":
            guard let report = FeedbackReport(parsing: body) else { return nil }
            self = .feedback(report)
        default: return nil
        }
    }

    /// Whether nothing better can come.
    var isComplete: Bool {
        guard case .deliveryStatus(let status) = self else { return true }
        return !status.recipients.isEmpty
    }

    /// The part that holds the report.
    func part() throws(MessageBuilder.Problem) -> BodyPart {
        switch self {
        case .deliveryStatus(let status): try status.part()
        case .disposition(let notification): try notification.part()
        case .feedback(let report): try report.part()
        }
    }
}

extension Report {
    /// The body of a report: a text for people, the report, and what of the message in question goes along. The message
    /// should have the field `Field.autoSubmitted("auto-replied")` and go out with an empty reverse-path. RFC 6522 §3,
    /// RFC 3464 §2, RFC 8098 §3, RFC 3834 §5.
    public static func content(
        _ kind: Kind,
        text: BodyPart,
        original: Original? = nil
    ) throws(MessageBuilder.Problem) -> BodyPart {
        let report = try kind.part()
        var parts = [text, report]
        switch original {
        case .message(let octets): parts.append(.message(octets))
        case .header(let octets):
            let isASCII = octets.allSatisfy { $0 < 0x80 }
            parts.append(BodyPart(isASCII ? "text/rfc822-headers" : "message/global-headers", .octets(octets)))
        case nil: break
        }
        // The type is that of the usual format: readers look for no other. RFC 6522 §3, RFC 6533 §4.4.
        let type =
            switch kind {
            case .deliveryStatus: "delivery-status"
            case .disposition: "disposition-notification"
            case .feedback: "feedback-report"
            }
        return BodyPart(
            "multipart/report",
            .multipart(parts),
            parameters: [BodyPart.Parameter(name: "report-type", value: type)]
        )
    }
}
