public import Octets

/// What became of a message on its way: message/delivery-status, or message/global-delivery-status. RFC 3464 §2,
/// RFC 6533 §4.
public struct DeliveryStatus: Hashable, Sendable {
    /// What was done for a recipient. RFC 3464 §2.3.3.
    public enum Action: Hashable, Sendable {
        /// The message could not be delivered, and no more will be tried.
        case failed
        /// It could not be delivered yet.
        case delayed
        /// It was delivered.
        case delivered
        /// It went where no such reports are made.
        case relayed
        /// It was delivered to an address that stands for several.
        case expanded
        /// Another word, in lower case.
        case other(String)
    }

    /// `class.subject.detail`. RFC 3463 §2.
    public struct Code: Hashable, Sendable {
        /// 2 success, 4 persistent transient failure, 5 permanent failure; 0…9.
        public var kind: Int
        /// 0…999.
        public var subject: Int
        /// 0…999.
        public var detail: Int

        /// A code of those.
        public init(_ kind: Int, _ subject: Int, _ detail: Int) {
            self.kind = kind
            self.subject = subject
            self.detail = detail
        }
    }

    /// What became of the message for one recipient. RFC 3464 §2.3.
    public struct Recipient: Hashable, Sendable {
        /// The address that the sender gave.
        public var original: TypedName?
        /// The address that the message was for when this happened.
        public var final: TypedName?
        /// What was done.
        public var action: Action?
        /// How it went.
        public var status: Code?
        /// The comment behind the status; empty if there is none.
        public var statusComment = ""
        /// The server that gave the answer.
        public var remoteMTA: TypedName?
        /// The answer itself; its type is `smtp` for SMTP replies.
        public var diagnostic: TypedName?
        /// The answer in other languages, whose tags are the types. RFC 6533 §4.1.
        public var localizedDiagnostics: [TypedName] = []
        /// When it was last tried.
        public var lastAttempt: DateTime?
        /// What the log of the remote server calls this.
        public var finalLogID: String?
        /// Until when a delayed message will be tried.
        public var willRetryUntil: DateTime?
        /// Fields that are not known, came twice, or could not be understood.
        public var otherFields: [ReportField] = []

        /// A recipient of whom nothing is said.
        public init() {}

        /// A recipient with the fields that must be there. RFC 3464 §2.3.
        public init(final: TypedName, action: Action, status: Code) {
            self.final = final
            self.action = action
            self.status = status
        }
    }

    /// ENVID of the sender's transaction, its xtext decoded, in the original case. RFC 3464 §2.2.1, RFC 3461 §4.4.
    public var originalEnvelopeID: String?
    /// The server that reports.
    public var reportingMTA: TypedName?
    /// The gateway that made this from another system's report.
    public var gateway: TypedName?
    /// The server that the message came from.
    public var receivedFromMTA: TypedName?
    /// When the message came to the server that reports.
    public var arrivalDate: DateTime?
    /// Fields about the message that are not known, came twice, or could not be understood.
    public var otherFields: [ReportField] = []
    /// The recipients; a valid report has one at least.
    public var recipients: [Recipient] = []

    /// A report that says nothing yet.
    public init() {}

    /// A report of that server.
    public init(reportingMTA: TypedName, recipients: [Recipient]) {
        self.reportingMTA = reportingMTA
        self.recipients = recipients
    }
}

extension DeliveryStatus.Action: CustomStringConvertible {
    /// The word in lower case, with nothing behind it.
    init(word: String) {
        let known: [Self] = [.failed, .delayed, .delivered, .relayed, .expanded]
        let word = word.asciiLowercased
        self = known.first { $0.description == word } ?? .other(word)
    }

    /// The word for it. RFC 3464 §2.3.3.
    public var description: String {
        switch self {
        case .failed: "failed"
        case .delayed: "delayed"
        case .delivered: "delivered"
        case .relayed: "relayed"
        case .expanded: "expanded"
        case .other(let word): word
        }
    }
}

extension DeliveryStatus.Code: CustomStringConvertible {
    /// The code at the start of `text`, and what follows it; nil if none is there.
    static func prefix(of text: Span<UInt8>) -> (code: Self, end: Int)? {
        var cursor = Cursor(over: text)
        var numbers: [Int] = []
        while numbers.count < 3 {
            if !numbers.isEmpty, !cursor.take(0x2E, in: text) { return nil }
            let digits = cursor.run(of: .digit, in: text)
            guard digits.count <= (numbers.isEmpty ? 1 : 3), let number = decimal(text.extracting(digits), as: Int.self)
            else { return nil }
            numbers.append(number)
        }
        return (Self(numbers[0], numbers[1], numbers[2]), cursor.offset)
    }

    /// `5.1.1`.
    public var description: String { "\(kind).\(subject).\(detail)" }
}
