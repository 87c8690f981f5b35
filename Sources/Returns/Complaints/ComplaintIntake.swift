public import Directory
public import MIME
internal import Octets
public import World

/// Takes in what comes from feedback loops: reports of people who called our mail unwanted. RFC 5965, RFC 6650.
///
/// Anybody can write one. Only what brings back a `TraceToken` is held against an account; it stands in the header of each
/// message (`fieldName`), in its Return-Path, and in the envelope's sender, and providers keep one of them at least.
public struct ComplaintIntake: Sendable {
    /// The field that has the token, in every message that is sent.
    public static let fieldName = "X-Report-Token"
    /// Octets of a message that are looked at.
    public static let octetLimit = 1 << 20
    /// How many days after a message was sent complaints count.
    public static let days = 90

    /// What is configured.
    public struct Settings: Hashable, Sendable {
        /// Where providers send their reports.
        public var addresses: Set<MailAddress> = []
        /// Domains that reports may come from, and those below them; if empty, any.
        public var domains: [String] = []
        /// The last name in our Feedback-ID.
        public var service = "portico"

        /// None.
        public init() {}
    }

    /// A complaint about a message that was surely ours.
    public struct Complaint: Hashable, Sendable {
        /// What it says.
        public var kind: FeedbackReport.Kind
        /// Which message, of which account.
        public var token: TraceToken
        /// Who complained, if the report says so: checked against the token. Many providers leave it out.
        public var recipient: MailAddress?
        /// The campaign, if the message had one.
        public var campaign: String?
        /// The domain that reported, as it names itself.
        public var reporter: String
        /// How many complaints it stands for: 1…10,000.
        public var incidents: Int
    }

    /// What came.
    public enum Finding: Hashable, Sendable {
        /// Somebody complained.
        case complaint(Complaint)
        /// Somebody took a complaint back, or it is about no message of a sender: an authentication failure, say.
        case noComplaint(FeedbackReport.Kind)
        /// A report that has no token of ours, or an old one: counted, and held against nobody.
        case unknown(TraceToken.Problem)
        /// No report, or from a domain that none is taken from.
        case unrelated
    }

    private let settings: Settings
    private let keys: TraceToken.Keys
    private let addresses: ReturnAddress
    private let world: World

    /// Complaints about messages whose tokens those keys made, with return paths of `addresses`.
    public init(_ settings: Settings, keys: TraceToken.Keys, addresses: ReturnAddress, world: World) {
        self.settings = settings
        self.keys = keys
        self.addresses = addresses
        self.world = world
    }

    /// The header fields, with their line ends, that a message must have for its complaints to be known by.
    ///
    /// - Parameters:
    ///   - token: of the message and its recipient; see `TraceToken.Keys.token`.
    ///   - id: what providers group by; nil for a message that is nobody's campaign.
    /// - Returns: octets to put before the message.
    public static func header(token: String, id: FeedbackID?) -> [UInt8] {
        var text = "\(fieldName): \(token)\r\n"
        if let id { text += "Feedback-ID: \(id.text)\r\n" }
        return Array(text.utf8)
    }

    /// Whether mail for `address` is for this, and for no mailbox.
    public func accepts(_ address: MailAddress) -> Bool { settings.addresses.contains(address) }

    /// Reads a message that came to one of the addresses.
    ///
    /// - Parameters:
    ///   - message: its octets; those behind `octetLimit` are not looked at.
    ///   - domain: the domain that it surely comes from, by SPF, DKIM or its host's name; nil if that is not known.
    /// - Returns: what of ours it is about, if anything.
    public func read(_ message: Span<UInt8>, from domain: String?) -> Finding {
        let message = message.extracting(..<min(message.count, Self.octetLimit))
        guard isTaken(from: domain),
            let report = Report(of: message, structure: MessageStructure(of: message)),
            case .feedback(let feedback) = report.kind
        else { return .unrelated }
        switch feedback.kind {
        case .abuse, .fraud, .virus, .other, .unknown: break
        case .notSpam, .authenticationFailure: return .noComplaint(feedback.kind)
        }
        let header = Self.header(report.original)
        var problem = TraceToken.Problem.notAToken
        for text in candidates(feedback, header) {
            do {
                let token = try keys.verify(text, within: Self.days, at: world.now())
                return .complaint(complaint(feedback, header, token, from: domain))
            } catch {
                if error != .notAToken { problem = error }
            }
        }
        return .unknown(problem)
    }

    private func isTaken(from domain: String?) -> Bool {
        guard !settings.domains.isEmpty else { return true }
        guard let domain = domain?.asciiLowercased else { return false }
        return settings.domains.contains { domain == $0.asciiLowercased || domain.hasSuffix("." + $0.asciiLowercased) }
    }

    /// Texts that may be the token.
    private func candidates(_ feedback: FeedbackReport, _ header: Header) -> [String] {
        var texts = header.all(Self.fieldName).prefix(3).map { Self.text(header.value(of: $0)) }
        var paths = [feedback.originalMailFrom ?? ""]
        paths += header.all("Return-Path").prefix(3).map { Self.text(header.value(of: $0)) }
        for path in paths {
            for address in MailWord.addresses(in: Array(path.utf8.prefix(1000)).span) {
                if let address = MailAddress(address), let text = addresses.tokenText(in: address) {
                    texts.append(text)
                }
            }
        }
        return texts
    }

    private func complaint(
        _ feedback: FeedbackReport,
        _ header: Header,
        _ token: TraceToken,
        from domain: String?
    ) -> Complaint {
        let recipient = feedback.originalRecipients.prefix(20).lazy.compactMap { MailAddress($0) }
            .first { keys.isRecipient($0, of: token) }
        let id = header.value(of: "Feedback-ID").flatMap {
            FeedbackID(parsing: Self.text($0), service: settings.service)
        }
        let reporter = domain ?? feedback.reportingMTA?.value ?? ""
        return Complaint(
            kind: feedback.kind,
            token: token,
            recipient: recipient,
            campaign: id.flatMap { $0.account == token.account && !$0.campaign.isEmpty ? $0.campaign : nil },
            reporter: String(reporter.prefix(255)),
            incidents: min(max(feedback.incidents ?? 1, 1), 10_000)
        )
    }

    private static func header(_ original: Report.Original?) -> Header {
        switch original {
        case .header(let octets), .message(let octets):
            Header(parsing: octets.span.extracting(..<min(octets.count, 256 << 10)), fieldLimit: 1000)
        case nil: Header()
        }
    }

    private static func text(_ octets: [UInt8]) -> String {
        String(
            decoding: octets.drop { $0 == .space || $0 == .tab }.prefix { $0 != .space && $0 != .tab },
            as: UTF8.self
        )
    }
}
