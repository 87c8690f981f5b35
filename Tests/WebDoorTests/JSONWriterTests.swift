import FoundationEssentials
import Testing

@testable import WebDoor

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
        #expect(octets.allSatisfy { $0 >= 0x20 })
        #expect(try JSONDecoder().decode(String.self, from: Data(octets)) == text)
    }
}
