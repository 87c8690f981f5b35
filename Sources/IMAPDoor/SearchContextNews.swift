internal import IMAP
internal import Mailbox
internal import Network
internal import World

// How results of searches are kept up to date: RETURN (UPDATE). RFC 5267 §4.3.

extension Session {
    /// Refuses UPDATE with the tag of a search that is kept up to date already. RFC 5267 §4.3.
    func requireNewTag(_ returns: SearchReturn?, _ selection: Selection?) throws {
        guard let returns, returns.options.contains(.update), let selection else { return }
        if selection.contexts.contains(where: { $0.tag == tag }) { throw Refusal.bad("The tag is in use") }
    }

    /// Keeps the result of a search up to date from now on, if that was asked for and there are not too many already.
    /// RFC 5267 §4.3.1.
    func keepUpToDate(
        _ key: SearchKey,
        _ returns: SearchReturn,
        by numbering: Numbering,
        source: SearchResult.Source? = nil,
        sortedBy order: MessageOrder? = nil,
        _ finding: SearchFinding,
        _ selection: Selection
    ) async throws {
        guard returns.options.contains(.update) else { return }
        guard selection.contexts.count < limits.contexts, key.numberSets <= Session.numberSets,
            order == nil || finding.indices.count <= limits.sortedContextMessages && order?.tellsRelevancy != true
        else { return refuseUpdates(tag) }
        let messages = selection.messages
        var sorted: SortedResult?
        if let order {
            sorted = SortedResult(try await ranks(finding.indices, order, selection.mailbox, selection), order)
        }
        selection.contexts.append(
            SearchContext(
                tag: tag,
                by: numbering,
                source: source,
                key.inUIDs(selection),
                returns.updateAttributes,
                members: UIDSet(finding.indices.ascending.lazy.map { messages[$0].uid }),
                sorted: sorted
            )
        )
    }

    /// Sets of sequence numbers, and `$`, of a key that is kept: each becomes all UIDs that it stands for.
    private static let numberSets = 8

    private func refuseUpdates(_ tag: [UInt8]) {
        writeStatus(nil, .no, .noUpdate(tag: tag), "The result will not be kept up to date")
    }

    /// What SORT compares of messages, by their UIDs.
    private func ranks(
        _ indices: FoundMessages,
        _ order: MessageOrder,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> [MessageOrder.Rank] {
        let messages = selection.messages
        return try await ranks(of: indices, order, mailbox, selection).map { rank in
            MessageOrder.Rank(index: Int(messages[rank.index].uid), values: rank.values)
        }
    }

    /// Tells that messages went which a result had: before their numbers mean others. RFC 5267 §4.3.4.
    func tellContextsOfRemoved(_ uids: [UID], _ before: MessageTable, _ selection: Selection) {
        guard !selection.contexts.isEmpty, !uids.isEmpty else { return }
        let gone = UIDSet(uids.reversed())
        for place in selection.contexts.indices {
            let numbering = selection.contexts[place].numbering
            let changes = selection.contexts[place].remove(gone) { $0.number(numbering, before) }
            tell(changes.isEmpty ? [] : [.removeFrom(changes)], of: selection.contexts[place])
        }
    }

    /// Tells results of messages that came, from UID `first` on, and of those that were changed. The client has heard of
    /// both. RFC 5267 §4.3.3.
    func tellContexts(
        newFrom first: UID,
        changed: [(number: Int, entry: MessageEntry)],
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws {
        let messages = selection.messages
        var candidates = FoundMessages()
        for (number, entry) in changed where entry.uid < first { candidates.append(number - 1) }
        for index in messages.index(notBefore: first)..<messages.count { candidates.append(index) }
        guard !selection.contexts.isEmpty, !candidates.isEmpty else { return }
        for context in selection.contexts {
            do {
                try await tell(context.tag, candidates, newFrom: first, mailbox, selection)
            } catch let error as TransportError {
                throw error
            } catch {
                // What cannot be looked at cannot be kept up to date.
                if let cause = asRefusal(error).cause { house.log(.error, "imap.failed", [("cause", "\(cause)")]) }
                selection.contexts.removeAll { $0.tag == context.tag }
                refuseUpdates(context.tag)
            }
        }
    }

    /// Tells one result which of `candidates` come into it and which go.
    private func tell(
        _ tag: [UInt8],
        _ candidates: FoundMessages,
        newFrom first: UID,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws {
        guard let place = selection.contexts.firstIndex(where: { $0.tag == tag }) else { return }
        let context = selection.contexts[place]
        let messages = selection.messages
        let condition = try condition(context.key, charset: nil, selection)
        let matching = try await find(condition, among: candidates, mailbox, selection)
        let found = UIDSet(matching.lazy.map { messages[$0].uid })
        let all = UIDSet(candidates.lazy.map { messages[$0].uid })
        let added = found.subtracting(context.members)
        let new = FoundMessages(ascending: matching.lazy.filter { added.contains(messages[$0].uid) })
        var ranks: [MessageOrder.Rank] = []
        if let order = context.order { ranks = try await self.ranks(new, order, mailbox, selection) }
        let removals = selection.contexts[place].remove(all.subtracting(found)) {
            $0.number(context.numbering, messages)
        }
        let additions = selection.contexts[place].add(added, ranks) { $0.number(context.numbering, messages) }
        var items: [SearchResult.Item] = []
        if !removals.isEmpty { items.append(.removeFrom(removals)) }
        if !additions.isEmpty { items.append(.addTo(additions)) }
        let arrived = FoundMessages(ascending: new.lazy.filter { messages[$0].uid >= first })
        if !arrived.isEmpty, !context.attributes.isEmpty {
            // Before the ESEARCH. RFC 5465 §7.
            let request = FetchRequest(SequenceSet([]), by: .uid, context.attributes)
            let numbers = MessageNumbers(ranges: arrived.ranges ?? [])
            try await self.tell(numbers, FetchPlan(request, enabled), mailbox, selection)
        }
        tell(items, of: context)
    }

    private func tell(_ items: [SearchResult.Item], of context: SearchContext) {
        guard !items.isEmpty else { return }
        let result = SearchResult(tag: context.tag, mailbox: context.source, by: context.numbering, items)
        stream.write { output in Response.esearch(result, enabled: enabled, into: &output) }
    }
}

extension UID {
    /// The message as a client that counts so knows it.
    fileprivate func number(_ numbering: Numbering, _ messages: MessageTable) -> UInt32 {
        numbering == .uid ? self : UInt32(clamping: messages.index(notBefore: self) + 1)
    }
}

extension SearchKey {
    /// Whether a set of sequence numbers, or `$`, is anywhere in it: what only the selected mailbox has.
    var hasNumbers: Bool {
        switch self {
        case .and(let keys): keys.contains { $0.hasNumbers }
        case .or(let left, let right): left.hasNumbers || right.hasNumbers
        case .not(let key), .fuzzy(let key): key.hasNumbers
        case .sequence: true
        case .uid(let set): set.isSavedResult
        default: false
        }
    }

    /// How many sets of sequence numbers, and `$`, are in it.
    fileprivate var numberSets: Int {
        switch self {
        case .and(let keys): keys.reduce(0) { $0 + $1.numberSets }
        case .or(let left, let right): left.numberSets + right.numberSets
        case .not(let key), .fuzzy(let key): key.numberSets
        default: hasNumbers ? 1 : 0
        }
    }

    /// The key with UIDs for sequence numbers and `$`, as both are now. RFC 5267 §4.3.
    func inUIDs(_ selection: Selection) -> SearchKey {
        switch self {
        case .and(let keys): .and(keys.map { $0.inUIDs(selection) })
        case .or(let left, let right): .or(left.inUIDs(selection), right.inUIDs(selection))
        case .not(let key): .not(key.inUIDs(selection))
        case .fuzzy(let key): .fuzzy(key.inUIDs(selection))
        case .sequence(let set): selection.uidKey(set)
        case .uid(let set) where set.isSavedResult: selection.uidKey(set)
        default: self
        }
    }
}

extension Selection {
    /// The messages of a set, by their UIDs.
    fileprivate func uidKey(_ set: SequenceSet) -> SearchKey {
        let uids = set.isSavedResult ? savedResult : searched(set).uids(self)
        guard !uids.isEmpty else { return .not(.all) }
        return .uid(SequenceSet(uids.ranges.map { SequenceSet.Element($0.lowerBound, $0.upperBound) }))
    }
}
