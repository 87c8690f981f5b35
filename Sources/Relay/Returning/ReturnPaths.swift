internal import Directory
internal import Queue
public import Returns
internal import SMTP
internal import World

/// Which messages leave with a return path of ours, and with which: VERP. It is there on the wire only; the queue knows the
/// sender's own.
public struct ReturnPaths: Sendable {
    /// What is sent so. Each recipient costs a transaction of its own then.
    public var categories: Set<SourcePlan.Category> = [.bulk]
    /// The addresses.
    public let addresses: ReturnAddress
    private let keys: TraceToken.Keys
    private let domain: String
    private let isOurs: @Sendable (String) async -> Bool

    /// Return paths in the sender's domain, as DMARC wants it, if its mail comes here; else in `domain`,
    /// whose mail does.
    public init(
        keys: TraceToken.Keys,
        addresses: ReturnAddress,
        domain: String,
        isOurs: @escaping @Sendable (String) async -> Bool
    ) {
        self.keys = keys
        self.addresses = addresses
        self.domain = domain
        self.isOurs = isOurs
    }

    /// What one message to one recipient has.
    struct Marks: Sendable {
        var reversePath: Path
        /// The field that a complaint brings back.
        var header: [UInt8]
    }

    /// Whether the recipients of a message are written to one by one. Mail of nobody's, and notifications, are left alone.
    func covers(_ envelope: Queue.Envelope) -> Bool {
        !envelope.reversePath.isEmpty && envelope.submitter != nil
            && categories.contains(SourcePlan.Category(of: envelope))
    }

    /// The domain of a sender's return paths.
    func domain(of envelope: Queue.Envelope) async -> String {
        guard let own = MailAddress(envelope.reversePath)?.domain, await isOurs(own) else { return domain }
        return own
    }

    /// The marks of a message to a recipient; nil if its address is none, or the cryptographic library fails.
    func marks(of message: QueuedMessage, to recipient: QueuedRecipient, in domain: String, at now: Timestamp) -> Marks?
    {
        guard let account = message.envelope.submitter, let address = MailAddress(recipient.address) else { return nil }
        let number = MessageMark(
            message: message.id,
            category: SourcePlan.Category(of: message.envelope),
            isQuiet: !(recipient.notify ?? .failure).contains(.failure)
        ).number
        guard
            let path = try? addresses.address(
                account: account,
                message: number,
                recipient: address,
                domain: domain,
                at: now
            ), let token = try? keys.token(account: account, message: number, recipient: address, at: now)
        else { return nil }
        return Marks(
            reversePath: Path(localPart: path.localPart, host: .domain(path.domain)),
            header: ComplaintIntake.header(token: token, id: nil)
        )
    }
}

/// The number in a token: the message's id, and in its upper two bits, which ids do not need before 2109, what else is to be
/// known when something comes back.
struct MessageMark: Hashable {
    var message: QueueID
    /// What it was sent as; of what is quiet it is not known, and bulk is assumed.
    var category: SourcePlan.Category
    /// The sender does not want to hear of failures. RFC 3461 §4.1.
    var isQuiet: Bool

    private static let categories: [SourcePlan.Category] = [.personal, .transactional, .bulk]

    init(message: QueueID, category: SourcePlan.Category, isQuiet: Bool) {
        self.message = message
        self.category = isQuiet ? .bulk : category
        self.isQuiet = isQuiet
    }

    init(_ number: UInt64) {
        let place = Int(number >> 62)
        isQuiet = place == Self.categories.count
        category = isQuiet ? .bulk : Self.categories[place]
        message = QueueID(number & Self.idMask)
    }

    private static let idMask: UInt64 = (1 << 62) - 1

    var number: UInt64 {
        let place = isQuiet ? Self.categories.count : Self.categories.firstIndex(of: category) ?? 0
        return message.number & Self.idMask | UInt64(place) << 62
    }
}

extension SourcePlan.Category {
    /// What a message in the queue is.
    init(of envelope: Queue.Envelope) { self = Self(rawValue: envelope.category) ?? .personal }
}
