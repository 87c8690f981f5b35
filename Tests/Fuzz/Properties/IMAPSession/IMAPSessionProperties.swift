internal import Octets
internal import PorticoTesting

/// A whole session of the IMAP door, fed with whatever comes, in every state: it neither traps nor hangs, every complete
/// command is answered exactly once, and all that it says is well formed.
enum IMAPSessionProperties {
    static let words = table([
        "\r\n", "\r\n", "\r\na ", "\r\nb UID ", "FETCH ", "STORE ", "SEARCH ", "COPY ", "MOVE ", "EXPUNGE", "1:* ",
        "1 ", "2,3 ",
        "* ",
        "$ ", "(FLAGS UID)", "ALL", "BODY[]", "BODY.PEEK[1.MIME]<0.9>", "ENVELOPE", "BODYSTRUCTURE", "BINARY[1]",
        "PREVIEW",
        "+FLAGS.SILENT ", "FLAGS ", "(\\Seen $k)", "(\\Deleted)", "(UNCHANGEDSINCE 5) ", " (CHANGEDSINCE 1 VANISHED)",
        "\r\na SELECT INBOX", "\r\na EXAMINE INBOX", "\r\na UNSELECT", "\r\na CLOSE", "\r\na NOOP", "\r\na IDLE\r\n",
        "DONE\r\n",
        "\r\na LOGOUT\r\n", "\r\na LOGIN u@x p\r\n", "\r\na UNAUTHENTICATE\r\n", "\r\na AUTHENTICATE PLAIN ",
        "AHVAeABw\r\n",
        "\r\na CREATE ",
        "\r\na DELETE ", "\r\na RENAME ", "f ", "f/g ", "INBOX ", "\r\na LIST \"\" *\r\n",
        "\r\na STATUS INBOX (MESSAGES)\r\n",
        "\r\na APPEND f ", "\r\na APPEND INBOX (\\Seen) ", "{3+}\r\nabc", "{3}\r\n", "{9}\r\n", "~{4+}\r\na: b", "\"",
        "(", ")",
        "\r\na ENABLE QRESYNC\r\n", "\r\na ENABLE IMAP4rev2 UIDONLY\r\n",
        "\r\na NOTIFY SET (SELECTED (MessageNew MessageExpunge))",
        "\r\na SORT (SUBJECT) UTF-8 ALL\r\n", "\r\na THREAD REFERENCES UTF-8 ALL\r\n", "RETURN (MIN COUNT SAVE ALL) ",
        "NOT ", "OR ", "SUBJECT a ", "TEXT \"b\" ", "UID 1:3 ", "KEYWORD $k ", "SINCE 1-Jan-2020 ", "MODSEQ 3 ",
        " RETURN (PARTIAL 1:2) ", " UTF-8 ", "\r\na SUBSCRIBE f\r\n", "\r\na GETQUOTAROOT INBOX\r\n",
        "\r\na MYRIGHTS INBOX\r\n",
        "\r\na GETMETADATA INBOX /private/comment\r\n", "\r\na SETMETADATA INBOX (/private/comment {2+}\r\nab)\r\n",
        "\r\na REPLACE 1 INBOX {4+}\r\na: b\r\n", "CATENATE (TEXT {2+}\r\na:)", "\0", "é", "\n", "\r", " ",
    ])

    /// How a session begins.
    enum State: CaseIterable {
        case notAuthenticated, authenticated, selected, readOnly, resynchronizing, uidOnly
        /// In the middle of something: what comes first belongs to it.
        case idle, appending

        var opening: [String] {
            let login = "LOGIN u@x p"
            switch self {
            case .notAuthenticated: return []
            case .authenticated: return [login]
            case .selected, .idle, .appending: return [login, "SELECT INBOX"]
            case .readOnly: return [login, "EXAMINE INBOX"]
            case .resynchronizing: return [login, "ENABLE QRESYNC IMAP4rev2 UTF8=ACCEPT", "SELECT INBOX"]
            case .uidOnly: return [login, "ENABLE UIDONLY", "SELECT INBOX"]
            }
        }

        /// What was begun.
        var beginning: String {
            switch self {
            case .idle: "Zi IDLE\r\n"
            case .appending: "Zi APPEND INBOX {40+}\r\nSubject: half\r\n\r\n"
            default: ""
            }
        }
    }

    static func check(_ octets: [UInt8]) {
        do {
            try TestLoop.runHere(TestWorld(seed: FNV1a(octets).value), jobs: 4_000_000) { loop in
                let service = FuzzedService(on: loop)
                await fill(service)
                for state in State.allCases {
                    await pour(octets, into: service, state)
                    if state.beginning.isEmpty {
                        var conversation = await FuzzedConversation(with: service, state)
                        await conversation.hold(over: octets)
                    }
                }
                await checkThatItServes(service)
            }
        } catch {
            preconditionFailure("the session hangs: \(error)")
        }
    }

    private static func fill(_ service: FuzzedService) async {
        let connection = service.connect()
        connection.send(Array("Z LOGIN u@x p\r\n".utf8))
        for number in 1...3 {
            let message =
                "Subject: a \(number)\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nb\r\n--b--\r\n"
            connection.send(Array("Z APPEND INBOX {\(message.utf8.count)+}\r\n\(message)\r\n".utf8))
        }
        let answers = ServerResponse.all(of: await connection.settled() + connection.end(), hasUTF8: false)
        precondition(
            answers.filter { $0.tag == Array("Z".utf8) && $0.kind == .status("OK") }.count == 4,
            "it takes mail"
        )
    }

    /// After all that it still does what it should.
    private static func checkThatItServes(_ service: FuzzedService) async {
        let connection = service.connect()
        let commands = [
            "LOGIN u@x p", "LIST \"\" \"*\"", "LSUB \"\" \"*\"", "SELECT INBOX",
            "UID FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])",
            "UID SEARCH TEXT b", "LOGOUT",
        ]
        connection.send(commands.flatMap { Array("Z \($0)\r\n".utf8) })
        let answers = ServerResponse.all(of: await connection.settled() + connection.end(), hasUTF8: false)
        let tagged = answers.filter { $0.tag != nil }
        precondition(tagged.count == commands.count, "every command of a new connection is answered")
        precondition(tagged.allSatisfy { $0.kind == .status("OK") }, "with OK: \(tagged.map(\.text))")
    }

    /// Everything at once, cut at random: what comes back is well formed, and the session ends when the client does.
    private static func pour(_ octets: [UInt8], into service: FuzzedService, _ state: State) async {
        let connection = service.connect(.init(pieceLimit: 64, isCutAtRandom: true))
        for command in state.opening { connection.send(Array("Zo \(command)\r\n".utf8)) }
        connection.send(Array(state.beginning.utf8))
        connection.send(octets)
        let output = await connection.settled() + connection.end()
        let text = String(decoding: octets, as: UTF8.self).uppercased()
        guard !text.contains("COMPRESS") else { return }
        let hasUTF8 = state == .resynchronizing || text.contains("ENABLE")
        let responses = ServerResponse.all(of: output, hasUTF8: hasUTF8)
        precondition(responses.first?.kind == .status("OK") && responses.first?.tag == nil, "it greets")
        precondition(
            responses.prefix { $0.kind != .status("BYE") }.filter { $0.tag == Array("Zo".utf8) }.count
                >= state.opening.count,
            "the opening is answered"
        )
        checkLines(octets, text, state, responses)
    }

    /// Where nothing goes on over lines, each line is answered once, by its tag or by BAD.
    private static func checkLines(_ octets: [UInt8], _ text: String, _ state: State, _ responses: [ServerResponse]) {
        guard state != .appending, state != .idle, !octets.contains(UInt8(ascii: "{")), !octets.contains(0) else {
            return
        }
        for word in ["IDLE", "AUTHENTICATE", "STARTTLS"] where text.contains(word) { return }
        let lines = octets.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        guard lines.allSatisfy({ $0.last == 0x0D && !$0.dropLast().contains(0x0D) }) else { return }
        let answers = responses.filter { $0.tag != nil || $0.kind == .status("BAD") }
        let wasClosed = responses.contains { $0.kind == .status("BYE") }
        let expected = lines.count + state.opening.count
        precondition(
            answers.count == expected || wasClosed && answers.count < expected,
            "\(expected) lines, \(answers.count) answers: \(responses.map(\.text))"
        )
    }
}
