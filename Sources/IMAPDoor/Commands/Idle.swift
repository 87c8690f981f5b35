internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// IDLE: tells what happens in the selected folder, as it happens, until DONE. RFC 2177 §3.
    ///
    /// While it waits it holds nothing but the view; the deadline is the autologout timer's.
    @inline(never)
    func idle(_ command: PendingCommand) async throws(TransportError) {
        stream.write { output in Response.continuation("Waiting", into: &output) }
        let deadline = commandDeadline
        while await tellWhileIdle(command), !endsIdle(command) {
            try await stream.drain(by: transferDeadline)
            if watch?.isDue ?? false { continue }
            let before = stream.available
            if case .ready = try await stream.wait(for: bell, by: deadline, mayStop: before == 0) {
                if stream.available == before { throw .closed }
            } else {
                // The bell is down again, and rang for something.
                bell?.raise()
            }
        }
    }

    /// The selected folder's, or that of all mailboxes that NOTIFY watches.
    private var bell: Signal? {
        if let watch { return watch.bell }
        return if case .selected(_, let selection) = phase { selection.bell } else { nil }
    }

    /// Whether the client ended the IDLE; then it was answered.
    @inline(never)
    private func endsIdle(_ command: PendingCommand) -> Bool {
        switch stream.withInput({ input in ContinuationLine.idle(input) }) {
        case .needMore: return false
        case .done(let consumed):
            stream.consume(consumed)
            writeStatus(command.tag, .ok, nil, "Waited")
        case .malformed(let consumed):
            stream.consume(consumed)
            writeStatus(command.tag, .bad, nil, "Expected DONE")
        case .tooLong:
            writeStatus(command.tag, .bad, nil, "Expected DONE")
            sayBye("Lost the beginning of the next command")
        }
        return true
    }
}
