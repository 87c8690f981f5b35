internal import IMAP
internal import MIME
internal import Mailbox
internal import Network

/// The index that is none: it reads the messages, in large scans, and no more of them than a condition looks at. Text that was
/// read is kept for the next search.
struct ScanningIndex: SearchIndex {
    let cache: SearchTextCache

    func matches(_ condition: SearchCondition, among open: [Int], _ scan: borrowing SearchScan) async throws -> [Int] {
        let wanted = condition.parts
        let messages = scan.selection.messages
        var found: [Int] = []
        var done = 0
        // Messages whose text one may compare before others have their turn: with thousands of keys not even two.
        let share = max(1, 2000 / condition.steps)
        var compared = 0
        for start in stride(from: 0, to: open.count, by: 1000) {
            let batch = Array(open[start..<min(start + 1000, open.count)])
            var unknown: [Int] = []
            for index in batch {
                guard let kept = cache.content(of: messages[index].email, in: scan.mailbox.account, wanted) else {
                    unknown.append(index)
                    continue
                }
                if matches(condition, index, kept, scan) { found.append(index) }
                compared += 1
                if compared.isMultiple(of: share) { try await scan.pause(done: done, of: open.count) }
            }
            let entries = unknown.map { messages[$0] }
            var next = 0
            while next < entries.count {
                let answers = try await scan.mailbox.read(entries[next...], wanted.parts)
                guard !answers.isEmpty else { throw Refusal.no(.serverBug, "Nothing could be read") }
                for (place, data) in answers.enumerated() where next + place < entries.count {
                    guard let data else { continue }
                    // Another session may remove it in the middle of the search.
                    guard let content = try await content(of: data, wanted, scan) else { continue }
                    if matches(condition, unknown[next + place], content, scan) { found.append(unknown[next + place]) }
                    compared += 1
                    if compared.isMultiple(of: share) { try await scan.pause(done: done + next, of: open.count) }
                }
                next += answers.count
                try await scan.pause(done: done + next, of: open.count)
            }
            done += batch.count
            try await scan.pause(done: done, of: open.count)
        }
        return found.sorted()
    }

    private func matches(
        _ condition: SearchCondition,
        _ index: Int,
        _ content: SearchContent,
        _ scan: borrowing SearchScan
    ) -> Bool {
        let entry = scan.selection.messages[index]
        let isRecent = scan.selection.recent.contains(entry.uid)
        let candidate = SearchCandidate(index: index, entry: entry, isRecent: isRecent, content: content)
        return condition.matches(candidate) == true
    }

    /// What a search wants of one message; nil if it is gone.
    private func content(
        of data: MessageData,
        _ wanted: SearchParts,
        _ scan: borrowing SearchScan
    ) async throws -> SearchContent? {
        do {
            return try await read(data, wanted, scan)
        } catch MailboxError.expunged {
            return nil
        }
    }

    /// A part is read by itself: a search for text does not read attachments.
    private func read(
        _ data: MessageData,
        _ wanted: SearchParts,
        _ scan: borrowing SearchScan
    ) async throws -> SearchContent {
        let session = scan.session
        let decoding = SearchDecoding(charsets: session.house.charsets)
        var header: [UInt8] = []
        if !wanted.isDisjoint(with: [.header, .body]), let range = data.range(of: MIME.Section([], .header)) {
            header = wanted.contains(.header) ? try await session.octets(range, of: data, scan.mailbox) : []
        }
        let texts = wanted.contains(.body) ? try await texts(of: data, decoding, scan) : []
        var content = SearchContent(envelope: data.summary?.envelope, header: header, texts: texts, decoding)
        content.email = data.objectID
        content.thread = data.thread
        cache.keep(content, of: data.entry.email, in: scan.mailbox.account, wanted)
        return content
    }

    /// The texts of a message: the headers of messages in it, and its parts that are text.
    private func texts(
        of data: MessageData,
        _ decoding: SearchDecoding,
        _ scan: borrowing SearchScan
    ) async throws -> [[UInt8]] {
        let session = scan.session
        let size = 0..<Int(data.entry.size)
        let parts = data.summary?.structure.parts ?? []
        var texts: [[UInt8]] = []
        for (index, part) in parts.enumerated() {
            let header = (part.headerStart..<max(part.headerStart, part.bodyStart)).clamped(to: size)
            if part.parent.map({ $0 < index && parts[$0].isMessage }) ?? false {
                texts.append(decoding.header(try await session.octets(header, of: data, scan.mailbox)))
            }
            guard !part.isMultipart, !part.isMessage,
                decoding.isText(try await session.octets(header, of: data, scan.mailbox))
            else { continue }
            let end = min(part.bodyEnd, part.headerStart + Self.searchedOctets)
            let range = (part.headerStart..<max(part.headerStart, end)).clamped(to: size)
            let octets = try await session.octets(range, of: data, scan.mailbox)
            texts.append(decoding.part(octets, bodyStart: part.bodyStart - part.headerStart))
        }
        return texts
    }

    /// Octets of one part that are searched; no letter is that long.
    private static let searchedOctets = 16 << 20
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
