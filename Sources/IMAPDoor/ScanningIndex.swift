internal import IMAP
internal import MIME
internal import Mailbox
internal import Network

/// The index that is none: it reads the messages, in large scans, and no more of them than a condition looks at. Text that was
/// read is kept for the next search.
struct ScanningIndex: SearchIndex {
    let cache: SearchTextCache

    /// Octets of text that are looked through, or made, before others go first: some milliseconds of work.
    private static let octetsAtOnce = 512 << 10
    /// Octets of one part that are searched; no letter is that long.
    private static let searchedOctets = 16 << 20
    /// Octets that are read of a part before it is known what it is.
    private static let partStart = 32 << 10

    func matches(
        _ condition: SearchCondition,
        among open: FoundMessages,
        _ scan: SearchScan
    ) async throws -> FoundMessages {
        var work = Work(condition, open.count, SearchDecoding(charsets: scan.session.house.charsets))
        var found = FoundMessages()
        let messages = scan.selection.messages
        for start in stride(from: 0, to: open.count, by: 1000) {
            var unknown: [Int] = []
            for index in open[start..<min(start + 1000, open.count)] {
                guard let kept = cache.content(of: messages[index].email, in: scan.mailbox.account, work.wanted) else {
                    unknown.append(index)
                    continue
                }
                try await look(at: kept, index, &work, scan)
            }
            try await read(unknown, &work, scan)
            for index in work.found.sorted() { found.append(index) }
            work.found = []
        }
        return found
    }

    /// How far a search is.
    private struct Work {
        let condition: SearchCondition
        let wanted: SearchParts
        let goal: Int
        /// Keys that are looked at for each message.
        let steps: Int
        let decoding: SearchDecoding
        /// In this batch, in any order.
        var found: [Int] = []
        var done = 0
        /// Since others had their turn.
        var octets = 0

        init(_ condition: SearchCondition, _ goal: Int, _ decoding: SearchDecoding) {
            self.condition = condition
            wanted = condition.parts
            self.goal = goal
            steps = condition.steps
            self.decoding = decoding
        }
    }

    private func look(
        at content: SearchContent,
        _ index: Int,
        _ work: inout Work,
        _ scan: SearchScan
    ) async throws {
        let entry = scan.selection.messages[index]
        let isRecent = scan.selection.recent.contains(entry.uid)
        let candidate = SearchCandidate(index: index, entry: entry, isRecent: isRecent, content: content)
        if work.condition.matches(candidate, work.decoding) == true { work.found.append(index) }
        work.done += 1
        work.octets += content.octets * work.steps
        try await rest(&work, scan)
    }

    private func rest(_ work: inout Work, _ scan: SearchScan) async throws {
        guard work.octets >= Self.octetsAtOnce else { return }
        work.octets = 0
        try await scan.pause(done: work.done, of: work.goal)
    }

    /// Reads messages, up to 1000, and looks at them. One that is gone does not match.
    private func read(_ indices: [Int], _ work: inout Work, _ scan: SearchScan) async throws {
        let entries = indices.map { scan.selection.messages[$0] }
        var next = 0
        while next < entries.count {
            let answers = try await scan.mailbox.read(entries[next...], work.wanted.parts)
            guard !answers.isEmpty else { throw Refusal.no(.serverBug, "Nothing could be read") }
            for (place, data) in answers.enumerated() where next + place < entries.count {
                guard let data, let content = try await content(of: data, &work, scan) else {
                    work.done += 1
                    continue
                }
                try await look(at: content, indices[next + place], &work, scan)
            }
            next += answers.count
        }
    }

    /// What a search wants of one message; nil if another session removed it in the middle of the search.
    private func content(
        of data: MessageData,
        _ work: inout Work,
        _ scan: SearchScan
    ) async throws -> SearchContent? {
        do {
            var content = SearchContent(work.wanted)
            if let summary = data.summary { content.set(envelope: summary.envelope) }
            content.set(email: data.objectID, thread: data.thread)
            if work.wanted.contains(.header), let range = data.range(of: MIME.Section([], .header)) {
                let header = try await scan.session.whole(range, of: data, scan.mailbox)
                work.octets += header.count
                content.set(header: work.decoding.fields(header))
            }
            if work.wanted.contains(.body) { try await addTexts(of: data, to: &content, &work, scan) }
            cache.keep(content, of: data.entry.email, in: scan.mailbox.account)
            return content
        } catch MailboxError.expunged {
            return nil
        }
    }

    /// Adds the texts of a message. Each part is read by itself: a search for text does not read attachments.
    private func addTexts(
        of data: MessageData,
        to content: inout SearchContent,
        _ work: inout Work,
        _ scan: SearchScan
    ) async throws {
        let size = Int(data.entry.size)
        let parts = data.summary?.structure.parts ?? []
        var texts: [FoldedText] = []
        var partHeaders: [FoldedText] = []
        for (index, part) in parts.enumerated() {
            let start = min(max(part.headerStart, 0), size)
            let bodyStart = min(max(part.bodyStart, start), size)
            let isLeaf = !part.isMultipart && !part.isMessage
            let end = isLeaf ? min(max(part.bodyEnd, bodyStart), size, start + Self.searchedOctets) : bodyStart
            guard isLeaf || index > 0 else { continue }
            let first = start..<max(bodyStart, min(end, bodyStart + Self.partStart))
            var octets = try await scan.session.whole(first, of: data, scan.mailbox)
            let headerCount = min(bodyStart - start, octets.count)
            if index > 0 {
                let isMessage = part.parent.map { $0 < index && parts[$0].isMessage } ?? false
                let fields = work.decoding.fields(Array(octets[..<headerCount]))
                if isMessage { texts.append(fields) } else { partHeaders.append(fields) }
            }
            if isLeaf {
                if !work.decoding.mayHaveText(octets.span.extracting(0..<headerCount)) {
                    octets.removeSubrange(headerCount...)
                } else if first.upperBound < end {
                    octets += try await scan.session.whole(first.upperBound..<end, of: data, scan.mailbox)
                }
                texts.append(work.decoding.part(octets, bodyStart: headerCount, limit: Self.searchedOctets))
            }
            work.octets += octets.count
            try await rest(&work, scan)
        }
        content.set(texts: texts.filter { !$0.octets.isEmpty }, partHeaders: partHeaders)
    }
}

extension SearchParts {
    /// What has to be read for it.
    fileprivate var parts: MessageParts {
        var parts: MessageParts = []
        if contains(.ids) { parts.insert(.ids) }
        if !isDisjoint(with: [.envelope, .header, .body]) { parts.insert(.summary) }
        if !isDisjoint(with: [.header, .body]) { parts.insert(.octets) }
        return parts
    }
}
