internal import IMAP
internal import Mailbox
internal import Octets

/// How messages are put into threads.
enum ThreadingAlgorithm: String, CaseIterable {
    /// By base subject alone. RFC 5256 §3.
    case orderedSubject = "ORDEREDSUBJECT"
    /// By what they refer to, then by base subject. RFC 5256 §3.
    case references = "REFERENCES"
    /// By what they refer to, and by nothing else; the thread that got a message last is the last one. This is what Dovecot
    /// and others offer under the name, after draft-ietf-morg-inthread.
    case refs = "REFS"
}

/// Messages that are to be put into threads.
struct MessageThreader {
    /// One message.
    struct Message {
        /// Sequence number less one.
        let index: Int
        /// The Date field, or else when it came. RFC 5256 §2.2.
        let sent: Int64
        /// When it came.
        let arrived: Int64
        /// The base subject in the form that is compared; empty for none.
        let subject: [UInt8]
        let isReplyOrForward: Bool
        let messageID: MessageIDHash?
        let references: [MessageIDHash]
    }

    private(set) var messages: [Message] = []

    /// Adds a message, whose index is higher than those before.
    mutating func add(_ index: Int, _ keys: SortKeys, _ entry: MessageEntry) {
        messages.append(
            Message(
                index: index,
                sent: keys.sent ?? entry.internalDate,
                arrived: entry.internalDate,
                subject: UnicodeCasemap.map(Array(keys.subject.utf8)),
                isReplyOrForward: keys.isReplyOrForward,
                messageID: keys.messageID,
                references: keys.references
            )
        )
    }

    /// The threads, with messages as `number` counts them. `pause` is called between the steps: they take long where there
    /// are many messages.
    func threads(
        by algorithm: ThreadingAlgorithm,
        _ number: (Int) -> UInt32,
        _ pause: () async throws -> Void
    ) async throws -> [MessageThread] {
        if algorithm == .orderedSubject { return bySubject(number) }
        var forest = ThreadForest(messages)
        try await forest.link(pause)
        forest.prune()
        try await pause()
        if algorithm == .references {
            forest.sortRoots { $0.sent }
            try await pause()
            forest.mergeSubjects()
            try await pause()
            forest.sortSiblings()
            forest.sortRoots { $0.sent }
        } else {
            forest.sortSiblings()
            forest.sortRootsByLatest()
        }
        try await pause()
        return forest.threads(number)
    }

    /// ORDEREDSUBJECT: the first of each subject, and the others as its answers. RFC 5256 §3.
    private func bySubject(_ number: (Int) -> UInt32) -> [MessageThread] {
        let ordered = messages.sorted { ($0.sent, $0.index) < ($1.sent, $1.index) }
        var places: [[UInt8]: Int] = [:]
        var threads: [MessageThread] = []
        for message in ordered {
            let number = number(message.index)
            if let place = places[message.subject] {
                threads[place].members.append(MessageThread.Member(number, depth: 1))
            } else {
                places[message.subject] = threads.count
                threads.append(MessageThread([MessageThread.Member(number, depth: 0)]))
            }
        }
        return threads
    }
}
