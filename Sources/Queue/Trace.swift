internal import Octets
internal import Store
public import World

/// Something that happened to a message, kept for `Configuration.traceLife`.
public struct TraceEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: UInt8, Hashable, Sendable {
        /// It came in. Where from is the event's `origin`.
        case received = 0
        /// It was added. The text is its Message-ID.
        case queued
        /// A try failed for now. The text is the reply.
        case deferred
        /// It was delivered, or the next server has taken it. The text is that server, a colon and its reply.
        case delivered
        /// Others have taken the recipients' place.
        case expanded
        /// It failed for good. The text is the reply.
        case failed
        /// Its time was over. The text is the last reply.
        case expired
        /// The sender was told.
        case reported
        /// An administrator deleted it.
        case deleted
        /// It was delivered here, and was never in the queue. Where from is the event's `origin`.
        case filed
        /// It was not taken for recipients here, as its client was told. The text is the reply; where from is `origin`.
        case refused
        /// A server that had taken it said later that it failed, or takes long. The text is what it said.
        case bounced
        /// A recipient complained about it. The text is who passed that on.
        case complained

        /// As commands and JSON name it.
        public var word: String {
            switch self {
            case .received: "received"
            case .queued: "queued"
            case .deferred: "deferred"
            case .delivered: "delivered"
            case .expanded: "expanded"
            case .failed: "failed"
            case .expired: "expired"
            case .reported: "reported"
            case .deleted: "deleted"
            case .filed: "filed"
            case .refused: "refused"
            case .bounced: "bounced"
            case .complained: "complained"
            }
        }

        /// Whether the event says where the message came from.
        public var hasOrigin: Bool { self == .received || self == .filed || self == .refused }
        /// Whether it is about a job of the queue.
        public var isOfJob: Bool {
            switch self {
            case .received, .filed, .refused, .bounced, .complained: false
            case .queued, .deferred, .delivered, .expanded, .failed, .expired, .reported, .deleted: true
            }
        }
    }

    /// What happened.
    public let kind: Kind
    /// When.
    public let moment: Timestamp
    /// To which job; of the whole message, or of one that was never in the queue, only the message counts: `Kind.isOfJob`.
    public let job: JobID
    /// The queue that it was in.
    public let queue: QueueName
    /// Where it was to go.
    public let destination: String
    /// To whom it happened.
    public let recipients: [String]
    /// More about it; see `Kind`.
    public let text: String
    /// Where the message came from, if it is that event.
    public let origin: Envelope.Origin?
    /// The account that brought it, if it is that event, and one did.
    public let submitter: UInt64?
}

/// What events are found by: a hash of the Message-ID.
enum TraceKey {
    /// Without angle brackets and spaces around.
    static func hash(of messageID: String) -> UInt64 {
        FNV1a(messageID.utf8.lazy.filter { $0 > 0x20 && $0 != 0x3C && $0 != 0x3E }).value
    }
}

extension Draft {
    /// Notes an event of some recipients of a job.
    mutating func trace(_ kind: TraceEvent.Kind, _ job: Job, _ recipients: [QueuedRecipient], _ text: String) {
        guard settings.traceLife > .zero, !recipients.isEmpty else { return }
        let packer = Draft.tracePacker(job.queue, job.destination, recipients.map(\.address), text)
        put(Keys.trace(day(now), job.traceKey, job.id, now, kind.rawValue), packer.octets)
    }

    /// Notes where the message of `job`, its first, came from.
    mutating func traceOrigin(_ origin: Envelope.Origin, _ job: Job) {
        guard settings.traceLife > .zero else { return }
        var packer = Draft.tracePacker(job.queue, job.destination, [], "")
        Draft.pack(origin, job.submitter, &packer)
        put(Keys.trace(day(now), job.traceKey, job.id, now, TraceEvent.Kind.received.rawValue), packer.octets)
    }

    static func pack(_ origin: Envelope.Origin?, _ submitter: UInt64?, _ packer: inout Packer) {
        packer.text(origin?.peer.cut ?? "")
        packer.text(origin?.hello.cut ?? "")
        packer.text(origin?.protocol.cut ?? "")
        packer.optional(submitter) { packer, submitter in packer.number(submitter) }
    }

    /// What every event begins with.
    static func tracePacker(
        _ queue: QueueName,
        _ destination: String,
        _ recipients: [String],
        _ text: String
    ) -> Packer {
        var packer = Packer()
        packer.octet(1)
        packer.octet(queue.rawValue)
        packer.text(destination)
        packer.number(recipients.count)
        for recipient in recipients { packer.text(recipient) }
        packer.text(text.cut)
        return packer
    }
}

extension TraceEvent {
    init(_ key: [UInt8], _ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard key.count == 34, let kind = Kind(rawValue: key[33]), try unpacker.octet() == 1 else { throw DamagedRow() }
        self.kind = kind
        moment = try Keys.time(of: key, at: 21)
        job = JobID(QueueID(try key.bigEndian(at: 13)), part: try key.bigEndian(at: 29))
        queue = try unpacker.choice(of: QueueName.self)
        destination = try unpacker.text()
        var recipients: [String] = []
        for _ in 0..<(try unpacker.number(as: UInt16.self)) { recipients.append(try unpacker.text()) }
        self.recipients = recipients
        text = try unpacker.text()
        guard kind.hasOrigin else {
            (origin, submitter) = (nil, nil)
            return
        }
        origin = Envelope.Origin(
            peer: try unpacker.text(),
            hello: try unpacker.text(),
            protocol: try unpacker.text()
        )
        submitter = try unpacker.optional { unpacker throws(DamagedRow) in try unpacker.number() }
    }
}
