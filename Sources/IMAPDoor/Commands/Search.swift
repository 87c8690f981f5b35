internal import IMAP
internal import MIME
internal import Mailbox
internal import Network

extension Session {
    /// SEARCH and UID SEARCH. RFC 3501 §6.4.4.
    ///
    /// What the view knows decides first; only messages that it leaves open are read, in large scans, and no more of
    /// them than the keys look at.
    func search(_ request: SearchRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try checkCharset(request)
        let condition = try SearchCondition(request.key, selection)
        var found: [Int] = []
        var open: [Int] = []
        var index = 0
        selection.messages.forEachEntry { entry in
            let isRecent = selection.recent.contains(entry.uid)
            switch condition.matches(SearchCandidate(index: index, entry: entry, isRecent: isRecent)) {
            case true?: found.append(index)
            case false?: break
            case nil: open.append(index)
            }
            index += 1
        }
        if !open.isEmpty {
            found += try await read(open, condition, mailbox, selection)
            found.sort()
        }
        let messages = selection.messages
        let isUID = request.numbering == .uid
        stream.write { output in
            Response.search(found.lazy.map { isUID ? messages[$0].uid : UInt32($0 + 1) }, into: &output)
        }
        return Completion("Searched")
    }

    /// US-ASCII and UTF-8 are known. RFC 3501 §6.4.4.
    private func checkCharset(_ request: SearchRequest) throws {
        switch request.charset {
        case nil, "US-ASCII", "UTF-8": break
        default: throw Refusal.no(.badCharset(["US-ASCII", "UTF-8"]), "Charset is not known")
        }
    }

    /// Reads messages that the view leaves open; returns those that match. One that is gone does not.
    private func read(
        _ open: [Int],
        _ condition: SearchCondition,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> [Int] {
        let wanted = condition.parts
        let messages = selection.messages
        let parts: MessageParts = wanted.isDisjoint(with: [.header, .body]) ? .summary : [.summary, .octets]
        var found: [Int] = []
        for batch in MessageNumbers(ranges: open.map { $0..<$0 + 1 }).batches(of: 1000) {
            let entries = batch.map { messages[$0] }
            var next = 0
            while next < entries.count {
                let answers = try await mailbox.read(entries[next...], parts)
                guard !answers.isEmpty else { throw Refusal.no(.serverBug, "Nothing could be read") }
                for (place, data) in answers.enumerated() where next + place < entries.count {
                    guard let data else { continue }
                    let entry = entries[next + place]
                    // Another session may remove it in the middle of the search.
                    guard let content = try await self.content(of: data, wanted, mailbox) else { continue }
                    let candidate = SearchCandidate(
                        index: batch[next + place],
                        entry: entry,
                        isRecent: selection.recent.contains(entry.uid),
                        content: content
                    )
                    if condition.matches(candidate) == true { found.append(batch[next + place]) }
                }
                next += answers.count
                // A long search lets others on its loop go first.
                await Task.yield()
            }
        }
        return found
    }

    /// What a search wants of one message; nil if it is gone.
    private func content(
        of data: MessageData,
        _ wanted: SearchParts,
        _ mailbox: any Mailbox
    ) async throws -> SearchContent? {
        do {
            return try await read(data, wanted, mailbox)
        } catch MailboxError.expunged {
            return nil
        }
    }

    /// What a search wants of one message. A part is read by itself: a search for text does not read attachments.
    private func read(
        _ data: MessageData,
        _ wanted: SearchParts,
        _ mailbox: any Mailbox
    ) async throws -> SearchContent {
        let decoding = SearchDecoding(charsets: house.charsets)
        var header: [UInt8] = []
        var texts: [[UInt8]] = []
        if wanted.contains(.header), let range = data.range(of: MIME.Section([], .header)) {
            header = try await whole(range, of: data, mailbox)
        }
        let parts = wanted.contains(.body) ? data.summary?.structure.parts ?? [] : []
        for (index, part) in parts.enumerated() {
            let isEmbedded = part.parent.map { $0 < index && parts[$0].isMessage } ?? false
            if isEmbedded {
                let range = (part.headerStart..<part.bodyStart).clamped(to: 0..<Int(data.entry.size))
                texts.append(decoding.header(try await whole(range, of: data, mailbox)))
            }
            guard !part.isMultipart, !part.isMessage else { continue }
            let header = (part.headerStart..<part.bodyStart).clamped(to: 0..<Int(data.entry.size))
            guard decoding.isText(try await whole(header, of: data, mailbox)) else { continue }
            let end = min(part.bodyEnd, part.headerStart + Session.searchedOctets)
            let range = (part.headerStart..<max(part.headerStart, end)).clamped(to: 0..<Int(data.entry.size))
            let octets = try await whole(range, of: data, mailbox)
            texts.append(decoding.part(octets, bodyStart: part.bodyStart - part.headerStart))
        }
        return SearchContent(envelope: data.summary?.envelope, header: header, texts: texts, decoding)
    }

    /// Octets of one part that are searched; no letter is that long.
    private static let searchedOctets = 16 << 20
}
