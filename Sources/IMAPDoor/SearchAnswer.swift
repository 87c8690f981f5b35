internal import IMAP
internal import Mailbox
internal import Network

// What SEARCH, SORT and ESEARCH answer, and what `$` becomes. RFC 4731, RFC 5182, RFC 9394.

/// What a search found.
struct SearchFinding {
    /// Indices of the view, in the order of the answer: ascending after SEARCH.
    var indices: FoundMessages
    /// How well each matches, 1 to 100, in the same order, if that was asked for. RFC 6203 §4.
    var relevancies: [UInt8]?

    /// The lowest and the highest, whatever the order. RFC 5267 §3.1: after SORT, MIN is the first and MAX the last.
    var first: Int? { indices.first }
    var last: Int? { indices.last }
}

extension SearchFinding {
    /// What RETURN asks for of it. Nothing found has no MIN, MAX and ALL. RFC 4731 §3.1, RFC 9394 §3.1.
    func items(
        _ returns: SearchReturn,
        _ number: @escaping (Int) -> UInt32,
        highestModSeq: ModSeq?
    ) -> [SearchResult.Item] {
        let options = returns.effective
        var items: [SearchResult.Item] = []
        if options.contains(.min), let first { items.append(.min(number(first))) }
        if options.contains(.max), let last { items.append(.max(number(last))) }
        if options.contains(.count) { items.append(.count(UInt32(clamping: indices.count))) }
        if options.contains(.all), !indices.isEmpty {
            items.append(.all(ResultSet(numbers: indices.lazy.map(number))))
        }
        if let partial = returns.partial {
            let places = partial.places(among: indices.count) ?? 0..<0
            items.append(.partial(partial, ResultSet(numbers: indices[places].lazy.map(number))))
        }
        if options.contains(.relevancy), let relevancies, !indices.isEmpty {
            let places = returns.partial.map { $0.places(among: indices.count) ?? 0..<0 } ?? indices.indices
            items.append(.relevancy(Array(relevancies[places])))
        }
        if let highestModSeq, !indices.isEmpty { items.append(.modSequence(highestModSeq)) }
        return items
    }

    /// Which of them SAVE keeps: all, unless only MIN, MAX or PARTIAL were asked for. RFC 5182 §2.1, RFC 9394 §3.2.
    func saved(_ returns: SearchReturn) -> FoundMessages {
        let options = returns.options
        if !options.isDisjoint(with: [.all, .count])
            || returns.partial == nil && options.isDisjoint(with: [.min, .max])
        {
            return indices
        }
        return FoundMessages(ascending: Set(told(returns)).sorted())
    }

    /// Those whose mod-sequences count for the answer. RFC 4731 §3.2.
    func told(_ returns: SearchReturn) -> FoundMessages {
        let options = returns.effective
        if !options.isDisjoint(with: [.all, .count]) { return indices }
        var told: [Int] = []
        if options.contains(.min), let first { told.append(first) }
        if options.contains(.max), let last { told.append(last) }
        if let partial = returns.partial { told += indices[partial.places(among: indices.count) ?? 0..<0] }
        return FoundMessages(inOrder: told)
    }
}

extension Session {
    /// Answers with ESEARCH, and keeps the result if that was asked for.
    func answer(
        _ finding: SearchFinding,
        _ returns: SearchReturn,
        by numbering: Numbering,
        hasModSequence: Bool,
        source: SearchResult.Source? = nil,
        _ selection: Selection
    ) {
        let messages = selection.messages
        if returns.options.contains(.save) {
            selection.savedResult = UIDSet(finding.saved(returns).ascending.lazy.map { messages[$0].uid })
            // Nothing else was asked for. RFC 5182 §2.1.
            if returns.options == .save, returns.partial == nil { return }
        }
        var highest: ModSeq?
        if hasModSequence { highest = finding.told(returns).reduce(0) { max($0, messages[$1].modSeq) } }
        let items = finding.items(
            returns,
            { numbering == .uid ? messages[$0].uid : UInt32($0 + 1) },
            highestModSeq: highest
        )
        stream.write { output in
            Response.esearch(
                SearchResult(tag: tag, mailbox: source, by: numbering, items),
                enabled: enabled,
                into: &output
            )
        }
    }

    /// A search that was to be kept and could not be done leaves nothing. RFC 5182 §2.1.
    func keepingNothing<Value>(
        _ returns: SearchReturn?,
        _ selection: Selection?,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch {
            if returns?.options.contains(.save) ?? false, asRefusal(error).kind == .no {
                selection?.savedResult = UIDSet()
            }
            throw error
        }
    }
}
