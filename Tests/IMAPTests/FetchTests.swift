import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.4.5"))
struct FetchTests {
    static func attributes(_ text: String) -> [FetchAttribute]? {
        guard case .fetch(let request)? = command("UID FETCH 1:* " + text) else { return nil }
        return request.set == set((1, 0)) && request.numbering == .uid ? request.attributes : nil
    }

    static let sections: [(String, Section)] = [
        ("", Section()), ("HEADER", Section(text: .header)), ("TEXT", Section(text: .text)),
        ("1", Section(part: [1])), ("4.2.2.1", Section(part: [4, 2, 2, 1])),
        ("4.1.MIME", Section(part: [4, 1], text: .mime)), ("3.HEADER", Section(part: [3], text: .header)),
        ("3.TEXT", Section(part: [3], text: .text)),
        ("HEADER.FIELDS (DATE FROM)", Section(text: .headerFields([octets("DATE"), octets("FROM")]))),
        ("HEADER.FIELDS (\"NIL\" \"a b\")", Section(text: .headerFields([octets("NIL"), octets("a b")]))),
        ("2.HEADER.FIELDS.NOT (To)", Section(part: [2], text: .headerFieldsNot([octets("To")]))),
    ]

    @Test(arguments: sections)
    func parsesSections(_ text: String, _ section: Section) {
        #expect(Self.attributes("BODY[\(text)]") == [.section(section, partial: nil, isPeek: false)])
        #expect(
            Self.attributes("(body.peek[\(text)]<0.2048>)")
                == [.section(section, partial: Partial(offset: 0, count: 2048), isPeek: true)]
        )
    }

    @Test(arguments: sections)
    func writesSectionsAsTheyWereRead(_ text: String, _ section: Section) {
        var output: [UInt8] = []
        section.encode(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == text)
    }

    @Test(arguments: [
        ("ALL", [FetchAttribute.flags, .internalDate, .rfc822Size, .envelope]),
        ("fast", [.flags, .internalDate, .rfc822Size]),
        ("FULL", [.flags, .internalDate, .rfc822Size, .envelope, .body]),
        ("(UID FLAGS uid)", [.uid, .flags]), ("ENVELOPE", [.envelope]), ("BODY", [.body]),
        ("(BODY BODYSTRUCTURE)", [.body, .bodyStructure]), ("INTERNALDATE", [.internalDate]),
        ("(RFC822 RFC822.HEADER RFC822.SIZE RFC822.TEXT)", [.rfc822, .rfc822Header, .rfc822Size, .rfc822Text]),
    ])
    func parsesAttributes(_ text: String, _ expected: [FetchAttribute]) {
        #expect(Self.attributes(text) == expected)
    }

    @Test(arguments: [
        "", "()", "(ALL)", "ALL FLAGS", "(FLAGS", "(FLAGS )", "FLAGS UID", "FOO", "BODY[", "BODY[]<0>", "BODY[]<0.0>",
        "BODY[]<.1>", "BODY[MIME]", "BODY[0]", "BODY[1.]", "BODY[1.0]", "BODY[1.FOO]", "BODY[01]",
        "BODY[HEADER.FIELDS]",
        "BODY[HEADER.FIELDS ()]", "BODY[HEADER.FIELDS (a]", "BODY[HEADER .FIELDS (a)]", "BODY.PEEK", "BODY.PEEK []",
        "BODY[TEXT", "BODY[4294967296]", "RFC822.FOO", "BODYX", "BODY[]<0.4294967296>", "ALLX",
    ])
    func refuses(_ text: String) {
        #expect(refusal("FETCH 1 " + text) != nil)
    }

    @Test func manyPartNumbersAreAnErrorAndNoTrap() {
        #expect(refusal("FETCH 1 BODY[1" + String(repeating: ".1", count: 20000) + "]") != nil)
    }

    @Test func onlyWhatReadsABodySetsSeen() {
        #expect(Self.attributes("(RFC822 RFC822.TEXT BODY[])")?.allSatisfy(\.setsSeen) == true)
        #expect(Self.attributes("(RFC822.HEADER BODY.PEEK[] BODY FLAGS)")?.contains(where: \.setsSeen) == false)
    }
}
