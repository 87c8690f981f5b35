internal import IMAP
internal import Mailbox
internal import Network
internal import World

extension Session {
    /// SEARCH and UID SEARCH. RFC 3501 §6.4.4, RFC 9051 §6.4.4; RETURN RFC 4731, RFC 5182, RFC 9394; CONTEXT RFC 5267.
    func search(_ request: SearchRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try requireNewTag(request.returns, selection)
        if request.key.hasModSequence { enableCondstore() }
        return try await keepingNothing(request.returns, selection) {
            let finding = try await finding(request.key, request.charset, request.returns, mailbox, selection)
            guard let returns = request.returns ?? (enabled.contains(.imap4rev2) ? SearchReturn([]) : nil) else {
                answerPlainly(finding, request, selection)
                return Completion("Searched")
            }
            if returns.options.contains(.update) {
                let key = try request.key.inUTF8(from: request.charset, house.charsets)
                try await keepUpToDate(key, returns, by: request.numbering, finding, selection)
            }
            answer(
                finding,
                returns,
                by: request.numbering,
                hasModSequence: request.key.hasModSequence,
                selection
            )
            return Completion("Searched")
        }
    }

    /// What matches, with what else RETURN wants of it.
    func finding(
        _ key: SearchKey,
        _ charset: String?,
        _ returns: SearchReturn?,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> SearchFinding {
        let condition = try condition(key, charset: charset, selection)
        var finding = SearchFinding(indices: try await find(condition, mailbox, selection))
        if returns?.options.contains(.relevancy) ?? false {
            let scores = try await relevancies(key, charset, finding.indices, mailbox, selection)
            finding.relevancies = finding.indices.map { scores[$0] ?? 1 }
        }
        try requireSavable(finding, returns)
        return finding
    }

    /// SEARCH as it was before ESEARCH. RFC 3501 §7.2.5, RFC 7162 §3.1.5.
    private func answerPlainly(_ finding: SearchFinding, _ request: SearchRequest, _ selection: Selection) {
        let messages = selection.messages
        let isUID = request.numbering == .uid
        let numbers = finding.indices.lazy.map { isUID ? messages[$0].uid : UInt32($0 + 1) }
        stream.write { output in
            guard request.key.hasModSequence else { return Response.search(numbers, into: &output) }
            let highest = finding.indices.reduce(0) { max($0, messages[$1].modSeq) }
            Response.search(Array(numbers), highestModSequence: highest, into: &output)
        }
    }

    /// A result of more messages than SAVELIMIT is not kept. RFC 9738 §3.2.
    func requireSavable(_ finding: SearchFinding, _ returns: SearchReturn?) throws {
        if let returns, returns.options.contains(.save) { try requireWithinLimit(finding.saved(returns).count) }
    }

    /// The condition of a key. What it looks for is in the charset that is named. RFC 3501 §6.4.4.
    func condition(_ key: SearchKey, charset: String?, _ selection: Selection) throws -> SearchCondition {
        let key = try key.inUTF8(from: charset, house.charsets)
        return try SearchCondition(key, selection, now: house.world.now().seconds)
    }
}
