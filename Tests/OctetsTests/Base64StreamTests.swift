import Octets
import PorticoTesting
import Testing

@Suite(.rfc(2045, "6.8"))
struct Base64StreamTests {
    private static func decode(_ text: [UInt8], cut: [Int] = []) -> [UInt8] {
        var decoder = Base64Decoder()
        var output: [UInt8] = [0xEE]
        var start = 0
        for end in cut + [text.count] {
            decoder.push(text.span.extracting(start..<end), into: &output)
            start = end
        }
        decoder.finish(into: &output)
        #expect(output.first == 0xEE)
        return Array(output.dropFirst())
    }

    private static func encode(_ octets: [UInt8], cut: [Int] = [], _ encoder: Base64Encoder) -> [UInt8] {
        var encoder = encoder
        var text: [UInt8] = []
        var start = 0
        for end in cut + [octets.count] {
            encoder.push(octets.span.extracting(start..<end), into: &text)
            start = end
        }
        encoder.finish(into: &text)
        return text
    }

    /// Behind padding and a blank, the rest of the line is no data.
    @Test(arguments: [
        ("Zg== ignored\r\nZw==", "fg"), ("Zg==Zw==", "fg"), ("Zg==\nZw==", "fg"), ("Zg= =Zw==\n", "f"),
        ("Zg==\t=Zw== Zg\nZw", "fg"), ("= Zg==", "f"), ("Zm9v Zm9v", "foofoo"), ("Zg=-Zw==", "fg"),
    ])
    func restOfPaddedLine(_ text: String, _ expected: String) {
        let octets = Array(text.utf8)
        #expect(Self.decode(octets) == Array(expected.utf8))
        #expect(Self.decode(octets, cut: Array(octets.indices)) == Array(expected.utf8))
    }

    /// Octet by octet, without any short cut.
    private static func plainlyDecoded(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var group: [UInt8] = []
        func close() {
            let bits = group.reduce(UInt32(0)) { $0 << 6 | UInt32($1) } << (6 * UInt32(4 - group.count))
            let octets = [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
            output += octets.prefix(max(group.count - 1, 0))
            group = []
        }
        var isPadded = false
        var isRest = false
        for octet in text {
            if octet == .lineFeed || octet == .carriageReturn { (isPadded, isRest) = (false, false) }
            if isPadded, octet == .space || octet == .tab { isRest = true }
            if isRest { continue }
            if octet == UInt8(ascii: "=") {
                isPadded = isPadded || group.count >= 2
                close()
                continue
            }
            isPadded = false
            guard let value = Base64.alphabet.firstIndex(of: octet) else { continue }
            group.append(UInt8(value))
            if group.count == 4 { close() }
        }
        close()
        return output
    }

    @Test(
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9\r\nvYg==\r\n", "foob"),
            ("Zg==Zm9v", "ffoo"), ("Z", ""), ("Z!m-9 v", "foo"), ("====", ""), ("Zm9vYmFyYmF6", "foobarbaz"),
            ("Zm9v\r\n--_-", "foo"), ("Zm8=\r\n\r\nZm8=", "fofo"), ("Z===Zm9v", "foo"),
            ("Zm9vYmFy\nYmF6cXV4\n", "foobarbazqux"),
            ("Zm9vYmFyZ", "foobar"), ("Zm9vZm9v=Zm9v", "foofoofoo"), ("Zm9v\u{0}YmFy", "foobar"), ("Zh==", "f"),
        ]
    )
    func decodes(_ text: String, _ expected: String) {
        let text = Array(text.utf8)
        #expect(Self.decode(text) == Array(expected.utf8))
        #expect(Self.plainlyDecoded(text) == Array(expected.utf8))
        for first in 0...text.count {
            for second in first...text.count {
                #expect(Self.decode(text, cut: [first, second]) == Array(expected.utf8), "cut at \(first), \(second)")
            }
        }
    }

    @Test func decodesAnything() {
        var random = SeededGenerator(seed: 1)
        for round in 0..<300 {
            let length = random.number(below: 200)
            let text =
                round % 3 == 0
                ? random.octets(length)
                : random.octets(
                    length,
                    of: round % 3 == 1 ? "ABCDwxyz0189+/\r\n" : "AAAAAAAABBBBBBBBZZZZZZZZ9999999999=\n-"
                )
            let expected = Self.plainlyDecoded(text)
            #expect(Self.decode(text) == expected)
            let cut = random.number(below: length + 1)
            #expect(Self.decode(text, cut: [cut]) == expected)
        }
    }

    @Test(
        .rfc(4648, "4"),
        arguments: [nil, 1, 2, 3, 4, 5, 60, 64, 72, 75, 76, 77, 1000, 10_000],
        [LineEnding.crlf, .lf]
    )
    func encodes(_ lineLength: Int?, _ ending: LineEnding) {
        var random = SeededGenerator(seed: 2)
        let line = lineLength ?? .max
        for length in Array(0..<8) + [56, 57, 58, 114, 115, 3071, 3072, 3073, 9000] {
            let octets = random.octets(length)
            let letters = Base64.encode(octets.span)
            var expected: [UInt8] = []
            for (place, letter) in letters.enumerated() {
                if place > 0, place % line == 0 { expected.append(ending) }
                expected.append(letter)
            }
            let encoder = Base64Encoder(lineLength: lineLength, lineEnding: ending)
            #expect(Self.encode(octets, encoder) == expected)
            let cuts = [random.number(below: length + 1), random.number(below: length + 1)].sorted()
            #expect(Self.encode(octets, cut: cuts, encoder) == expected)
            if length < 60 {
                for cut in 0...length { #expect(Self.encode(octets, cut: [cut], encoder) == expected) }
            }
            if !expected.isEmpty { expected.append(ending) }
            let ended = Base64Encoder(lineLength: lineLength, lineEnding: ending, endsLastLine: true)
            #expect(Self.encode(octets, ended) == expected)
            #expect(Self.decode(expected) == octets)
        }
    }

    /// Nothing but junk, and groups that junk cuts everywhere: the output stays as small as the letters are, the work linear.
    @Test func worstShapes() {
        let count = 600_000
        #expect(Self.decode([UInt8](repeating: UInt8(ascii: "="), count: count)).isEmpty)
        #expect(Self.decode([UInt8](repeating: UInt8(ascii: "-"), count: count)).isEmpty)
        let spaced = Array(String(repeating: "A ", count: count / 2).utf8)
        #expect(Self.decode(spaced).count == count / 2 / 4 * 3)
        let groups = Array(String(repeating: "AA=", count: count / 3).utf8)
        #expect(Self.decode(groups).count == count / 3)
        #expect(Self.encode([UInt8](repeating: 0, count: 300_000), Base64Encoder(lineLength: 1)).count == 1_199_998)
        #expect(Self.encode([1, 2], Base64Encoder(lineLength: -5, lineEnding: .lf)) == Array("A\nQ\nI\n=".utf8))
    }
}
