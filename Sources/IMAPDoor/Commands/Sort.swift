internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// SORT and UID SORT. RFC 5256 §3; RETURN RFC 5267 §3, RFC 9394 §3.2.
    func sort(_ request: SortRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try requireNewTag(request.returns, selection)
        if request.key.hasModSequence { enableCondstore() }
        return try await keepingNothing(request.returns, selection) {
            let condition = try condition(request.key, charset: request.charset, selection)
            let found = try await find(condition, mailbox, selection)
            var order = MessageOrder(request.criteria)
            let tellsRelevancy = request.returns?.options.contains(.relevancy) ?? false
            if tellsRelevancy || request.criteria.contains(where: { $0.key == .relevancy }) {
                order.relevancies = try await relevancies(request.key, request.charset, found, mailbox, selection)
            }
            let ranks = try await ranks(of: found, order, mailbox, selection)
            let ordered = try await order.sorted(ranks) { try await pause(done: found.count, of: found.count) }
            let sorted = FoundMessages(inOrder: ordered.map(\.index))
            var finding = SearchFinding(indices: sorted)
            if tellsRelevancy { finding.relevancies = sorted.map { order.relevancies[$0] ?? 1 } }
            try requireSavable(finding, request.returns)
            if let returns = request.returns {
                let hasModSequence = request.key.hasModSequence
                if returns.options.contains(.update) {
                    let key = try request.key.inUTF8(from: request.charset, house.charsets)
                    try await keepUpToDate(key, returns, by: request.numbering, sortedBy: order, finding, selection)
                }
                answer(finding, returns, by: request.numbering, hasModSequence: hasModSequence, selection)
            } else {
                answerPlainly(finding, request, selection)
            }
            return Completion("Sorted")
        }
    }

    /// SORT as it was before ESORT. RFC 5256 §4, RFC 7162 §3.1.6.
    private func answerPlainly(_ finding: SearchFinding, _ request: SortRequest, _ selection: Selection) {
        let messages = selection.messages
        let isUID = request.numbering == .uid
        let highest = finding.indices.reduce(0) { max($0, messages[$1].modSeq) }
        stream.write { output in
            Response.sort(
                finding.indices.map { isUID ? messages[$0].uid : UInt32($0 + 1) },
                highestModSequence: request.key.hasModSequence ? highest : nil,
                into: &output
            )
        }
    }

    /// What is compared of messages. What the order needs is read in large scans of small rows.
    func ranks(
        of indices: FoundMessages,
        _ order: MessageOrder,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> [MessageOrder.Rank] {
        let messages = selection.messages
        var ranks: [MessageOrder.Rank] = []
        ranks.reserveCapacity(indices.count)
        if order.needsKeys {
            try await forEachKeys(indices, mailbox, selection) { index, keys in
                ranks.append(order.rank(of: index, messages[index], keys))
            }
        } else {
            for index in indices { ranks.append(order.rank(of: index, messages[index], nil)) }
        }
        return ranks
    }

    /// Calls `body` with what SORT and THREAD compare of each message that is still there, in the order of the indices.
    func forEachKeys(
        _ indices: FoundMessages,
        _ mailbox: any Mailbox,
        _ selection: Selection,
        _ body: (Int, SortKeys) -> Void
    ) async throws {
        let messages = selection.messages
        var done = 0
        while done < indices.count {
            let batch = indices[done..<min(done + 4000, indices.count)]
            let entries = batch.map { messages[$0] }
            var next = 0
            while next < entries.count {
                let found = try await mailbox.read(entries[next...], .sortKeys)
                guard !found.isEmpty else { throw Refusal.no(.serverBug, "Nothing could be read") }
                for (place, data) in found.enumerated() where next + place < entries.count {
                    if let keys = data?.sortKeys { body(batch[batch.startIndex + next + place], keys) }
                }
                next += found.count
                try await pause(done: done + next, of: indices.count)
            }
            done += batch.count
        }
    }
}
