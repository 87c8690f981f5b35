import Octets
import PorticoTesting
import Testing

@Suite(.rfc(2045, "6.7"))
struct QuotedPrintableTests {
    private static func decode(_ text: [UInt8], cut: [Int] = []) -> [UInt8] {
        var decoder = QuotedPrintableDecoder()
        var output: [UInt8] = []
        var start = 0
        for end in cut + [text.count] {
            decoder.push(text.span.extracting(start..<end), into: &output)
            start = end
        }
        decoder.finish(into: &output)
        return output
    }

    @Test(
        arguments: [
            ("", ""), ("a=20b", "a b"), ("a=\r\nb", "ab"), ("a=\nb", "ab"), ("a= \t\r\nb", "ab"),
            ("a  \r\nb", "a\r\nb"),
            ("a =\r\nb", "a b"), ("=3D", "="), ("=3d", "="), ("=XY", "=XY"), ("=", ""), ("a=4", "a=4"),
            ("a=4Z", "a=4Z"),
            ("==41", "=A"), ("a= b", "a= b"), ("tail ", "tail"), ("=\rx", "=\rx"), ("a\r\n", "a\r\n"), ("=C3=A4", "ä"),
            ("a=20 \n", "a \n"), (" \t =41", " \t A"), ("a \t \rb", "a\rb"), ("=4=41", "=4A"), ("= =41", "= A"),
            ("=\r=41", "=\rA"),
            ("\n\n  \n", "\n\n\n"), ("=C3=a4 =\n=c3=A4", "ä ä"), ("a=0D=0Ab", "a\r\nb"), ("= \t", ""), ("a =", "a "),
        ]
    )
    func decodes(_ text: String, _ expected: String) {
        let text = Array(text.utf8)
        #expect(Self.decode(text) == Array(expected.utf8))
        for first in 0...text.count {
            for second in first...text.count {
                #expect(Self.decode(text, cut: [first, second]) == Array(expected.utf8), "cut at \(first), \(second)")
            }
        }
    }

    @Test func sameAtEveryCut() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<400 {
            let text = random.octets(random.number(below: 60), of: "ab =  =\t=\r\n\n3DdF")
            let expected = Self.decode(text)
            for cut in 0...text.count {
                #expect(Self.decode(text, cut: [cut]) == expected, "\(text) cut at \(cut)")
            }
        }
    }

    /// Blanks are held back up to a limit, with the same result however they come.
    @Test(arguments: [999, 1000, 1001, 2000, 2001, 5000], ["\n", "x", "=41", "=\n", ""])
    func manyBlanks(_ count: Int, _ end: String) {
        for start in ["a", "a="] {
            let text = Array((start + String(repeating: " ", count: count) + end).utf8)
            let expected = Self.decode(text)
            #expect(expected.count <= text.count)
            #expect(Self.decode(text, cut: Array(text.indices)) == expected)
            for cut in [1, 2, 3, 500, 999, 1000, 1001] where cut < text.count {
                #expect(Self.decode(text, cut: [cut]) == expected)
            }
            if end == "x", start == "a" { #expect(expected == text) }
            if end == "\n", count < 1000 { #expect(expected == Array(start == "a" ? "a\n".utf8 : "a".utf8)) }
        }
    }

    @Test func worstShapes() {
        let count = 400_000
        #expect(Self.decode([UInt8](repeating: .space, count: count)).count < count)
        #expect(Self.decode([UInt8](repeating: UInt8(ascii: "="), count: count)).count == count - 1)
        #expect(Self.decode(Array(String(repeating: " \n", count: count / 2).utf8)).count == count / 2)
        #expect(Self.decode(Array(String(repeating: "= ", count: count / 2).utf8)).count >= count - 2000)
        #expect(
            QuotedPrintable.encode([UInt8](repeating: .space, count: count).span).count == count + (count - 1) / 75 * 3
                + 2
        )
    }

    @Test func encodes() {
        let cases: [(String, String)] = [
            ("", ""), ("a b", "a b"), ("a ", "a=20"), ("a\t\r\nb", "a=09\r\nb"), ("=", "=3D"), ("\r", "=0D"),
            ("\n\r\n", "=0A\r\n"),
            ("ä", "=C3=A4"), (String(repeating: "x", count: 76), String(repeating: "x", count: 76)),
            (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx"),
            (String(repeating: "x", count: 75) + " \r\n", String(repeating: "x", count: 75) + "=\r\n=20\r\n"),
        ]
        for (octets, expected) in cases {
            #expect(String(decoding: QuotedPrintable.encode(Array(octets.utf8).span), as: UTF8.self) == expected)
        }
    }

    @Test func encodingIsUndone() {
        var random = SeededGenerator(seed: 4)
        for round in 0..<300 {
            let count = random.number(below: 400)
            let octets = round % 2 == 0 ? random.octets(count) : random.octets(count, of: "abcdefgh  \t\r\n=é")
            let text = QuotedPrintable.encode(octets.span)
            #expect(Self.decode(text) == octets)
            #expect(text.allSatisfy { (0x20...0x7E).contains($0) || $0 == 9 || $0 == 10 || $0 == 13 })
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.hasSuffix(" ") && !$0.hasSuffix("\t") })
        }
    }
}
