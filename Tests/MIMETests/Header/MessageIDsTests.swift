import MIME
import Testing
import PorticoTesting

@Suite(.rfc(5322, "3.6.4"))
struct MessageIDsTests {
    private static func read(_ value: String, limit: Int = MessageIDs.standardLimit) -> MessageIDs {
        MessageIDs(parsing: Array(value.utf8).span, limit: limit)
    }

    @Test(arguments: [
        ("<1234@local.machine.example>", ["1234@local.machine.example"]),
        ("<1@a>\r\n <2@b>", ["1@a", "2@b"]), ("<1@a><2@b>", ["1@a", "2@b"]),
        ("<1@a>,<2@b>; <3@c>", ["1@a", "2@b", "3@c"]),
        ("(c)<1@a>(c (d)) <2@b> (e", ["1@a", "2@b"]), ("<1@[192.0.2.1]>", ["1@[192.0.2.1]"]),
        // RFC 5322 §A.6.3.
        ("<1234   @   local(blah)  .machine .example>", ["1234@local.machine.example"]),
        ("<12\r\n 34@a.b>", ["1234@a.b"]), ("<\"a\"@b>", ["a@b"]), ("<\"a b\"@c>", ["\"a b\"@c"]),
        ("<\"a>\"@c>", ["\"a>\"@c"]),
        ("<é@ü>", ["é@ü"]), ("<no-at>", ["no-at"]),
        // Obsolete In-Reply-To. RFC 5322 §4.5.4.
        ("Your message of \"Tue, 1 Jul 2003\" <1@a>", ["1@a"]), ("<1@a> from joe@b (Joe) of Monday", ["1@a"]),
        ("\"<x@y>\" <1@a>", ["1@a"]), ("Your message of Tuesday", []),
        // Damage.
        ("1@a", ["1@a"]), ("1@a 2@b,3@c", ["1@a", "2@b", "3@c"]), ("m", ["m"]), ("  m \r\n", ["m"]), ("x 1@a", ["1@a"]),
        ("1@a>", ["1@a"]), ("<1@a> 2@b> <3@c>", ["1@a", "2@b", "3@c"]), ("<1@a", ["1@a"]),
        ("<1@a <2@b>", ["1@a", "2@b"]),
        ("<1@a 2@b>", ["1@a", "2@b"]), ("<1@a, 2@b>", ["1@a,", "2@b"]), ("<1@a,<2@b>", ["1@a", "2@b"]),
        ("<<1@a>>", ["1@a"]),
        ("<>", []), ("", []), ("<", []), (">", []), ("\"", []), ("(", []), ("<> <1@a>", ["1@a"]), ("<\"a@b>", ["a@b"]),
    ])
    func reads(_ value: String, _ expected: [String]) {
        #expect(Self.read(value).identifiers == expected)
    }

    @Test func limit() {
        for limit in 0...4 {
            for value in ["<1@a> <2@b> <3@c>", "1@a 2@b 3@c", "<1@a 2@b 3@c>"] {
                let found = Self.read(value, limit: limit)
                #expect(found.identifiers == Array(["1@a", "2@b", "3@c"].prefix(limit)))
                #expect(found.isCut == (limit < 3))
            }
        }
    }

    @Test(arguments: ["<", ">", "<a@b", "(", "\"", "\\\"", "a@b ", "<a@b c@d ", "a ", "()", "<\"", "<("])
    func longInputEnds(_ piece: String) {
        let value = String(repeating: piece, count: 200_000 / piece.utf8.count)
        #expect(Self.read(value, limit: .max).identifiers.reduce(0) { $0 + $1.utf8.count } <= value.utf8.count)
    }

    @Test func everyCut() {
        let value = Array("Your \"x\" <1 @ a.(c)b> <\"a b\"@c> 2@b> (x) 3@c".utf8)
        for start in value.indices {
            for end in start...value.count {
                let found = MessageIDs(parsing: value.span.extracting(start..<end))
                #expect(found.identifiers.allSatisfy { !$0.isEmpty && $0.utf8.count <= end - start })
            }
        }
    }

    struct Row: Decodable, Sendable {
        var header: String
        var expected: [String]?
    }

    @Test(arguments: try HeaderFixtures.table("mail-parser/id.json", of: Row.self))
    func mailParser(_ row: Row) {
        let found = MessageIDs(parsing: HeaderFields.fieldValue(row.header).span).identifiers
        compare(
            found.joined(separator: " "),
            with: (row.expected ?? []).joined(separator: " "),
            // CFWS in an identifier is no part of it. RFC 5322 §4.5.4.
            except: ["1234@local.machine.example"]
        )
    }
}
