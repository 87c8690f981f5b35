internal import IMAP
internal import MIME
internal import Mailbox
internal import Network
internal import Octets

extension Session {
    /// FETCH and UID FETCH. RFC 3501 §6.4.5; CHANGEDSINCE and VANISHED RFC 7162 §3.1.4.1, §3.2.6; PARTIAL RFC 9394 §3.3.
    ///
    /// What the view knows is told without reading; the rest is read in large scans, and leaves in pieces. Messages that
    /// another session removed: their flags are still told; if a body is asked for that is gone, the message is passed
    /// over, and the answer is NO in the end, or OK for UID FETCH. RFC 2180 §4.1.2.
    func fetch(_ request: FetchRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        let plan = FetchPlan(request, enabled)
        if plan.hasModSequence { enableCondstore() }
        var numbers = try selection.messages(request.set, by: request.numbering)
        if let since = request.modifiers.changedSince {
            if request.modifiers.tellsVanished { try await tellVanished(request.set, since, mailbox, selection) }
            numbers = selection.changed(numbers, after: since)
        }
        if let partial = request.modifiers.partial {
            numbers = numbers.at(partial.places(among: numbers.count) ?? 0..<0)
        }
        let code = limit(&numbers, selection)
        guard !numbers.isEmpty else { return Completion("Nothing to fetch") }
        var nowSeen = UIDSet()
        if plan.setsSeen, !selection.isReadOnly, selection.rights.contains(.seen) {
            nowSeen = try await setSeen(numbers, mailbox, selection)
        }
        let isComplete = try await tell(numbers, plan, nowSeen: nowSeen, mailbox, selection)
        guard isComplete || request.numbering == .uid else { throw MailboxError.expunged }
        return Completion("Fetched", code: code)
    }

    /// Tells what the plan says of messages, which are in the view. Returns whether everything was still there.
    @discardableResult
    func tell(
        _ numbers: MessageNumbers,
        _ plan: FetchPlan,
        nowSeen: UIDSet = UIDSet(),
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> Bool {
        guard plan.parts.isEmpty else { return try await tellMessages(numbers, plan, nowSeen, mailbox, selection) }
        try await tellEntries(numbers, plan, selection)
        return true
    }

    /// Which of the UIDs in `set` went after `since`, as far as the client was not told of it, or will be. RFC 7162 §3.2.6.
    private func tellVanished(
        _ set: SequenceSet,
        _ since: UInt64,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws {
        guard enabled.contains(.qresync) else { throw Refusal.bad("ENABLE QRESYNC comes first") }
        // A client that writes `*` means all that it knows, and the last may be gone.
        let last = selection.view.snapshot.folder.uidNext - 1
        let wanted = set.isSavedResult ? selection.savedResult : UIDSet(ranges: set.ranges(largest: last))
        let changes = try await mailbox.changes(in: selection.folder, since: since)
        var gone = changes.vanished.intersection(wanted)
        // What the view still shows the client is told of later, as one message less.
        if !gone.isEmpty {
            var shown = UIDSet()
            selection.messages.forEachEntry { shown.insert($0.uid) }
            gone = gone.subtracting(shown)
        }
        stream.write { output in Response.vanished(gone.ranges, isEarlier: true, into: &output) }
    }

    /// Sets \Seen where it is not, in one commit, before anything is told. Returns where it was not.
    private func setSeen(
        _ numbers: MessageNumbers,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> UIDSet {
        let messages = selection.messages
        var uids = UIDSet()
        for index in numbers.indices {
            let entry = messages[index]
            if !entry.flags.contains(.seen) { uids.insert(entry.uid) }
        }
        guard !uids.isEmpty else { return uids }
        let change = FlagChange(.add, .seen)
        let stored = try await mailbox.store(uids, in: selection.folder, change, unchangedSince: nil)
        try await catchUp(mailbox, selection, mayExpunge: false) { entry, _ in stored.uids.contains(entry.uid) }
        return stored.uids
    }

    /// Answers from the view alone.
    private func tellEntries(_ numbers: MessageNumbers, _ plan: FetchPlan, _ selection: Selection) async throws {
        let messages = selection.messages
        for range in numbers.ranges {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 512) {
                stream.write { output in
                    for index in start..<min(start + 512, range.upperBound) {
                        let entry = messages[index]
                        var response = FetchResponse(entry, index + 1, enabled, into: &output)
                        for attribute in plan.attributes { response.append(attribute, of: entry, selection, &output) }
                        response.end(into: &output)
                    }
                }
                try await stream.drain(by: transferDeadline)
            }
        }
    }

    /// Answers with what is read. Returns whether every message was still there.
    private func tellMessages(
        _ numbers: MessageNumbers,
        _ plan: FetchPlan,
        _ nowSeen: UIDSet,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> Bool {
        let messages = selection.messages
        var isComplete = true
        for batch in numbers.batches(of: 1000) {
            let entries = batch.map { messages[$0] }
            var next = 0
            var found = try await Self.read(entries[...], plan.parts, mailbox)
            while !found.isEmpty {
                // The next piece is read while this one leaves; the yield lets that begin.
                let rest = entries[min(next + found.count, entries.count)...]
                async let ahead = Self.read(rest, plan.parts, mailbox)
                if plan.parts.contains(.octets) { await Task.yield() }
                for (place, data) in found.enumerated() where next + place < entries.count {
                    guard var data else {
                        isComplete = false
                        continue
                    }
                    // The flags are those of the view, which are what the client knows.
                    data.entry = entries[next + place]
                    let isNowSeen = nowSeen.contains(data.entry.uid)
                    try await tell(data, batch[next + place] + 1, plan, isNowSeen: isNowSeen, mailbox, selection)
                }
                next += found.count
                found = try await ahead
            }
        }
        return isComplete
    }

    /// What is stored of a first part of `entries`; empty only if there are none.
    private static func read(
        _ entries: ArraySlice<MessageEntry>,
        _ parts: MessageParts,
        _ mailbox: any Mailbox
    ) async throws -> [MessageData?] {
        guard !entries.isEmpty else { return [] }
        let found = try await mailbox.read(entries, parts)
        guard !found.isEmpty else { throw Refusal.no(.serverBug, "Nothing could be read") }
        return found
    }

    /// One FETCH response.
    private func tell(
        _ data: MessageData,
        _ number: Int,
        _ plan: FetchPlan,
        isNowSeen: Bool,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws {
        // What can be refused is refused before the response begins.
        var sources: [[UInt32]: BinarySource?] = [:]
        for attribute in plan.attributes {
            guard let part = attribute.binaryPart, sources[part] == nil else { continue }
            sources[part] = .some(try await binarySource(part, data, mailbox))
        }
        var beginning: [UInt8] = []
        var response = FetchResponse(data.entry, number, enabled, into: &beginning)
        stream.write(beginning)
        for attribute in plan.attributes {
            if let section = attribute.section {
                try await tell(attribute, section, data, mailbox, &response)
            } else if let part = attribute.binaryPart {
                try await tellBinary(attribute, part, sources[part] ?? nil, data, mailbox, &response)
            } else {
                stream.write { output in response.append(attribute, of: data, selection, enabled, &output) }
            }
            // A client may ask for thousands of pieces of one message.
            if stream.pendingOutput >= stream.outputMark { try await stream.drain(by: transferDeadline) }
        }
        stream.write { output in
            if isNowSeen, !plan.hasFlags { response.append(.flags, of: data.entry, selection, &output) }
            if isNowSeen, !plan.hasModSequence, enabled.contains(.condstore) {
                response.modSequence(data.entry.modSeq, into: &output)
            }
            response.end(into: &output)
        }
        try await stream.drain(by: transferDeadline)
    }
}

extension MessageNumbers {
    /// The same, in pieces of at most `size` messages.
    func batches(of size: Int) -> [[Int]] {
        var batches: [[Int]] = []
        for index in indices {
            if let last = batches.last, last.count < size {
                batches[batches.count - 1].append(index)
            } else {
                batches.append([index])
            }
        }
        return batches
    }
}

extension FetchResponse {
    /// An item that the view knows.
    mutating func append(
        _ attribute: FetchAttribute,
        of entry: MessageEntry,
        _ selection: Selection,
        _ output: inout [UInt8]
    ) {
        switch attribute {
        case .uid: uid(entry.uid, into: &output)
        case .flags:
            let system = selection.systemFlags(of: entry)
            if entry.keywords == 0 {
                flags(system, into: &output)
            } else {
                let keywords = selection.view.snapshot.folder.keywords
                flags(system, keywords: keywords, present: entry.keywords, into: &output)
            }
        case .internalDate: internalDate(DateTime(secondsSince1970: entry.internalDate), into: &output)
        case .rfc822Size: rfc822Size(entry.size, into: &output)
        case .modSequence: modSequence(entry.modSeq, into: &output)
        case .saveDate: saveDate(DateTime(secondsSince1970: entry.saveDate), into: &output)
        default: break
        }
    }

    /// An item that the view knows, or what was read. A message always has a summary if one was asked for, and so on.
    fileprivate mutating func append(
        _ attribute: FetchAttribute,
        of data: MessageData,
        _ selection: Selection,
        _ enabled: EnabledExtensions,
        _ output: inout [UInt8]
    ) {
        switch (attribute, data.summary) {
        case (.envelope, let summary?): envelope(summary.envelope, enabled: enabled, into: &output)
        case (.bodyStructure, let summary?): bodyStructure(summary.bodyStructure, enabled: enabled, into: &output)
        case (.emailID, _): emailID((data.objectID ?? data.entry.email).emailID, into: &output)
        case (.threadID, _): threadID(data.thread?.threadID, into: &output)
        case (.preview, _):
            let preview = data.preview.map { Array($0.utf8) }
            self.preview(preview, enabled: enabled, into: &output)
        case (.body, let summary?):
            body(BodyStructure.withoutExtensions(summary.bodyStructure), enabled: enabled, into: &output)
        default: append(attribute, of: data.entry, selection, &output)
        }
    }
}
