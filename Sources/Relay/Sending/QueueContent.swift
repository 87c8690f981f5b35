internal import Queue
internal import SMTPClient

/// The octets of a queued message, read in pieces as the socket takes them.
struct QueueContent: MessageContent {
    let queue: MailQueue
    let message: QueuedMessage
    /// What goes before it: header fields of this copy alone.
    var prefix: [UInt8] = []

    /// Octets that are in memory at once.
    static let piece = 128 << 10

    var size: UInt64? { UInt64(message.size + prefix.count) }

    func open() -> any MessageReader { Reader(content: self) }

    struct Reader: MessageReader {
        let content: QueueContent
        private var offset = 0
        private var isBegun = false

        init(content: QueueContent) { self.content = content }

        mutating func next() async throws -> [UInt8]? {
            if !isBegun, !content.prefix.isEmpty {
                isBegun = true
                return content.prefix
            }
            guard offset < content.message.size else { return nil }
            let end = min(offset + QueueContent.piece, content.message.size)
            let piece = try await content.queue.octets(of: content.message, offset..<end)
            offset = end
            return piece
        }
    }
}
