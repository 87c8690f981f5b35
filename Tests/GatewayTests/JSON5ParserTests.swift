import Testing

@testable import Gateway

@Suite struct JSON5ParserTests {
    @Test(arguments: [
        ("null", JSON5.Value.null), (" true ", .boolean(true)), ("false//x", .boolean(false)), ("0", .integer(0)),
        ("-12", .integer(-12)), ("+7", .integer(7)), ("0xfF", .integer(255)), ("-0x10", .integer(-16)),
        (".5", .number(0.5)), ("5.", .number(5)), ("1e3", .number(1000)), ("-1.5E-1", .number(-0.15)),
        ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)), ("99999999999999999999", .number(1e20)),
        ("''", .string("")), (#""a'b""#, .string("a'b")), (#"'a"b'"#, .string("a\"b")),
        (#""\b\f\n\r\t\v\0\\\'\"\/\q""#, .string("\u{8}\u{C}\n\r\t\u{B}\0\\'\"/q")),
        (#""\x41\u00e9\uD83D\uDE00""#, .string("Aé😀")), ("\"a\\\nb\\\r\nc\"", .string("abc")),
        ("\"한글\"", .string("한글")),
        ("[]", .array([])), ("{}", .object([])), ("/* a */ [ /* b */ ] // c", .array([])),
        ("\u{FEFF}\u{A0}null", .null),
    ])
    func reads(_ text: String, _ expected: JSON5.Value) throws {
        #expect(try JSON5Parser.parse(Array(text.utf8)).value == expected)
    }

    @Test func tellsWhereThingsStand() throws {
        let value = try JSON5Parser.parse(Array("{ a: 1,\n  $b_2: ['한', 3,],\n}".utf8))
        guard case .object(let members) = value.value, members.count == 2,
            case .array(let elements) = members[1].value.value, elements.count == 2
        else {
            Issue.record("\(value)")
            return
        }
        #expect(members[0].value.position == JSON5.Position(line: 1, column: 6))
        #expect(members[1].name == "$b_2" && members[1].namePosition == JSON5.Position(line: 2, column: 3))
        #expect(elements[1].position == JSON5.Position(line: 2, column: 15), "columns count characters")
    }

    @Test(arguments: [
        "", "{", "}", "[", "[1", "[1 2]", "[,]", "{,}", "{1:2}", "{a}", "{a:}", "{a:1 b:2}", "nul", "nullx", "01", "1x",
        "--1",
        "+-1", "0x", "0x-1", ".", "1.2.3", "e5", "\"a", "'a\nb'", #""\1""#, #""\u12""#, #""\xg0""#, #""\uD800""#, "/",
        "/*", "1 1",
        "{\"a\":1,\"a\":2}",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSON5Parser.Failure.self) { try JSON5Parser.parse(Array(text.utf8)) }
    }

    @Test func neverTrapsOnAPrefix() {
        let text = Array(#"{ a: [ 'x\u00e9', 0x1F, -.5e1, /* c */ true ], "b\n": { c: null }, } // d"#.utf8)
        for end in 0...text.count { _ = try? JSON5Parser.parse(Array(text[..<end])) }
        for octet in Array("{}[]:,\"'\\/*-+.0xuea\n \u{7F}".utf8) + [0, 0x80, 0xC2, 0xFF] {
            for place in text.indices {
                var changed = text
                changed[place] = octet
                _ = try? JSON5Parser.parse(changed)
            }
        }
    }
}
