public import Octets

/// A complaint about a message: message/feedback-report. RFC 5965 §3; of RFC 6591 and others the fields are kept.
public struct FeedbackReport: Hashable, Sendable {
    /// What the complaint is. RFC 5965 §7.3, RFC 6430, RFC 6591 §3.1.
    public enum Kind: Hashable, Sendable {
        /// Unwanted mail.
        case abuse
        /// Fraud or phishing.
        case fraud
        /// A virus.
        case virus
        /// Anything that has no other word.
        case other
        /// No complaint: it was taken for unwanted and is not.
        case notSpam
        /// A signature or policy that did not hold.
        case authenticationFailure
        /// Another word, in lower case.
        case unknown(String)
    }

    /// What the complaint is.
    public var kind: Kind
    /// The program that reports.
    public var userAgent: String
    /// The version of the format; 1.
    public var version = "1"
    /// ENVID of the message, its xtext decoded.
    public var originalEnvelopeID: String?
    /// The envelope sender, without angle brackets; empty for the null path.
    public var originalMailFrom: String?
    /// The envelope recipients, without angle brackets.
    public var originalRecipients: [String] = []
    /// When the message came; `Received-Date` is read as this, too.
    public var arrivalDate: DateTime?
    /// The server that reports.
    public var reportingMTA: TypedName?
    /// The IP address that the message came from, as written.
    public var sourceIP: String?
    /// The port that it came from, 0…65535. RFC 6692.
    public var sourcePort: Int?
    /// How many such messages this stands for.
    public var incidents: Int?
    /// Authentication-Results of the message.
    public var authenticationResults: [String] = []
    /// The domains that the complaint is about.
    public var reportedDomains: [String] = []
    /// The URIs that the complaint is about.
    public var reportedURIs: [String] = []
    /// Fields that are not known, came twice, or could not be understood.
    public var otherFields: [ReportField] = []

    /// A complaint by that program.
    public init(_ kind: Kind, userAgent: String) {
        self.kind = kind
        self.userAgent = userAgent
    }

    // MARK: Reading

    /// Reads the body of a feedback-report part, its transfer encoding undone; nil if it does not say what it is.
    public init?(parsing octets: Span<UInt8>) {
        self.init(.other, userAgent: "")
        version = ""
        var hasKind = false
        for field in ReportFields.groups(in: octets).joined() {
            let name = field.name.asciiLowercased
            if name == "feedback-type", !hasKind, !field.value.isEmpty {
                kind = Kind(word: field.value.asciiLowercased)
                hasKind = true
            } else if !takeText(field.value, name: name), !takeNumber(field.value, name: name) {
                otherFields.append(field)
            }
        }
        guard hasKind else { return nil }
    }

    private mutating func takeText(_ value: String, name: String) -> Bool {
        switch name {
        case "user-agent" where userAgent.isEmpty: userAgent = value
        case "version" where version.isEmpty: version = value
        case "original-envelope-id" where originalEnvelopeID == nil: originalEnvelopeID = value
        case "original-mail-from" where originalMailFrom == nil: originalMailFrom = Self.withoutBrackets(value)
        case "original-rcpt-to": originalRecipients.append(Self.withoutBrackets(value))
        case "reporting-mta" where reportingMTA == nil: reportingMTA = TypedName(parsing: value, isAddress: false)
        case "source-ip" where sourceIP == nil: sourceIP = value
        case "authentication-results": authenticationResults.append(value)
        case "reported-domain": reportedDomains.append(value)
        case "reported-uri": reportedURIs.append(value)
        default: return false
        }
        return true
    }

    private mutating func takeNumber(_ value: String, name: String) -> Bool {
        let octets = Array(value.utf8)
        switch name {
        case "arrival-date" where arrivalDate == nil, "received-date" where arrivalDate == nil:
            arrivalDate = DateTime(mailDate: octets.span)
            return arrivalDate != nil
        case "incidents" where incidents == nil:
            incidents = decimal(octets.span, as: Int.self)
            return incidents != nil
        case "source-port" where sourcePort == nil:
            sourcePort = decimal(octets.span, as: UInt16.self).map(Int.init)
            return sourcePort != nil
        default: return false
        }
    }

    private static func withoutBrackets(_ text: String) -> String {
        guard text.utf8.first == 0x3C, text.utf8.last == 0x3E, text.utf8.count > 1 else { return text }
        return String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self)
    }

    // MARK: Writing

    /// The part that holds the report. A valid one names the program and the version. RFC 5965 §3.1.
    public func part() throws(MessageBuilder.Problem) -> BodyPart {
        guard !userAgent.isEmpty, !version.isEmpty else { throw .missingField }
        guard TypedName.isAtom(kind.description) else { throw .token }
        if let sourcePort, !(0...65_535).contains(sourcePort) { throw .token }
        if let incidents, incidents < 0 { throw .token }
        var writer = ReportWriter()
        try writer.field("Feedback-Type", kind.description)
        try writer.field("User-Agent", userAgent)
        try writer.field("Version", version)
        try writer.field("Original-Envelope-Id", originalEnvelopeID)
        try writer.field("Original-Mail-From", originalMailFrom.map { "<\($0)>" })
        for recipient in originalRecipients { try writer.field("Original-Rcpt-To", "<\(recipient)>") }
        try writer.field("Arrival-Date", arrivalDate)
        try writer.field("Reporting-MTA", reportingMTA)
        try writer.field("Source-IP", sourceIP)
        try writer.field("Source-Port", sourcePort.map { "\($0)" })
        try writer.field("Incidents", incidents.map { "\($0)" })
        for result in authenticationResults { try writer.field("Authentication-Results", result) }
        for domain in reportedDomains { try writer.field("Reported-Domain", domain) }
        for uri in reportedURIs { try writer.field("Reported-URI", uri) }
        try writer.fields(otherFields)
        return BodyPart("message/feedback-report", .octets(writer.octets))
    }
}

extension FeedbackReport.Kind: CustomStringConvertible {
    init(word: String) {
        let known: [Self] = [.abuse, .fraud, .virus, .other, .notSpam, .authenticationFailure]
        self = known.first { $0.description == word } ?? .unknown(word)
    }

    /// The word for it. RFC 5965 §7.3.
    public var description: String {
        switch self {
        case .abuse: "abuse"
        case .fraud: "fraud"
        case .virus: "virus"
        case .other: "other"
        case .notSpam: "not-spam"
        case .authenticationFailure: "auth-failure"
        case .unknown(let word): word
        }
    }
}
