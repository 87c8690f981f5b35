internal import DNS

/// What one response says: the answer, or that it is elsewhere.
struct Step: Sendable {
    var answer: Answer
    /// Where an alias leads out of the response; the answer is then none.
    var next: Name?

    /// What a response is.
    enum Reading {
        case step(Step)
        /// The server could not find out, or makes no sense.
        case failure(String)
        case refusal
    }

    /// Reads the response to `question`.
    static func read(
        _ response: Message,
        to question: Question,
        isTrusted: Bool,
        settings: ResolverSettings
    ) -> Reading {
        switch response.responseCode {
        case .noError, .nameError: break
        case .refused: return .refusal
        case .serverFailure: return .failure("SERVFAIL")
        case let code: return .failure("response code \(code.rawValue)")
        }
        guard let (found, answers) = response.records(answering: question) else {
            return .failure("aliases go in a circle")
        }
        let (name, records) = (found.lowercased, answers.map(\.lowercased))
        let aliases = response.answers.filter { $0.type == .cname }.map(\.timeToLive)
        var answer = Answer(
            records: records,
            canonicalName: name,
            isAuthenticated: isTrusted && response.header.isAuthentic,
            exists: response.responseCode != .nameError
        )
        guard records.isEmpty else {
            answer.timeToLive = settings.bounded((records.map(\.timeToLive) + aliases).min() ?? 0)
            return .step(Step(answer: answer))
        }
        // The response code is about the last name, where aliases lead (RFC 2308 §2.1).
        let isElsewhere = name != question.name
        guard let start = response.negativeTimeToLive(of: name) else {
            if answer.outcome == .noData, isElsewhere {
                answer.timeToLive = settings.bounded(aliases.min() ?? 0)
                return .step(Step(answer: answer, next: name))
            }
            // A server that has not the name and asks nobody for it names others that may.
            if answer.outcome == .noData, response.authorities.contains(where: { $0.type == .ns }) {
                return .failure("the server does not resolve names for others")
            }
            // Without SOA it is not kept (RFC 2308 §5).
            return .step(Step(answer: answer))
        }
        answer.timeToLive = settings.bounded(
            min(([start] + aliases).min() ?? 0, settings.maximumNegativeTimeToLive)
        )
        return .step(Step(answer: answer))
    }
}

extension Message {
    /// Seconds that it may be kept that there is nothing at `name`: the lesser of what the SOA record says and how long
    /// it lives itself (RFC 2308 §3, §5). Nil without one of a zone that has the name.
    fileprivate func negativeTimeToLive(of name: Name) -> UInt32? {
        for record in authorities where name.isWithin(record.name) {
            if case .soa(let start) = record.data { return min(start.minimum, record.timeToLive) }
        }
        return nil
    }
}

extension ResolverSettings {
    func bounded(_ timeToLive: UInt32) -> UInt32 { min(max(timeToLive, minimumTimeToLive), maximumTimeToLive) }
}
