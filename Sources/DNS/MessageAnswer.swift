extension Message {
    /// Whether the message is a response to `query`: same id and kind, and the one question of the query, its name in
    /// the same case. Who gave the letters a random case so knows that the sender saw the query (RFC 5452 §9.1 asks for
    /// all but the case). The caller has seen that it came from the address and port that were asked.
    ///
    /// `ignoringCase` is for servers that do not give the case back; a query over TCP, or one that did not vary the
    /// case, loses nothing by it.
    public func matches(_ query: Message, ignoringCase: Bool = false) -> Bool {
        guard header.isResponse, !query.header.isResponse, header.id == query.header.id,
            header.opcode == query.header.opcode, questions.count == 1, query.questions.count == 1
        else { return false }
        return ignoringCase
            ? questions[0] == query.questions[0] : questions[0].isIdentical(to: query.questions[0])
    }

    /// Aliases that are followed within one response.
    public static let maximumAliases = 16

    /// The answers to `question`, in their order, and the name that they belong to: that of the question, or where
    /// CNAME records among the answers lead from it (RFC 1034 §3.6.2). Nil if these go in a circle or further than
    /// `maximumAliases`. No records with a name that is another: the alias leads out of the response.
    public func records(answering question: Question) -> (name: Name, records: [Record])? {
        var aliases: [Name: Name] = [:]
        for record in answers where record.recordClass == question.recordClass {
            if case .cname(let target) = record.data, aliases[record.name] == nil { aliases[record.name] = target }
        }
        var name = question.name
        if question.type != .cname, question.type != .any {
            var steps = 0
            while let target = aliases[name] {
                guard steps < Self.maximumAliases else { return nil }
                steps += 1
                name = target
            }
        }
        let found = answers.filter { record in
            record.name == name && record.recordClass == question.recordClass
                && (record.type == question.type || question.type == .any)
        }
        return (name, found)
    }
}
