internal import Octets

/// What a recipient did with a message: message/disposition-notification, or message/global-disposition-notification.
/// RFC 8098 §3, RFC 6533 §5.
public struct DispositionNotification: Hashable, Sendable {
    /// What became of the message. RFC 8098 §3.2.6.2.
    public enum Disposition: Hashable, Sendable {
        /// It was shown to somebody.
        case displayed
        /// It was deleted, perhaps unread.
        case deleted
        /// It was sent on in some way, perhaps unread.
        case dispatched
        /// A program took care of it.
        case processed
        /// Another word, in lower case: `denied` and `failed` are of RFC 2298.
        case other(String)
    }

    /// Whether a person did something, or a program on its own; a person unless said otherwise. RFC 8098 §3.2.6.1.
    public enum Mode: Hashable, Sendable {
        /// `manual-action`, `MDN-sent-manually`.
        case manual
        /// `automatic-action`, `MDN-sent-automatically`.
        case automatic
    }

    /// The program that reports; empty if it is not named. It has no semicolon in it.
    public var reportingUA = ""
    /// Its product and version; empty if there is none.
    public var product = ""
    /// The gateway that made this from another system's report.
    public var gateway: TypedName?
    /// The address that the sender gave.
    public var original: TypedName?
    /// The recipient who reports.
    public var final: TypedName?
    /// The message that this is about, with angle brackets.
    public var originalMessageID: String?
    /// Who did it.
    public var action = Mode.manual
    /// Who wanted this report.
    public var sending = Mode.manual
    /// What became of the message.
    public var disposition: Disposition
    /// More about that, in lower case: `error`.
    public var modifiers: [String] = []
    /// What went wrong.
    public var errors: [String] = []
    /// Fields that are not known, came twice, or could not be understood.
    public var otherFields: [ReportField] = []

    /// A report that a person did that and wanted it known.
    public init(_ disposition: Disposition, final: TypedName? = nil) {
        self.disposition = disposition
        self.final = final
    }

    // MARK: Reading

    /// Reads the body of a disposition-notification part, its transfer encoding undone; nil if there is no disposition in
    /// it that can be understood.
    public init?(parsing octets: Span<UInt8>) {
        self.init(.displayed)
        var hasDisposition = false
        for field in ReportFields.groups(in: octets).joined() {
            let value = field.value
            switch field.name.asciiLowercased {
            case "reporting-ua" where reportingUA.isEmpty && product.isEmpty:
                let octets = Array(value.utf8)
                let semicolon = octets.firstIndex(of: 0x3B) ?? octets.count
                reportingUA = String(decoding: TypedName.trimmed(octets[..<semicolon]), as: UTF8.self)
                product = String(decoding: TypedName.trimmed(octets[semicolon...].dropFirst()), as: UTF8.self)
            case "mdn-gateway" where gateway == nil: gateway = TypedName(parsing: value, isAddress: false)
            case "original-recipient" where original == nil: original = TypedName(parsing: value, isAddress: true)
            case "final-recipient" where final == nil: final = TypedName(parsing: value, isAddress: true)
            case "original-message-id" where originalMessageID == nil: originalMessageID = value
            case "disposition" where !hasDisposition:
                hasDisposition = take(disposition: Array(value.utf8))
                if !hasDisposition { otherFields.append(field) }
            case "error": errors.append(value)
            default: otherFields.append(field)
            }
        }
        guard hasDisposition else { return nil }
    }

    /// `action-mode/sending-mode; type/modifier,modifier`, any part of the modes missing.
    private mutating func take(disposition octets: [UInt8]) -> Bool {
        let halves = octets.split(separator: 0x3B, maxSplits: 1, omittingEmptySubsequences: false)
        guard let last = halves.last else { return false }
        var words = last.split(whereSeparator: { $0 == 0x2F || $0 == 0x2C }).map(Self.word)
        guard !words.isEmpty, !words[0].isEmpty else { return false }
        if halves.count == 2 {
            for mode in halves[0].split(separator: 0x2F).map(Self.word) {
                if mode == "automatic-action" { action = .automatic }
                if mode == "mdn-sent-automatically" { sending = .automatic }
            }
        }
        disposition = Disposition(word: words.removeFirst())
        modifiers = words.filter { !$0.isEmpty }
        return true
    }

    private static func word(_ octets: ArraySlice<UInt8>) -> String {
        String(decoding: TypedName.trimmed(octets), as: UTF8.self).asciiLowercased
    }

    // MARK: Writing

    /// The part that holds the report: message/disposition-notification, or message/global-disposition-notification if it
    /// is not all ASCII. A valid one has the final recipient. RFC 8098 §3.1.
    public func part() throws(MessageBuilder.Problem) -> BodyPart {
        guard let final else { throw .missingField }
        guard !reportingUA.utf8.contains(0x3B), ([disposition.description] + modifiers).allSatisfy(Self.isWord) else {
            throw .token
        }
        var writer = ReportWriter()
        if !reportingUA.isEmpty || !product.isEmpty {
            try writer.field("Reporting-UA", product.isEmpty ? reportingUA : "\(reportingUA); \(product)")
        }
        try writer.field("MDN-Gateway", gateway)
        try writer.field("Original-Recipient", original)
        try writer.field("Final-Recipient", final)
        try writer.field("Original-Message-ID", originalMessageID)
        let modes =
            (action == .manual ? "manual-action/" : "automatic-action/")
            + (sending == .manual ? "MDN-sent-manually" : "MDN-sent-automatically")
        let what = ([disposition.description] + (modifiers.isEmpty ? [] : [modifiers.joined(separator: ",")]))
            .joined(separator: "/")
        try writer.field("Disposition", "\(modes); \(what)")
        for error in errors { try writer.field("Error", error) }
        try writer.fields(otherFields)
        let name = writer.isASCII ? "disposition-notification" : "global-disposition-notification"
        return BodyPart("message/\(name)", .octets(writer.octets))
    }

    /// An atom without the marks between words.
    private static func isWord(_ text: String) -> Bool { TypedName.isAtom(text) && !text.utf8.contains(0x2F) }
}

extension DispositionNotification.Disposition: CustomStringConvertible {
    init(word: String) {
        let known: [Self] = [.displayed, .deleted, .dispatched, .processed]
        self = known.first { $0.description == word } ?? .other(word)
    }

    /// The word for it. RFC 8098 §3.2.6.2.
    public var description: String {
        switch self {
        case .displayed: "displayed"
        case .deleted: "deleted"
        case .dispatched: "dispatched"
        case .processed: "processed"
        case .other(let word): word
        }
    }
}
