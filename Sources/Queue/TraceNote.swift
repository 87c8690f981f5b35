internal import Octets
internal import Store
internal import Synchronization
internal import World

/// Something that happened to a message outside of the queue: it was delivered here at once, or something came back of it.
public struct TraceNote: Sendable {
    /// Which message.
    public enum Subject: Hashable, Sendable {
        /// By its Message-ID, for one that was never in the queue. Without one, nobody could ask for it.
        case messageID(String)
        /// One that was added, with or without a Message-ID.
        case queued(QueueID)
    }

    /// What happened: `.filed`, `.refused`, `.bounced` or `.complained`.
    public var kind: TraceEvent.Kind
    /// To which message.
    public var subject: Subject
    /// To whom.
    public var recipients: [String]
    /// More about it; see `TraceEvent.Kind`.
    public var text: String
    /// Where the message came from, if it was delivered here.
    public var origin: Envelope.Origin?
    /// The account that brought it, if it was delivered here, and one did.
    public var submitter: UInt64?
    /// When; set as it is noted.
    fileprivate var moment = Timestamp(milliseconds: 0)

    /// What happened to a message.
    public init(_ kind: TraceEvent.Kind, of subject: Subject, recipients: [String], text: String = "") {
        self.kind = kind
        self.subject = subject
        self.recipients = recipients
        self.text = text
    }
}

extension MailQueue {
    /// Notes that wait to be written.
    private static let waitingNotes = 1000

    /// Keeps notes for `trace`. They are written together, by `writeNotes`, or by this once there are many: a process that dies
    /// loses those that were not. Those that are wanted `atOnce` are written when this returns, if the store lets them.
    public func note(_ notes: [TraceNote], atOnce: Bool = false) async {
        guard settings.traceLife > .zero else { return }
        let moment = clock
        let stamped = notes.filter { $0.subject != .messageID("") && !$0.recipients.isEmpty }.flatMap { note in
            note.parts.map { part in
                var part = part
                part.moment = moment
                return part
            }
        }
        let count = waiting.withLock { waiting in
            waiting += stamped
            return waiting.count
        }
        if atOnce || count >= Self.waitingNotes { try? await writeNotes() }
    }

    /// Writes the notes that wait. To be called every few seconds, and at the end.
    ///
    /// - Throws: `.store`; the notes wait for the next time then, unless there are too many.
    public func writeNotes() async throws(QueueError) {
        let notes = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !notes.isEmpty else { return }
        do throws(QueueError) {
            try await shards[home].perform { draft throws(QueueError) in
                for (index, note) in notes.enumerated() { draft.trace(note, index) }
            }
        } catch {
            waiting.withLock { waiting in
                if waiting.count + notes.count <= 2 * Self.waitingNotes { waiting = notes + waiting }
            }
            throw error
        }
    }
}

extension TraceNote {
    /// The same for as many recipients as an event has at most.
    fileprivate var parts: [TraceNote] {
        stride(from: 0, to: recipients.count, by: QueueLimits.recipients).map { start in
            var part = self
            part.recipients = Array(recipients[start..<min(start + QueueLimits.recipients, recipients.count)])
            return part
        }
    }
}

extension Draft {
    /// Writes a note; `index` tells those of one moment apart.
    fileprivate mutating func trace(_ note: TraceNote, _ index: Int) {
        let (key, id): (UInt64, QueueID)
        switch note.subject {
        case .messageID(let messageID): (key, id) = (TraceKey.hash(of: messageID.cut), newID())
        case .queued(let queued): (key, id) = (TraceKey.hash(of: queued.description), queued)
        }
        let place = JobID(id, part: UInt32(truncatingIfNeeded: index))
        var packer = Draft.tracePacker(.incoming, "", note.recipients.map(\.cut), note.text)
        if note.kind.hasOrigin { Draft.pack(note.origin, note.submitter, &packer) }
        put(Keys.trace(day(note.moment), key, place, note.moment, note.kind.rawValue), packer.octets)
    }
}
