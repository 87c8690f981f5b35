internal import IMAP
internal import Mailbox
internal import Network

/// Where searches for what the view does not know go: text, dates of sending, conversations. Today messages are read
/// (`ScanningIndex`); an index of words answers the same questions with less, and its answers are those of a scan.
protocol SearchIndex: Sendable {
    /// Which of the messages `open`, ascending indices of the scan's view, match `condition`; ascending. One that is gone
    /// does not match.
    func matches(_ condition: SearchCondition, among open: [Int], _ scan: borrowing SearchScan) async throws -> [Int]
}

/// A search that goes on: what it is about, and what it does for others meanwhile.
struct SearchScan {
    let session: Session
    let mailbox: any Mailbox
    let selection: Selection

    /// Comparisons with what the view knows that take a few milliseconds.
    static let share = 200_000

    /// To be called every few milliseconds of work: the loop's other sessions go first, and the client hears now and then how
    /// far it is. RFC 9585.
    func pause(done: Int, of goal: Int) async throws { try await session.pause(done: done, of: goal) }
}

extension Session {
    /// The messages that match, ascending. What the view knows decides first; only messages that it leaves open are looked at.
    func find(_ condition: SearchCondition, _ mailbox: any Mailbox, _ selection: Selection) async throws -> [Int] {
        var found: [Int] = []
        var open: [Int] = []
        progressDue = stream.deadline(after: limits.progressTime)
        let messages = selection.messages
        // A client may name thousands of keys.
        let share = max(1, SearchScan.share / condition.steps)
        for start in stride(from: 0, to: messages.count, by: share) {
            if start > 0 { try await pause(done: start, of: messages.count) }
            messages.forEachEntry(in: start..<min(start + share, messages.count)) { index, entry in
                let isRecent = selection.recent.contains(entry.uid)
                switch condition.matches(SearchCandidate(index: index, entry: entry, isRecent: isRecent)) {
                case true?: found.append(index)
                case false?: break
                case nil: open.append(index)
                }
            }
        }
        guard !open.isEmpty else { return found }
        let scan = SearchScan(session: self, mailbox: mailbox, selection: selection)
        found += try await house.index.matches(condition, among: open, scan)
        found.sort()
        return found
    }

    /// Lets others go first in work that lasts, and tells the client about every ten seconds that it lasts. RFC 9585 §3.
    func pause(done: Int, of goal: Int) async throws {
        await Task.yield()
        if Task.isCancelled { throw CancellationError() }
        guard stream.deadline(after: .zero) >= progressDue else { return }
        progressDue = stream.deadline(after: limits.progressTime)
        let progress = ResponseCode.Progress(tag: tag, done: UInt32(clamping: done), goal: UInt32(clamping: goal))
        writeStatus(nil, .ok, .inProgress(progress), "Still at it")
        // A client that is gone is noticed here.
        try await stream.flush(by: transferDeadline)
    }
}
