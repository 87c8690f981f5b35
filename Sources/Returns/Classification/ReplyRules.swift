/// What texts of refusals mean, as data.
///
/// A table has a rule in each line: the class of codes that it is for (`4`, `5`, `*` for either), the reason, and the phrases
/// that must all stand in the text, with ` + ` between them. They are in small letters with single blanks; so is the text
/// that is looked at. ` @ 3600` at the end says for how many seconds to send nothing there. The first rule that holds
/// counts, the tables in the order of `ReplyRules.tables`.
struct ReplyRule: Sendable {
    /// Whose texts these are.
    var source: String
    /// 4 or 5; nil for either.
    var kind: Int?
    var reason: Classification.Reason
    /// Indices into the finder's phrases; all of them must be found.
    var phrases: [Int]
    /// The usual pause.
    var pause: Duration?
}

struct ReplyRules: Sendable {
    let rules: [ReplyRule]
    private let finder: PhraseFinder

    /// Those of `tables`.
    static let all = ReplyRules(tables)

    init(_ tables: [(source: String, text: String)]) {
        var numbers: [String: Int] = [:]
        var phrases: [String] = []
        var rules: [ReplyRule] = []
        for table in tables {
            for line in table.text.split(separator: "\n") {
                guard let parsed = Self.parse(line) else {
                    preconditionFailure("no rule: \(table.source): \(line)")
                }
                let indices = parsed.phrases.map { phrase in
                    if let number = numbers[phrase] { return number }
                    numbers[phrase] = phrases.count
                    phrases.append(phrase)
                    return phrases.count - 1
                }
                rules.append(
                    ReplyRule(
                        source: table.source,
                        kind: parsed.kind,
                        reason: parsed.reason,
                        phrases: indices,
                        pause: parsed.pause
                    )
                )
            }
        }
        self.rules = rules
        finder = PhraseFinder(phrases)
    }

    /// The first rule that holds for a refusal of that class.
    func rule(for words: PlainWords, kind: Int) -> ReplyRule? {
        let found = finder.phrases(in: words.octets.span)
        return rules.first { rule in
            (rule.kind == nil || rule.kind == kind) && rule.phrases.allSatisfy { found[$0] }
        }
    }

    private static func parse(
        _ line: Substring
    ) -> (kind: Int?, reason: Classification.Reason, phrases: [String], pause: Duration?)? {
        let fields = line.split(separator: " ", maxSplits: 2)
        guard fields.count == 3, let reason = Classification.Reason(rawValue: String(fields[1])) else { return nil }
        guard fields[0] == "*" || fields[0] == "4" || fields[0] == "5" else { return nil }
        let halves = fields[2].split(separator: " @ ")
        let pause = halves.count == 2 ? Int64(halves[1]) : nil
        guard halves.count == 1 || pause != nil else { return nil }
        let phrases = halves[0].drop { $0 == " " }.split(separator: " + ").map(String.init)
        guard !phrases.isEmpty else { return nil }
        return (Int(fields[0]), reason, phrases, pause.map { .seconds($0) })
    }
}
