public import SMTP

extension Classification {
    /// What a server's refusal means.
    public init(_ reply: Reply) {
        self.init(replyCode: reply.code, enhanced: reply.enhanced, text: reply.lines.joined(separator: " "))
    }

    /// What a refusal means of which something may be missing, as in a report by somebody else.
    ///
    /// - Parameters:
    ///   - replyCode: the three digits, if known.
    ///   - enhanced: the enhanced code, if there was one.
    ///   - text: the text, with or without those codes.
    public init(replyCode: UInt16?, enhanced: EnhancedCode?, text: String) {
        // The two may contradict each other; what the protocol acts on is the first.
        let isTransient = replyCode.map { $0 < 500 } ?? (enhanced?.class == 4)
        let kind = isTransient ? 4 : 5
        let words = PlainWords(text)
        let rule = ReplyRules.all.rule(for: words, kind: kind)
        let coded = enhanced.flatMap(Reason.init(enhanced:))
        let reason = Self.reason(rule, coded) ?? Reason(replyCode: replyCode) ?? .other
        let isFitting = enhanced.map { $0.class == (isTransient ? 4 : 5) && ($0.subject, $0.detail) != (0, 0) } ?? false
        self.init(
            reason,
            isTransient: isTransient,
            status: isFitting ? enhanced : nil,
            knownFrom: reason == rule?.reason ? rule?.source : nil,
            rateHint: RateHint(reason, isTransient: isTransient, pause: rule?.pause, words: words)
        )
    }

    /// Exact texts say more than a code; what anybody may write says less than one that names a thing.
    private static func reason(_ rule: ReplyRule?, _ coded: Reason?) -> Reason? {
        guard let rule else { return coded }
        guard let coded, rule.isVague else { return rule.reason }
        return coded
    }
}

extension ReplyRule {
    /// Whether the words are found in texts about other things, too.
    fileprivate var isVague: Bool { source == "anybody" && (reason == .busy || reason == .content) }
}

extension Classification.Reason {
    /// What an enhanced code means, if it says more than that it failed. RFC 3463 §3, RFC 7372 §3, RFC 7505 §4.
    init?(enhanced code: EnhancedCode) {
        switch (code.subject, code.detail) {
        case (1, 1): self = .noSuchMailbox
        case (1, 2), (1, 10): self = .noSuchDomain
        case (1, 3), (1, 4): self = .badAddress
        case (1, 6): self = .moved
        case (1, 7), (1, 8): self = .senderRefused
        case (2, 1): self = .mailboxDisabled
        case (2, 2): self = .mailboxFull
        case (2, 3), (3, 4): self = .size
        case (3, 1), (3, 2), (4, 5): self = .busy
        case (3, 0) where code.class == 4: self = .busy
        case (4, 1), (4, 2): self = .connection
        case (4, 3), (4, 4): self = .dns
        case (4, 6): self = .loop
        case (4, 7): self = .expired
        case (5, 3): self = .rateLimited
        case (5, 6), (3, 3), (6, 3), (6, 7), (6, 9), (7, 30): self = .unsupported
        case (6, _): self = .content
        case (7, 2): self = .notAllowed
        case (7, 8), (7, 9), (7, 20...27): self = .authentication
        case (7, 28): self = .rateLimited
        case (7, 10), (7, 11): self = .tls
        default: return nil
        }
    }

    /// What three digits alone mean. A 550 may be anything. RFC 5321 §4.2.3, RFC 7504 §3.
    init?(replyCode: UInt16?) {
        switch replyCode {
        case 421, 450, 451: self = .busy
        case 452: self = .mailboxFull
        case 523: self = .size
        case 530, 534, 538: self = .tls
        case 552: self = .mailboxFull
        case 553: self = .badAddress
        case 556: self = .noSuchDomain
        default: return nil
        }
    }
}
