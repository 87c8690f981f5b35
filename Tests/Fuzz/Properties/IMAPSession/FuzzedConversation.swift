/// A client that waits for each answer: the input says what it asks, one line a command.
struct FuzzedConversation {
    private let connection: FuzzedConnection
    private let other: FuzzedConnection
    private var hasUTF8: Bool
    private var count = 0
    /// The number of messages that the client was told of; nil where it cannot be followed.
    private var exists: Int?
    /// Whether no more can be said of the connection: it is compressed, or ends.
    private var isOver = false

    /// What somebody else does to the same folder meanwhile.
    private static let meanwhile = [
        "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE", "APPEND INBOX {4+}\r\na: b", "STORE * FLAGS (\\Seen $k)", "NOOP",
    ]

    init(with service: FuzzedService, _ state: IMAPSessionProperties.State) async {
        connection = service.connect()
        other = service.connect()
        hasUTF8 = false
        other.send(Array("Zo LOGIN u@x p\r\nZo SELECT INBOX\r\n".utf8))
        _ = await other.settled()
        let greeting = ServerResponse.all(of: await connection.settled(), hasUTF8: false)
        precondition(greeting.count == 1 && greeting[0].kind == .status("OK"), "one greeting")
        for command in state.opening { await ask(Array(command.utf8), rest: []) }
    }

    /// Each line of the input is a command, without its tag if it has one; lines that a command wants are those behind it.
    mutating func hold(over input: [UInt8]) async {
        var lines = Self.lines(of: input)[...]
        while let line = lines.popFirst(), count < 24, !isOver {
            await ask(line, rest: lines)
            if count % 3 == 0 {
                other.send(Array("Zo \(Self.meanwhile[count / 3 % Self.meanwhile.count])\r\n".utf8))
                _ = ServerResponse.all(of: await other.settled(), hasUTF8: true)
            }
        }
        let rest = await connection.end()
        if !isOver { follow(ServerResponse.all(of: rest, hasUTF8: hasUTF8)) }
        _ = await other.end()
    }

    private static func lines(of input: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        for octet in input {
            if octet == 0x0A, lines[lines.count - 1].last == 0x0D {
                lines[lines.count - 1].removeLast()
                lines.append([])
            } else {
                lines[lines.count - 1].append(octet)
            }
        }
        // A bare LF ends a line as well: more than one command would be in it.
        return lines.map { withoutTag($0.filter { $0 != 0x0A }) }
    }

    /// A seed is a dialogue as it stands in an RFC: its tags give way to ours.
    private static func withoutTag(_ line: [UInt8]) -> [UInt8] {
        guard let space = line.firstIndex(of: 0x20), space > 0, space < 6,
            line[..<space].contains(where: { (0x30...0x39).contains($0) }) || space == 1
        else { return line }
        return Array(line[(space + 1)...])
    }

    /// Sends a command and all that it asks for; it must be answered, and once.
    private mutating func ask(_ text: [UInt8], rest: ArraySlice<[UInt8]>) async {
        count += 1
        let tag = Array("Zq\(count)".utf8)
        let word = String(decoding: text.prefix { $0 != 0x20 }, as: UTF8.self).uppercased()
        connection.send(tag + [0x20] + text + [0x0D, 0x0A])
        var rest = rest
        var line = text
        for _ in 0..<8 {
            let responses = ServerResponse.all(of: await connection.settled(), hasUTF8: hasUTF8 || word == "ENABLE")
            follow(responses)
            let answers = responses.filter { $0.tag == tag }
            precondition(answers.count <= 1, "answered twice: \(responses.map(\.text))")
            if let answer = answers.first {
                finish(word, answer)
                isOver = isOver || responses.contains { $0.kind == .status("BYE") }
                return
            }
            if connection.isClosed {
                precondition(
                    responses.contains { $0.kind == .status("BYE") },
                    "it says goodbye: \(String(decoding: line, as: UTF8.self)) \(responses.map(\.text))"
                )
                isOver = true
                return
            }
            // What it waits for: octets that were announced, or a line.
            let wants = responses.contains { $0.kind == .continuation }
            let next = rest.popFirst() ?? []
            if let literal = Self.literal(at: line) {
                precondition(
                    wants || literal.isUnasked,
                    "it asks for what was announced: \(String(decoding: line, as: UTF8.self))"
                )
                guard literal.count <= 4096 else { break }
                connection.send([UInt8](repeating: 0x61, count: literal.count) + next + [0x0D, 0x0A])
                line = next
            } else {
                precondition(
                    wants,
                    "a complete command is answered: \(String(decoding: text, as: UTF8.self)) … \(String(decoding: line, as: UTF8.self)): \(responses.map(\.text))"
                )
                line = word == "IDLE" ? Array("DONE".utf8) : next
                connection.send(line + [0x0D, 0x0A])
            }
        }
        isOver = true
    }

    /// The literal that a line ends with. RFC 9051 §4.3.
    private static func literal(at line: [UInt8]) -> (count: Int, isUnasked: Bool)? {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        var digits = line[(open + 1)...].dropLast()
        let isUnasked = digits.last == UInt8(ascii: "+")
        if isUnasked { digits = digits.dropLast() }
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return (Int(String(decoding: digits, as: UTF8.self)) ?? .max, isUnasked)
    }

    private mutating func finish(_ word: String, _ answer: ServerResponse) {
        guard answer.kind == .status("OK") else { return }
        switch word {
        case "COMPRESS", "LOGOUT": isOver = true
        case "ENABLE": hasUTF8 = true
        // Nothing of the folder is known any more.
        case "UNAUTHENTICATE", "CLOSE", "UNSELECT", "DELETE", "NOTIFY": exists = nil
        default: break
        }
    }

    /// Numbers are within what was told. RFC 9051 §7.3.1, §7.5.1.
    private mutating func follow(_ responses: [ServerResponse]) {
        for response in responses {
            switch response.kind {
            case .status("OK") where response.text.hasPrefix("* OK [CLOSED]"): exists = nil
            case .data("EXISTS", let number?):
                precondition(exists.map { number >= $0 } ?? true, "EXISTS does not shrink")
                exists = number
            case .data("EXPUNGE", let number?):
                precondition(exists.map { (1...max(1, $0)).contains(number) } ?? true, "EXPUNGE of what is there")
                exists = exists.map { $0 - 1 }
            case .data("VANISHED", _): exists = nil
            case .data("FETCH", let number?):
                precondition(exists.map { (1...max(1, $0)).contains(number) } ?? true, "FETCH of what is there")
            default: break
            }
        }
    }
}
