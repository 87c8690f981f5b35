import MIME
import Octets
import PorticoTesting
import Testing

struct EmbeddedFilesTests {
    static let octets: [UInt8] = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }

    /// As an encoder would write it, with `zero` for a value of zero.
    static func uuLines(_ octets: [UInt8], zero: Character = "`", ending: String = "\n") -> String {
        var text = ""
        var start = 0
        func letter(_ value: UInt8) -> String { value == 0 ? String(zero) : String(Unicode.Scalar(value + 32)) }
        while start < octets.count {
            let line = Array(octets[start..<min(start + 45, octets.count)])
            text += letter(UInt8(line.count))
            for group in stride(from: 0, to: line.count, by: 3) {
                let first = line[group]
                let second = group + 1 < line.count ? line[group + 1] : 0
                let third = group + 2 < line.count ? line[group + 2] : 0
                text += letter(first >> 2) + letter((first << 4 | second >> 4) & 63)
                text += letter((second << 2 | third >> 6) & 63) + letter(third & 63)
            }
            text += ending
            start += 45
        }
        return text
    }

    private static func found(_ body: String) -> [(name: String, octets: [UInt8], isIntact: Bool, block: String)] {
        let body = Array(body.utf8)
        return EmbeddedFiles.find(in: body.span).map { file in
            let decoded = file.decode(from: body.span)
            let block = String(decoding: body[file.block], as: UTF8.self)
            return (String(decoding: file.name, as: UTF8.self), decoded.octets, decoded.isIntact, block)
        }
    }

    @Test(arguments: ["\n", "\r\n"], ["`", " "] as [Character])
    func uuencode(_ ending: String, _ zero: Character) throws {
        let block =
            "begin 644 a file.txt" + ending + Self.uuLines(Self.octets, zero: zero, ending: ending) + String(zero)
            + ending + "end" + ending
        let files = Self.found("Hello," + ending + ending + block + "Bye" + ending + block)
        try #require(files.count == 2)
        for file in files {
            #expect(file == ("a file.txt", Self.octets, true, block))
        }
    }

    @Test func uuencodeThatLostItsBlanks() {
        let zeros = [UInt8](repeating: 0, count: 60) + [1, 2, 3] + [UInt8](repeating: 0, count: 80)
        let full = Self.uuLines(Self.octets + zeros, zero: " ") + " \n"
        let lines = full.split(separator: "\n").map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        let files = Self.found("begin 0644 x\n" + lines.joined(separator: "\n") + "\nend\n")
        #expect(files.first?.octets == Self.octets + zeros)
    }

    @Test func uuencodeWithChecks() {
        let lines = Self.uuLines(Self.octets).split(separator: "\n").map { $0 + "X" }.joined(separator: "\n")
        #expect(Self.found("begin 644 x\n\(lines)\n`\nend\n").first?.octets == Self.octets)
    }

    @Test(arguments: [
        "begin 644 you wrote:\nThis is text\nend\n", "begin 644 x\n", "begin 644 x\nend\n", "begin 644\nM\nend\n",
        "begin x 644\n",
        "to begin 644 x\n`\nend\n", "begin 644 x\n\n\nend\n", "begin 644 x\nSHORT\nend\n",
        "begin 644 x\nHELLO WORLD\nHELLO WORLD\n",
        "begin-base64 644 x\nhello\n====\n", "begin-base64 644 x\n====\n", "begin-base64 644 x\nZm9v\n",
        "=ybegin line=128 size=10 name=x\nwhatever the size is\n\n=yend size=10\n", "=ybegin size=10 name=x\n",
        "=ybegin line=128 size=1\n",
        "=ybegin line=128 size=10 part=1 name=x\nabc\n=yend size=3\n", "=ybegin line=0 size=10 name=x\n",
        "begin 99 x\n#0V%T\nend\n",
        "begin 644 x\nM\nM\nM\nend\n", "",
    ])
    func isNotFooled(_ body: String) {
        #expect(Self.found(body).isEmpty)
    }

    @Test func cutOff() throws {
        let lines = Self.uuLines(Self.octets)
        let file = try #require(Self.found("begin 644 x\n" + lines).first)
        #expect(file.octets == Self.octets && !file.isIntact)
        let followed = try #require(Self.found("begin 644 x\n" + lines + "\n-- \nme\n").first)
        #expect(followed.octets == Self.octets && !followed.isIntact && !followed.block.hasSuffix("\n\n"))
        let middle = try #require(Self.found("begin 644 x\n" + lines.dropLast(5)).first)
        #expect(middle.octets.starts(with: Self.octets[..<90]))
        #expect(Self.found("begin 644 x\n" + lines.prefix(62)).isEmpty)
        let base64 = "begin-base64 644 x\nZm9vYmFy\nZm9vYmFy\nZm8=\n"
        #expect(Self.found(base64 + "Bye\n").first?.octets == Array("foobarfoobarfo".utf8))
    }

    @Test func base64() throws {
        let file = try #require(Self.found("begin-base64 644 b.bin\r\nZm9vYmFy\r\nZg==\r\n====\r\n").first)
        #expect(
            file == ("b.bin", Array("foobarf".utf8), true, "begin-base64 644 b.bin\r\nZm9vYmFy\r\nZg==\r\n====\r\n")
        )
    }

    @Test func transferEncoding() {
        let body = Array(("Text before\nbegin 644 x\n" + Self.uuLines(Self.octets) + "`\nend\nText behind\n").utf8)
        #expect(TransferDecoder.decode(body.span, .uuencode) == Self.octets)
        for cut in body.indices {
            var decoder = TransferDecoder(.uuencode)
            var output: [UInt8] = []
            decoder.push(body.span.extracting(..<cut), into: &output)
            decoder.push(body.span.extracting(cut...), into: &output)
            decoder.finish(into: &output)
            #expect(output == Self.octets, "cut at \(cut)")
        }
        #expect(TransferDecoder.decode(Array("no file\n".utf8).span, .uuencode) == [])
    }

    @Test func lostBlanksAreBounded() {
        let body = Array(("begin 644 x\n" + String(repeating: "M\n", count: 200_000) + "end\n").utf8)
        #expect(TransferDecoder.decode(body.span, .uuencode).count <= 64 << 10)
    }

    /// Many beginnings, each of which looks right for a while.
    @Test func worstShapes() {
        let line = Self.uuLines([UInt8](repeating: 65, count: 45))
        let once = "begin 644 x\n" + line
        #expect(Self.found(String(repeating: once, count: 20_000)).isEmpty)
        #expect(Self.found(String(repeating: "begin 644 x\n", count: 50_000)).isEmpty)
        #expect(Self.found(once + String(repeating: line, count: 20_000)).first?.octets.count == 20_001 * 45)
        #expect(Self.found(String(repeating: "=ybegin line=1 size=1 name=x\n", count: 20_000)).isEmpty)
        #expect(Self.found(String(repeating: once + "`\nend\n", count: 3000)).count == EmbeddedFiles.limit)
        #expect(Self.found("=ybegin " + String(repeating: " size=", count: 100_000)).isEmpty)
        #expect(Self.found("begin 644 " + String(repeating: "x", count: 2000) + "\n" + line + "`\nend\n").isEmpty)
    }

    @Test func anything() {
        var random = SeededGenerator(seed: 11)
        let pieces = [
            "begin 644 x\n", "begin-base64 644 y\n", "=ybegin line=4 size=9 name=z\n", "end\n", "====\n",
            "=yend size=4\n",
            "#0V%T\n", "#0V%T\r\n", "Zm9v\n", "abcd\n", "`\n", "\n", "=ypart begin=1 end=4\n", " ", "M",
            "=ybegin part=1 line=4 size=9 name=z\n",
        ]
        for _ in 0..<2000 {
            var body: [UInt8] = []
            for _ in 0..<random.number(below: 12) { body += Array(pieces[random.number(below: pieces.count)].utf8) }
            var end = 0
            for file in EmbeddedFiles.find(in: body.span) {
                #expect(file.block.lowerBound >= end && file.block.upperBound <= body.count)
                #expect(file.data.lowerBound >= file.block.lowerBound && file.data.upperBound <= file.block.upperBound)
                #expect(!file.name.isEmpty)
                _ = file.decode(from: body.span)
                end = file.block.upperBound
            }
        }
    }
}
