internal import DNS
internal import Octets
internal import Resolver

/// An answer of the DNS as people and programs read it.
struct ShownAnswer {
    var name: String
    var type: RecordType
    var answer: Answer?
    var mail: Mail?
    var error: LookupError?

    static func text(of error: LookupError) -> String {
        switch error {
        case .temporary(let cause): "no answer for now (\(cause))"
        case .invalidName: "no such name is possible"
        case .refused: "all servers refuse to answer"
        }
    }

    // MARK: Text

    var text: String {
        guard let answer else { return "" }
        var lines: [String] = []
        let asked = try? InternationalDomain.name(name)
        if let asked, asked != answer.canonicalName { lines.append("\(asked) is an alias of \(answer.canonicalName)") }
        switch answer.outcome {
        case .found:
            for record in answer.records {
                lines.append("\(record.name) \(record.timeToLive) \(record.type) \(record.data)")
            }
        case .noData: lines.append("\(answer.canonicalName) exists, without \(type) records")
        case .noSuchName: lines.append("\(answer.canonicalName) does not exist")
        }
        let trust = answer.isAuthenticated ? "validated by the server (AD)" : "not validated"
        lines.append("\(trust), to be kept \(answer.timeToLive) s")
        if let unicode = InternationalDomain.unicode(answer.canonicalName.host), unicode != answer.canonicalName.host {
            lines.append("in its own script: \(unicode)")
        }
        if let mail { lines += mail.lines }
        return lines.joined(separator: "\n") + "\n"
    }
}

// MARK: JSON

extension ShownAnswer: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("type", "\(type)")
            if let answer {
                json.member("outcome", "\(answer.outcome)")
                json.member("canonicalName", answer.canonicalName.description)
                json.member("authenticated", answer.isAuthenticated)
                json.member("timeToLive", Int(answer.timeToLive))
                json.member("records") { json in
                    json.array { json in
                        for record in answer.records {
                            json.object { json in
                                json.member("name", record.name.description)
                                json.member("timeToLive", Int(record.timeToLive))
                                json.member("type", "\(record.type)")
                                json.member("data", "\(record.data)")
                            }
                        }
                    }
                }
            }
            json.member("mail", mail)
            if let error { json.member("error", Self.word(of: error)) }
            if case .temporary(let cause)? = error { json.member("cause", cause) }
        }
    }

    static func word(of error: LookupError) -> String {
        switch error {
        case .temporary: "temporary"
        case .invalidName: "invalidName"
        case .refused: "refused"
        }
    }
}
