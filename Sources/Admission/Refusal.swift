public import SMTP

/// Why a peer is not served, for it and for the log.
public struct Refusal: Error, Hashable, Sendable {
    /// What was found.
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// Too much in too short a time.
        case rate
        /// It greets with a name or an address that is ours.
        case helloIsOurs
        /// It greets with a name that is none in the public tree.
        case helloNotQualified
        /// The name it greets with leads nowhere.
        case helloUnknown
        /// Its address has no name.
        case noReverseName
        /// The name of its address is not its own.
        case reverseNameUnconfirmed
        /// Lists name it.
        case listed
        /// The sender's domain takes no mail, and says so.
        case senderTakesNoMail
        /// No answer could reach the sender's domain.
        case senderUnknown
        /// It was not here before.
        case greylisted
        /// It asks for too many addresses that are not here.
        case harvest
        /// Names could not be looked up.
        case namesUnavailable

        /// The name of the event, and of its counter.
        public var event: StaticString {
            switch self {
            case .rate: "admission.rate"
            case .helloIsOurs: "admission.hello-is-ours"
            case .helloNotQualified: "admission.hello-not-qualified"
            case .helloUnknown: "admission.hello-unknown"
            case .noReverseName: "admission.no-reverse-name"
            case .reverseNameUnconfirmed: "admission.reverse-name-unconfirmed"
            case .listed: "admission.listed"
            case .senderTakesNoMail: "admission.sender-takes-no-mail"
            case .senderUnknown: "admission.sender-unknown"
            case .greylisted: "admission.greylisted"
            case .harvest: "admission.harvest"
            case .namesUnavailable: "admission.names-unavailable"
            }
        }
    }

    /// What was found.
    public var reason: Reason
    /// What the peer is told.
    public var reply: Reply
    /// What the log is told beside it.
    public var detail: String
    /// How long the peer waits for it.
    public var pause = Duration.zero
    /// Whether the connection ends with it.
    public var closes = false

    /// A refusal that is told at once and does not end the connection.
    public init(_ reason: Reason, _ reply: Reply, detail: String = "") {
        self.reason = reason
        self.reply = reply
        self.detail = detail
    }
}
