import Octets
import PorticoTesting
import Testing

@Suite(.rfc(8259, "2"))
struct JSONValueTests {
    private func parse(_ text: String) -> JSONValue? { try? JSONValue(parsing: Array(text.utf8).span) }

    @Test(arguments: [
        ("null", JSONValue.null), (" true\r\n", .bool(true)), ("\tfalse", .bool(false)), ("0", .integer(0)),
        ("-17", .integer(-17)), ("1.5e2", .number(150)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        (#""a\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00""#, .string("a\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F600}")),
        ("[]", .array([])), ("{}", .object([:])),
        ("[1,[2,[]],{}]", .array([.integer(1), .array([.integer(2), .array([])]), .object([:])])),
        (#"{"a":{"b":[true]},"c":"d"}"#, .object(["a": .object(["b": .array([.bool(true)])]), "c": .string("d")])),
        (#"{"":null}"#, .object(["": .null])),
    ])
    func reads(_ text: String, _ value: JSONValue) { #expect(parse(text) == value) }

    @Test(arguments: [
        "", " ", "nul", "True", "01", "-", "1.", ".5", "1e", "+1", "1 2", "[1,]", "[1", "[,1]", "{\"a\":1,}", "{\"a\"}",
        "{a:1}", "{\"a\":1 \"b\":2}", #"{"a":1,"a":2}"#, "\"", "\"\u{1}\"", #""\x""#, #""\u12g4""#, #""\ud800""#,
        #""\udc00""#, #""\ud800\u0041""#, "]", "}", "1e999", "'a'", "/**/1", "NaN", "\u{FEFF}1",
        String(repeating: "1", count: 100),
    ])
    func refuses(_ text: String) { #expect(parse(text) == nil, "\(text)") }

    private func parse(_ octets: [UInt8]) -> JSONValue? { try? JSONValue(parsing: octets.span) }

    @Test func refusesWhatIsNotUTF8() { #expect(parse([0x22, 0xFF, 0x22]) == nil) }

    @Test func everyCutIsRefused() {
        let text = Array(#"{"a":[1.5,"x\u0041",true,null,{"b":{}}],"c":-3}"#.utf8)
        for end in text.indices { #expect(parse(Array(text[..<end])) == nil) }
        #expect(parse(text) != nil)
    }

    @Test func depthIsBounded() {
        let deepest = JSONValue.depthLimit
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            }
            #expect(parse(nested(deepest)) != nil)
            #expect(parse(nested(deepest + 1)) == nil)
            #expect(parse(String(repeating: open, count: 100_000)) == nil)
        }
    }

    @Test func readsWhatIsWritten() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("text", "a\u{1}\"\\é\u{1F600}\u{7F}")
            writer.member("list", ["x", ""])
            writer.member("number", -12)
        }
        #expect(
            parse(writer.octets)
                == .object([
                    "text": .string("a\u{1}\"\\é\u{1F600}\u{7F}"), "list": .array([.string("x"), .string("")]),
                    "number": .integer(-12),
                ])
        )
    }

    @Test func muchIsReadInLinearTime() {
        let text = "[" + String(repeating: #"{"a":[1,2,3]},"#, count: 50_000) + "0]"
        #expect(parse(text)?.array?.count == 50_001)
    }

    @Test(.rfc(4648, "5"), arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{FF}\u{FE}\u{FB}?>~"])
    func base64URL(_ text: String) {
        let octets = Array(text.utf8)
        let encoded = Base64URL.encode(octets.span)
        #expect(Base64URL.decode(encoded.span) == octets)
    }

    @Test(arguments: ["A", "AA==", "AB", "A+AA", "A/AA", "AAA=", "A AA", "AAAAA"])
    func base64URLRefuses(_ text: String) {
        let octets = Array(text.utf8)
        #expect(Base64URL.decode(octets.span) == nil)
    }
}
