internal import Network
internal import Octets
internal import SMTP

/// The text after DATA, with its dots. RFC 5321 §4.5.2.
struct TextSender {
    private let connection: Connection
    private var message: MessageOutput
    private var encoder = DataEncoder()

    init(_ connection: Connection, _ message: MessageOutput) {
        self.connection = connection
        self.message = message
    }

    /// Sends all of it, and its end. The end has only been sent if this returns, or throws at `Stage.end`.
    mutating func run(_ octetsSent: inout UInt64) async throws(Failure) {
        try connection.expectSilence(at: .message)
        var octets: [UInt8] = []
        var hasMore = true
        while hasMore {
            octets.removeAll(keepingCapacity: true)
            hasMore = try await message.next(into: &octets)
            let before = connection.stream.pendingOutput
            connection.stream.write { encoder.push(octets.span, into: &$0) }
            octetsSent += UInt64(connection.stream.pendingOutput - before)
            try await connection.drainMessage()
        }
        // A server that has said something already has not said it of the whole message.
        if octetsSent > UInt64(connection.stream.outputMark) { try connection.expectSilence(at: .message) }
        connection.stream.write { encoder.finish(into: &$0) }
        connection.settings.transcript?(.sent("(\(octetsSent) octets)"))
        connection.settings.transcript?(.sent("."))
    }
}

extension Connection {
    /// Sends the message's octets if many have gathered. If that fails, the server may have said why.
    func drainMessage() async throws(Failure) {
        do throws(TransportError) {
            let deadline = stream.deadline(after: settings.timeouts.block)
            try await stream.drain(by: deadline)
        } catch {
            // RFC 5321 §3.8, §4.2.5: 421, or 552 and the like, before the end.
            _ = await hearsMore()
            if let reply = refusalAlreadyThere() { throw Failure(.message, .refused(reply)) }
            throw Failure(.message, from: error)
        }
    }

    /// The first refusal among the replies that have arrived.
    private func refusalAlreadyThere() -> Reply? {
        while let reply = try? parse(at: .message) {
            if reply.code >= 400 { return reply }
        }
        return nil
    }
}
