import MIME
import PorticoTesting
import Testing

/// The FETCH scripts of ImapTest, with their mailboxes.
@Suite(.rfc(9051, "6.4.5.1"))
struct ScriptedFetchTests {
    struct Case: CustomTestStringConvertible {
        var file: String
        var item: String
        var expected: String
        var testDescription: String { "\(file) \(item)" }
    }

    /// `ok fetch 1 (body.peek[…])` and the answer's literal.
    static func cases() throws -> [Case] {
        let files = [
            "fetch-body-mime", "fetch-body-message-rfc822", "fetch-body-message-rfc822-mime",
            "fetch-body-message-rfc822-x2",
        ]
        return try files.flatMap { file in
            try text(Fixtures.octets("imaptest/" + file)).split(separator: "\n\nok fetch 1 (body.peek[").dropFirst()
                .compactMap { block in
                    guard let close = block.firstIndex(of: "]"), let start = block.firstRange(of: "{{{\n"),
                        let end = block.firstRange(of: "\n}}}")
                    else { return nil }
                    let isEmpty = end.lowerBound < start.upperBound
                    return Case(
                        file: file,
                        item: block[..<close].lowercased(),
                        expected: isEmpty ? "" : String(block[start.upperBound..<end.lowerBound])
                    )
                }
        }
    }

    @Test(arguments: try cases())
    func fetches(_ test: Case) throws {
        let message = try Fixtures.mbox("imaptest/\(test.file).mbox")[0]
        let structure = MessageSummary(of: message.span).structure
        var words = test.item.split(separator: " ", maxSplits: 1)
        var path: [Int] = []
        var kinds: [Substring] = []
        for word in (words.isEmpty ? "" : words.removeFirst()).split(separator: ".") {
            if let number = Int(word) { path.append(number) } else { kinds.append(word) }
        }
        let kind: Section.Kind =
            switch kinds.first {
            case "header": .header
            case "text": .text
            case "mime": .mime
            default: .all
            }
        var found = structure.range(of: Section(path, kind)).map { Array(message[$0]) }
        if kinds.count > 1, let header = found, let names = words.first {
            let list = names.filter { $0 != "(" && $0 != ")" }.split(separator: " ").map { Array($0.utf8) }
            found = HeaderFields.subset(of: header.span, names: list, not: kinds.contains("not"))
        }
        #expect(found.map(text)?.replacing("\r\n", with: "\n") == test.expected)
    }

    @Test(.rfc(9051, "7.5.2")) func envelopes() throws {
        let messages = try Fixtures.mbox("imaptest/fetch-envelope.mbox")
        let script = try text(Fixtures.octets("imaptest/fetch-envelope"))
        let expected = script.split(separator: "\n").compactMap { line -> String? in
            let mark = "FETCH (ENVELOPE "
            guard let start = line.firstRange(of: mark)?.upperBound else { return nil }
            return String(line.suffix(from: start).dropLast())
        }
        #expect(messages.count == expected.count)
        for (message, envelope) in zip(messages, expected) {
            #expect(text(MessageSummary(of: message.span).envelope) == envelope)
        }
    }

    @Test(.rfc(9051, "7.5.2")) func body() throws {
        let message = try Fixtures.mbox("imaptest/fetch-bodystructure.mbox")[0]
        let body = BodyStructure.withoutExtensions(MessageSummary(of: message.span).bodyStructure)
        let expected = "((\"TEXT\" \"x-MYOWN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 7 1) \"MIXED\")"
        #expect(text(body).lowercased() == expected.lowercased())
    }
}
