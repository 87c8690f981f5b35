internal import DNS

extension Step {
    /// What is known of `question` without asking: `localhost` is this host, and what is below `invalid` and `onion` is
    /// not in the DNS (RFC 6761 §6.3, §6.4, RFC 7686 §2). Nil for all other names.
    init?(specialName question: Question) {
        guard let last = question.name.labels.last, let top = try? Name(labels: [last]) else { return nil }
        switch top.host {
        case "localhost":
            let data: RecordData? =
                switch question.type {
                case .a: .a(0x7F00_0001)
                case .aaaa: .aaaa(1)
                default: nil
                }
            answer = Answer(
                records: data.map { [Record(name: question.name, timeToLive: 0, data: $0)] } ?? [],
                canonicalName: question.name
            )
        case "invalid", "onion": answer = Answer(records: [], canonicalName: question.name, exists: false)
        default: return nil
        }
    }

    /// What the overrides say; nil for names that are not there.
    init?(override question: Question, _ settings: ResolverSettings) {
        guard let all = settings.overrides[question.name] else { return nil }
        let found = all.filter { $0.type == question.type || question.type == .any }
        answer = Answer(
            records: found.map { Record(name: question.name, timeToLive: 0, data: $0) },
            canonicalName: question.name
        )
        if found.isEmpty, case .cname(let target)? = all.first(where: { $0.type == .cname }) { next = target }
    }
}
