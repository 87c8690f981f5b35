import Octets
import PorticoTesting
import Testing

@Suite(.rfc(4648, "3.5"))
struct CanonicalBase64Tests {
    private static func detect(_ text: [UInt8], cut: [Int] = []) -> (layout: CanonicalBase64?, octets: [UInt8]) {
        var detector = CanonicalBase64Detector()
        var output: [UInt8] = []
        var start = 0
        for end in cut + [text.count] {
            detector.push(text.span.extracting(start..<end), into: &output)
            start = end
        }
        return (detector.finish(into: &output), output)
    }

    private static func layout(_ lineLength: Int, _ ending: LineEnding, _ final: Int) -> CanonicalBase64? {
        CanonicalBase64(lineLength: lineLength, lineEnding: ending, finalLineEndings: final)
    }

    @Test(
        arguments: [
            ("", layout(1, .crlf, 0)), ("Zm9v", layout(4, .crlf, 0)), ("Zm9v\n", layout(4, .lf, 1)),
            ("\r\n", layout(1, .crlf, 1)),
            ("Zm9v\r\nZm9v", layout(4, .crlf, 0)), ("Zm9v\r\nZg==\r\n\r\n", layout(4, .crlf, 2)),
            ("Zm9vZ\nm9vZm\n9v", layout(5, .lf, 0)), ("Zm\r\n8=\r\n", layout(2, .crlf, 1)),
            ("Z\ng\n=\n=", layout(1, .lf, 0)),
            ("Zm9vZm9v\r\nZg==", layout(8, .crlf, 0)),
        ]
    )
    func finds(_ text: String, _ expected: CanonicalBase64?) throws {
        let text = Array(text.utf8)
        for first in 0...text.count {
            for second in first...text.count {
                let found = Self.detect(text, cut: [first, second])
                let layout = try #require(found.layout, "cut at \(first), \(second)")
                #expect(layout == expected)
                #expect(layout.encode(found.octets.span) == text)
                #expect(layout.encodedCount(decodedCount: found.octets.count) == text.count)
            }
        }
    }

    @Test(
        arguments: [
            "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg===", "Zg==Zg==", "Zm9v Zm9v", "\r\nZm9v", "Zm9v\r\nZm9vZm9v",
            "Zm9v\r\n\r\nZm9v",
            "Zm9v\r\nZm9v\nZm9v", "Zm9v\nZm9v\r\n", "Zm9v\r\nZm9v\r", "Zm9v\rZm9v", "Zm9v\r\nZg==\r\nZg==",
            "Zm9v\r\nZ-9v",
            "Zm9v\r\nZg\r\n==\r\n", "Zm9vZm9v\r\nZm9v\r\nZm9v", "Zm9v\r\r\nZm9v", "Zm9v\r\n ", " ", "=", "====",
            "Zm9v====",
            "Zm9v\r\nZm9v\r\n--", "Zm9v\u{0}", "Z===", "AA=A", "\r", "\n\r\n",
        ]
    )
    func refuses(_ text: String) {
        let text = Array(text.utf8)
        for cut in 0...text.count { #expect(Self.detect(text, cut: [cut]).layout == nil, "cut at \(cut)") }
    }

    @Test func decodesAsTheDecoderDoes() {
        let text = Array("Zm9v!Zm9v=\r\nZg".utf8)
        #expect(Self.detect(text).octets == Array("foofoof".utf8))
    }

    /// Random texts of few letters are often nearly regular; when one is called regular, it must come back.
    @Test func whatIsRegularComesBack() {
        var random = SeededGenerator(seed: 5)
        var regular = 0
        for round in 0..<3000 {
            var text: [UInt8]
            if round % 2 == 0 {
                text = random.octets(random.number(below: 14), of: "AAAAAAQg=\r\n\n")
            } else {
                let layout = Self.layout(
                    1 + random.number(below: 9),
                    round % 4 == 1 ? .crlf : .lf,
                    random.number(below: 3)
                )
                text = layout?.encode(random.octets(random.number(below: 30)).span) ?? []
                if random.number(below: 2) == 0, !text.isEmpty {
                    text[random.number(below: text.count)] = random.octets(1, of: "A=\n\r!")[0]
                }
            }
            let (layout, octets) = Self.detect(text)
            let cut = random.number(below: text.count + 1)
            #expect(Self.detect(text, cut: [cut]).layout == layout)
            guard let layout else { continue }
            regular += 1
            #expect(layout.encode(octets.span) == text)
        }
        #expect(regular > 700)
    }

    @Test(arguments: [1, 3, 4, 7, 76], [LineEnding.crlf, .lf])
    func anyRange(_ lineLength: Int, _ ending: LineEnding) throws {
        var random = SeededGenerator(seed: 6)
        for count in [0, 1, 2, 3, 10, 57, 58] {
            let octets = random.octets(count)
            let layout = try #require(Self.layout(lineLength, ending, 2))
            let text = layout.encode(octets.span)
            for lower in 0...(text.count + 1) {
                for upper in lower...(text.count + 2) {
                    let needed = layout.decodedRange(for: lower..<upper, decodedCount: count)
                    var piece: [UInt8] = []
                    layout.append(lower..<upper, of: octets.span.extracting(needed), decodedCount: count, to: &piece)
                    let expected = text[min(lower, text.count)..<min(upper, text.count)]
                    if piece != Array(expected) { Issue.record("\(lower)..<\(upper) of \(count), \(lineLength)") }
                    #expect(needed.count <= (upper - lower) * 3 / 4 + 6)
                }
            }
        }
    }

    @Test func limits() throws {
        let endings = [UInt8](repeating: .lineFeed, count: CanonicalBase64.finalOctetsLimit)
        #expect(Self.detect(Array("Zm9v".utf8) + endings).layout?.finalLineEndings == endings.count)
        #expect(Self.detect(Array("Zm9v".utf8) + endings + [.lineFeed]).layout == nil)
        #expect(Self.detect([UInt8](repeating: .lineFeed, count: 1_000_000)).layout == nil)
        #expect(Self.layout(0, .lf, 0) == nil)
        #expect(Self.layout(1, .lf, -1) == nil)
        #expect(Self.layout(1, .lf, 65) == nil)
        let oneLine = try #require(Self.layout(.max, .crlf, 0))
        #expect(oneLine.encode(Array("foo".utf8).span) == Array("Zm9v".utf8))
        #expect(oneLine.decodedRange(for: 5..<9, decodedCount: 100) == 3..<9)
        #expect(Self.detect(Base64.encode([UInt8](repeating: 7, count: 300_000).span)).layout?.lineLength == 400_000)
    }
}
