internal import IMAP
internal import Mailbox

extension Session {
    /// Leaves the highest of `numbers`, as many as one command may work on; returns what the answer then says. A client
    /// goes on with those below. RFC 9738 §3.1.
    func limit(_ numbers: inout MessageNumbers, _ selection: Selection) -> ResponseCode? {
        let count = numbers.count
        guard count > limits.messages else { return nil }
        numbers = numbers.at(count - limits.messages..<count)
        let lowest = numbers.ranges.first.map { selection.messages[$0.lowerBound].uid }
        return .messageLimit(UInt32(clamping: limits.messages), uid: lowest)
    }

    /// Refuses a command that is done whole or not at all, if it is about too many messages. RFC 9738 §3.1.
    func requireWithinLimit(_ count: Int) throws {
        guard count > limits.messages else { return }
        throw Refusal.no(.messageLimit(UInt32(clamping: limits.messages), uid: nil), "Too many messages at once")
    }
}
