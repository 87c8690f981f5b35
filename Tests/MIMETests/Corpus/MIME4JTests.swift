import MIME
import PorticoTesting
import Testing

/// The events and decoded bodies that mime4j expects of its messages, the MIME-tools torture set among them.
@Suite(.rfc(2046, "5.1.1"), .rfc(2045, "6"))
struct MIME4JTests {
    static let messages = CorpusMessage.all(of: "mime4j").filter { $0.name.contains("testmsgs/") }
    static let differences = Result { try Differences("mime4j/differences.tsv") }

    @Test func listsNoOtherFiles() throws {
        #expect(Self.messages.count == 80)
        #expect(try Self.differences.get().files.isSubset(of: Self.messages.map(\.name)))
    }

    @Test(arguments: messages)
    func hasTheEvents(_ message: CorpusMessage) throws {
        let parsed = ParsedMessage(message.octets)
        let found = EventTree(parsed)
        let base = "mime4j/" + message.name.dropLast(".msg".count)
        let folder = String(base.prefix(through: base.lastIndex(of: "/") ?? base.startIndex))
        var reader = EventReader(try Fixtures.octets(base + ".xml"))
        var list = Self.compare(try reader.tree(), found, in: parsed, at: "message", folder: folder)
        var decodedReader = EventReader(try Fixtures.octets(base + "_decoded.xml"))
        let decoded = Self.compare(try decodedReader.tree(), found, in: parsed, at: "message", folder: folder)
        list += decoded.filter { difference in !list.contains { $0.what == difference.what } }
        try Self.differences.get().check(message.name, list)
    }

    /// The messages of the mbox are those that the corpus has cut from it.
    @Test func cutsTheMbox() throws {
        let messages = CorpusMessage.all(of: "mime4j").filter { $0.name.hasPrefix("mbox/mbox.rlug#") }
        #expect(messages.count == 5)
        for (number, message) in messages.enumerated() {
            #expect(try message.octets == Fixtures.octets("mime4j/mbox/mbox.rlug-\(number)"))
        }
    }

    private static func compare(
        _ expected: EventTree,
        _ found: EventTree,
        in message: ParsedMessage,
        at place: String,
        folder: String
    ) -> [(what: String, detail: String)] {
        var list: [(what: String, detail: String)] = []
        func note(_ what: String, _ expected: [UInt8], _ found: [UInt8]) {
            if expected != found { list.append((place + " " + what, firstDifference(expected, found))) }
        }
        note("fields", Array(expected.fields.joined(separator: [0x0A])), Array(found.fields.joined(separator: [0x0A])))
        switch (expected.content, found.content) {
        case (.body(let expected), .body(let found)): note("body", expected, found)
        case (.file(let name, let isText), .body):
            let decoded = message.decodedBody(of: found.entity)
            guard let file = try? Fixtures.octets(folder + name) else {
                list.append((place + " decoded", "no file \(name)"))
                break
            }
            if isText {
                note("decoded", CorpusMessage.withLineFeeds(file), CorpusMessage.withLineFeeds(decoded))
            } else {
                note("decoded", file, decoded)
            }
        case (.message(let expected), .message(let found)):
            list += compare(expected, found, in: message, at: place + ".message", folder: folder)
        case (
            .multipart(let preamble, let parts, let epilogue),
            .multipart(let foundPreamble, let foundParts, let foundEpilogue)
        ):
            note("preamble", preamble, foundPreamble)
            note("epilogue", epilogue, foundEpilogue)
            if parts.count != foundParts.count {
                list.append((place + " parts", "expected \(parts.count), found \(foundParts.count)"))
            }
            for (index, (part, foundPart)) in zip(parts, foundParts).enumerated() {
                list += compare(part, foundPart, in: message, at: place + ".\(index + 1)", folder: folder)
            }
        default: list.append((place + " kind", "expected \(expected.kind), found \(found.kind)"))
        }
        return list
    }
}
