internal import IMAP
internal import Mailbox
internal import Network

/// Where searches for what the view does not know go: text, dates of sending, conversations. Today messages are read
/// (`ScanningIndex`); an index of words answers the same questions with less, and its answers are those of a scan.
protocol SearchIndex: Sendable {
    /// Which of the messages `open` match `condition`; both in the order of the scan's view. One that is gone does not match.
    func matches(
        _ condition: SearchCondition,
        among open: FoundMessages,
        _ scan: SearchScan
    ) async throws -> FoundMessages
}

/// A search that goes on: what it is about, and what it does for others meanwhile.
struct SearchScan {
    let session: Session
    let mailbox: any Mailbox
    let selection: Selection

    /// To be called every few milliseconds of work: the loop's other sessions go first, and the client hears now and then how
    /// far it is. RFC 9585.
    func pause(done: Int, of goal: Int) async throws { try await session.pause(done: done, of: goal) }
}

extension Session {
    /// The messages that match, ascending. What the view knows decides first; only messages that it leaves open are looked at.
    func find(
        _ condition: SearchCondition,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> FoundMessages {
        var found = FoundMessages()
        var open = FoundMessages()
        let count = selection.messages.count
        // A client may name thousands of keys.
        let share = max(1, Session.entriesAtOnce / condition.steps)
        for start in stride(from: 0, to: count, by: share) {
            if start > 0 { try await pause(done: start, of: count) }
            var index = start
            selection.messages.forEachEntry(in: start..<min(start + share, count)) { entry in
                sort(entry, index, by: condition, selection, &found, &open)
                index += 1
            }
        }
        return try await find(condition, found, open, mailbox, selection)
    }

    /// Those of `candidates`, which are in the order of the view, that match.
    func find(
        _ condition: SearchCondition,
        among candidates: FoundMessages,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> FoundMessages {
        var found = FoundMessages()
        var open = FoundMessages()
        let messages = selection.messages
        let share = max(1, Session.entriesAtOnce / condition.steps)
        for (place, index) in candidates.enumerated() {
            if place > 0, place.isMultiple(of: share) { try await pause(done: place, of: candidates.count) }
            sort(messages[index], index, by: condition, selection, &found, &open)
        }
        return try await find(condition, found, open, mailbox, selection)
    }

    /// How many messages the view is asked about before others go first: some milliseconds of work.
    private static let entriesAtOnce = 16_384

    private func sort(
        _ entry: MessageEntry,
        _ index: Int,
        by condition: SearchCondition,
        _ selection: Selection,
        _ found: inout FoundMessages,
        _ open: inout FoundMessages
    ) {
        let isRecent = selection.recent.contains(entry.uid)
        let candidate = SearchCandidate(index: index, entry: entry, isRecent: isRecent)
        switch condition.matches(candidate, SearchDecoding(charsets: house.charsets)) {
        case true?: found.append(index)
        case false?: break
        case nil: open.append(index)
        }
    }

    /// Those that are `found` already, and those of the messages that were left open.
    private func find(
        _ condition: SearchCondition,
        _ found: FoundMessages,
        _ open: FoundMessages,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> FoundMessages {
        guard !open.isEmpty else { return found }
        let scan = SearchScan(session: self, mailbox: mailbox, selection: selection)
        return found.merged(with: try await house.index.matches(condition, among: open, scan))
    }

    /// Lets others go first in work that lasts, and tells the client about every ten seconds that it lasts. RFC 9585 §3.
    func pause(done: Int, of goal: Int) async throws {
        try await stream.pause()
        guard done < goal, stream.deadline(after: .zero) >= progressDue else { return }
        progressDue = stream.deadline(after: limits.progressTime)
        let progress = ResponseCode.Progress(tag: tag, done: UInt32(clamping: done), goal: UInt32(clamping: goal))
        writeStatus(nil, .ok, .inProgress(progress), "Still at it")
        // A client that is gone is noticed here.
        try await stream.flush(by: transferDeadline)
    }
}
