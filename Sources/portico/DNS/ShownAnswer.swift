internal import DNS
internal import Octets
internal import Resolver

/// An answer of the DNS as people and programs read it.
struct ShownAnswer {
    /// Where mail for the name would go.
    struct Mail {
        var servers: MailServers
        /// By the server's name.
        var addresses: [String: Result<HostAddresses, LookupError>] = [:]
    }

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
        if let mail { lines += Self.lines(of: mail) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of mail: Mail) -> [String] {
        let verdict =
            switch mail.servers.kind {
            case .exchanges: "mail goes to the first of these that takes it:"
            case .implicit: "without MX records mail goes to the host itself:"
            case .null: "null MX: the domain takes no mail, it is returned at once"
            case .none: "there is no host to take mail, it is returned at once"
            case .noSuchDomain: "there is no such domain, mail for it is returned at once"
            }
        var lines = ["", verdict]
        for server in mail.servers.servers {
            let addresses: String
            switch mail.addresses[server.name] {
            case .success(let found)?:
                let all = found.addresses.map { "\($0)" }.joined(separator: " ")
                addresses = all.isEmpty ? "no address" : all + (found.isAuthenticated ? " (AD)" : "")
            case .failure(let error)?: addresses = text(of: error)
            case nil: addresses = ""
            }
            lines.append("\(server.preference) \(server.name): \(addresses)")
        }
        return lines
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
            if let mail { json.member("mail") { json in Self.write(mail, to: &json) } }
            if let error { json.member("error", Self.word(of: error)) }
            if case .temporary(let cause)? = error { json.member("cause", cause) }
        }
    }

    private static func word(of error: LookupError) -> String {
        switch error {
        case .temporary: "temporary"
        case .invalidName: "invalidName"
        case .refused: "refused"
        }
    }

    private static func write(_ mail: Mail, to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", "\(mail.servers.kind)")
            json.member("authenticated", mail.servers.isAuthenticated)
            json.member("servers") { json in
                json.array { json in
                    for server in mail.servers.servers {
                        json.object { json in
                            json.member("name", server.name)
                            json.member("preference", Int(server.preference))
                            switch mail.addresses[server.name] {
                            case .success(let found)?:
                                json.member("addresses") { json in
                                    json.array { json in
                                        for address in found.addresses { json.string("\(address)") }
                                    }
                                }
                                json.member("authenticated", found.isAuthenticated)
                            case .failure(let error)?: json.member("error", word(of: error))
                            case nil: break
                            }
                        }
                    }
                }
            }
        }
    }
}
