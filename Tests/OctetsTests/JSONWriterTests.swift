import FoundationEssentials
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(8259, "7"))
struct JSONWriterTests {
    private struct Pair: JSONWritable {
        var text: String?
        var list: [[Int]]

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("text", text)
                json.member("list", list)
                json.member("flag", true)
            }
        }
    }

    @Test func writesMembersInOrder() {
        let octets = JSONWriter.octets(of: [Pair(text: "a", list: [[], [1, -2]]), Pair(list: [])])
        #expect(
            String(decoding: octets, as: UTF8.self)
                == #"[{"text":"a","list":[[],[1,-2]],"flag":true},{"list":[],"flag":true}]"#
        )
    }

    @Test func escapesWhatMustBe() throws {
        let text = String(String.UnicodeScalarView((0...0x2FF).compactMap { Unicode.Scalar($0) })) + "\u{2028}😀"
        let octets = JSONWriter.octets(of: text)
        #expect(octets.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(try JSONDecoder().decode(String.self, from: Data(octets)) == text)
        #expect(String(validating: octets, as: UTF8.self) != nil)
    }

    private static func writeTree(to json: inout JSONWriter) {
        json.object { json in
            json.member("none") { json in json.null() }
            json.member("empty") { json in json.object { _ in } }
            json.member(named: "a \"name\"\n", "text")
            json.member(named: "absent", String?.none)
            json.member(named: "list") { json in
                json.array { json in
                    json.value(1)
                    json.value(Int?.none)
                    json.array { _ in }
                    json.object { json in json.member("deep", [Int.min, Int.max]) }
                    json.string("é")
                }
            }
            json.member("flag", false)
        }
    }

    @Test func writesAnyTree() {
        var json = JSONWriter()
        Self.writeTree(to: &json)
        let expected =
            #"{"none":null,"empty":{},"a \"name\"\n":"text","list":[1,null,[],"#
            + #"{"deep":[-9223372036854775808,9223372036854775807]},"é"],"flag":false}"#
        #expect(String(decoding: json.octets, as: UTF8.self) == expected)
    }

    @Test func indents() {
        var json = JSONWriter(indented: true)
        Self.writeTree(to: &json)
        #expect(
            String(decoding: json.octets, as: UTF8.self) == #"""
                {
                  "none": null,
                  "empty": {},
                  "a \"name\"\n": "text",
                  "list": [
                    1,
                    null,
                    [],
                    {
                      "deep": [
                        -9223372036854775808,
                        9223372036854775807
                      ]
                    },
                    "é"
                  ],
                  "flag": false
                }
                """#
        )
        #expect(JSONWriter.octets(of: [Int](), indented: true) == Array("[]".utf8))
    }
}
