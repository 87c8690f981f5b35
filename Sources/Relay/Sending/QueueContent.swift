internal import Queue
internal import SMTPClient

/// The octets of a queued message, read in pieces as the socket takes them.
struct QueueContent: MessageContent {
    let queue: MailQueue
    let message: QueuedMessage

    /// Octets that are in memory at once.
    static let piece = 128 << 10

    var size: UInt64? { UInt64(message.size) }

    func open() -> any MessageReader { Reader(content: self) }

    struct Reader: MessageReader {
        let content: QueueContent
        private var offset = 0

        init(content: QueueContent) { self.content = content }

        mutating func next() async throws -> [UInt8]? {
            guard offset < content.message.size else { return nil }
            let end = min(offset + QueueContent.piece, content.message.size)
            let piece = try await content.queue.octets(of: content.message, offset..<end)
            offset = end
            return piece
        }
    }
}
