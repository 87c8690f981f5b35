internal import Network
internal import Octets
internal import SMTP

/// The message in chunks. RFC 3030 §2.
struct ChunkSender {
    /// Octets of a chunk: its reply is worth waiting for, and memory holds one.
    private static let chunkSize = 128 << 10
    /// Chunks that may be without a reply, if the server pipelines.
    private static let window = 4

    private let connection: Connection
    private var message: MessageOutput
    private var pending = 0
    private var refusal: Reply?

    init(_ connection: Connection, _ message: MessageOutput) {
        self.connection = connection
        self.message = message
    }

    /// Sends all chunks and takes the replies to all but the last. A refusal leaves a transaction that must be reset, which
    /// is also what an error between two chunks leaves.
    mutating func run(_ octetsSent: inout UInt64) async throws(Failure) -> Result<Void, MessageRefusal> {
        let canWait = connection.settings.usesPipelining && connection.server.has("PIPELINING")
        var chunk: [UInt8] = []
        var hasMore = true
        while hasMore {
            hasMore = try await message.next(into: &chunk)
            guard hasMore, chunk.count >= Self.chunkSize else { continue }
            try await send(chunk, isLast: false)
            octetsSent += UInt64(chunk.count)
            chunk.removeAll(keepingCapacity: true)
            while pending > (canWait ? Self.window : 0) { try await settleFirst() }
            if refusal != nil { break }
        }
        if refusal == nil {
            // Once the last chunk is sent, it is too late to find out that another was refused.
            while pending > 0 { try await settleFirst() }
        }
        if let refusal {
            while pending > 0 { try await settleFirst() }
            return .failure(MessageRefusal(reply: refusal, stage: .message))
        }
        try await send(chunk, isLast: true)
        octetsSent += UInt64(chunk.count)
        return .success(())
    }

    private mutating func send(_ chunk: [UInt8], isLast: Bool) async throws(Failure) {
        if pending == 0 { try connection.expectSilence(at: .message) }
        connection.write(.bdat(Command.Bdat(size: UInt64(chunk.count), isLast: isLast)))
        connection.settings.transcript?(.sent("(\(chunk.count) octets)"))
        guard !isLast else {
            connection.stream.write(chunk.span)
            return
        }
        pending += 1
        connection.stream.write(chunk.span)
        try await connection.drainMessage()
    }

    private mutating func settleFirst() async throws(Failure) {
        pending -= 1
        let reply = try await connection.reply(at: .message)
        guard reply.code / 100 != 3 else { throw Failure(.message, unexpected: reply) }
        if !reply.isCompletion, refusal == nil { refusal = reply }
    }
}
