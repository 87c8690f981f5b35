internal import Octets

/// What ESEARCH asks for: a search in several mailboxes, answered with UIDs. RFC 7377 §2.
public struct MultiSearchRequest: Hashable, Sendable {
    /// IN: which mailboxes; empty for the one selected.
    public var sources: [MailboxFilter]
    /// RETURN; nil if there was none, which means ALL.
    public var returns: SearchReturn?
    /// CHARSET, in upper case; nil if there was none.
    public var charset: String?
    /// What a message must match.
    public var key: SearchKey

    /// The request of those parts.
    public init(
        _ sources: [MailboxFilter],
        _ key: SearchKey,
        returns: SearchReturn? = nil,
        charset: String? = nil
    ) {
        self.sources = sources
        self.returns = returns
        self.charset = charset
        self.key = key
    }
}

extension CommandReader {
    /// esearch. There are no scope-options yet. RFC 7377 §4.
    mutating func multiSearch(in octets: Span<UInt8>) throws(SyntaxError) -> MultiSearchRequest {
        try space(in: octets)
        var sources: [MailboxFilter] = []
        if cursor.take(word: "IN (", in: octets) {
            repeat {
                let start = cursor
                let filter = try mailboxFilter(in: octets)
                guard filter != .selectedDelayed else { throw start.unexpected("no selected-delayed") }
                sources.append(filter)
            } while take(" ", in: octets)
            try expect(")", in: octets, as: "SP or )")
            try space(in: octets)
        }
        let returns = try searchReturn(in: octets)
        if returns != nil { try space(in: octets) }
        let (charset, key) = try searchProgram(in: octets)
        return MultiSearchRequest(sources, key, returns: returns, charset: charset)
    }
}
