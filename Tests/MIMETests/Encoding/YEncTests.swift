@testable import MIME
import Octets
import PorticoTesting
import Testing

struct YEncTests {
    private static let octets: [UInt8] = (0..<600).map { UInt8(truncatingIfNeeded: $0) }

    private static func lines(_ octets: [UInt8], length: Int) -> [UInt8] {
        var text: [UInt8] = []
        var column = 0
        for octet in octets {
            let value = octet &+ 42
            if [0, 10, 13, 61].contains(value) {
                text += [61, value &+ 64]
                column += 2
            } else {
                text.append(value)
                column += 1
            }
            if column >= length {
                text += [13, 10]
                column = 0
            }
        }
        return column > 0 ? text + [13, 10] : text
    }

    private static func checksum(_ octets: [UInt8]) -> String {
        var check = CRC32()
        check.push(octets.span)
        return String(check.value, radix: 16)
    }

    @Test func wholeFile() throws {
        let head = Array("Hello\r\n=ybegin line=128 size=600 name= \"my file.bin\" \r\n".utf8)
        let body =
            head + Self.lines(Self.octets, length: 128)
            + Array("=yend size=600 crc32=\(Self.checksum(Self.octets))\r\nBye\r\n".utf8)
        let file = try #require(EmbeddedFiles.find(in: body.span).first)
        #expect(file.kind == .yEnc && file.name == Array("my file.bin".utf8) && file.isComplete)
        #expect(body[file.block.upperBound...].elementsEqual("Bye\r\n".utf8))
        #expect(file.decode(from: body.span) == EmbeddedFile.Decoded(octets: Self.octets, isIntact: true))
        var damaged = body
        damaged[head.count + 300] ^= 1
        let wrong = try #require(EmbeddedFiles.find(in: damaged.span).first).decode(from: damaged.span)
        #expect(wrong.octets.count == 600 && !wrong.isIntact)
        let cut = Array(body[..<(head.count + 400)])
        let rest = try #require(EmbeddedFiles.find(in: cut.span).first)
        #expect(!rest.isComplete && !rest.decode(from: cut.span).isIntact)
        #expect(Self.octets.starts(with: rest.decode(from: cut.span).octets))
    }

    @Test func pieces() throws {
        let piece = Array(Self.octets[200..<500])
        let text = "=ybegin part=2 total=3 line=64 size=600 name=x\n=ypart begin=201 end=500\n"
        let tail = "=yend size=300 part=2 pcrc32=ffffffff\(Self.checksum(piece)) crc32=00000000\n"
        let body = Array(text.utf8) + Self.lines(piece, length: 64) + Array(tail.utf8)
        let file = try #require(EmbeddedFiles.find(in: body.span).first)
        #expect(file.piece == EmbeddedFile.Piece(number: 2, total: 3, octets: 200..<500))
        #expect(file.declaredSize == 300)
        #expect(file.decode(from: body.span) == EmbeddedFile.Decoded(octets: piece, isIntact: true))
    }

    /// The sample of the specification: the escaped octets come back at every cut.
    @Test func everyCut() {
        let data = Self.lines(Self.octets, length: 17)
        for cut in data.indices {
            var decoder = YEncDecoder()
            var output: [UInt8] = []
            decoder.push(data.span.extracting(..<cut), into: &output)
            decoder.push(data.span.extracting(cut...), into: &output)
            #expect(output == Self.octets && decoder.count == 600)
        }
    }

    @Test(arguments: [
        ("=ybegin line=128 size=5 name=x\nabcde\n=yend size=5\n", true),
        ("=ybegin line=128 size=5 name=x\nabcde\n=yend size=6\n", false),
        ("=ybegin line=128 size=6 name=x\nabcde\n=yend size=5\n", false),
        ("=ybegin line=128 size=5 name=x\nabcde\n=yend\n", true),
        ("=ybegin line=128 size=5 name=x\nabcde\n=yend size=5 crc32=zz\n", true),
        ("=ybegin line=128 size=5 name=x\nabcde\n=yend size=5 crc32=0\n", false),
        ("=ybegin line=128 size=0 name=x\n=yend size=0\n", true),
    ])
    func sizes(_ body: String, _ isIntact: Bool) throws {
        let body = Array(body.utf8)
        #expect(try #require(EmbeddedFiles.find(in: body.span).first).decode(from: body.span).isIntact == isIntact)
    }
}
