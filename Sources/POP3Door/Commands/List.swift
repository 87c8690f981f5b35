internal import Mailbox
internal import Network
internal import POP3

extension Session {
    /// LIST: sizes. RFC 1939 §5.
    func list(_ maildrop: Maildrop, _ message: Int?) async throws(Ending) {
        if let message {
            let index = try existing(message, in: maildrop)
            return send(.ok("\(message) \(maildrop.messages[index].size)"))
        }
        send(.ok("\(maildrop.remainingCount) messages (\(maildrop.remainingSize) octets)"))
        try await listAll(maildrop) { index, output in
            ListingLine.scan(index + 1, size: Int(maildrop.messages[index].size), into: &output)
        }
    }

    /// The index of a message that the client names.
    func existing(_ message: Int, in maildrop: Maildrop) throws(Ending) -> Int {
        guard let index = maildrop.index(message) else { throw .refusal(Refusal("no such message")) }
        return index
    }

    /// A line for each message that is not marked, and the end; sent in pieces.
    func listAll(_ maildrop: Maildrop, _ line: (Int, inout [UInt8]) -> Void) async throws(Ending) {
        let count = maildrop.messages.count
        for start in stride(from: 0, to: count, by: 2048) {
            stream.write { output in
                for index in start..<min(start + 2048, count) where !maildrop.isMarked(index) { line(index, &output) }
            }
            try await drain()
        }
        stream.write { output in ListingLine.end(into: &output) }
    }
}
