import MIME
import PorticoTesting
import Testing

@Suite(.rfc(2045, "6"))
struct TransferTests {
    private static func everyCut(_ encoded: [UInt8], _ encoding: TransferEncoding, _ expected: [UInt8]) {
        #expect(TransferDecoder.decode(encoded.span, encoding) == expected, "\(text(encoded))")
        for cut in encoded.indices {
            var decoder = TransferDecoder(encoding)
            var output: [UInt8] = []
            decoder.push(encoded.span.extracting(..<cut), into: &output)
            decoder.push(encoded.span.extracting(cut...), into: &output)
            decoder.finish(into: &output)
            #expect(output == expected, "\(text(encoded)) cut at \(cut)")
        }
    }

    @Test(
        .rfc(2045, "6.7"),
        arguments: [
            ("", ""), ("a=20b", "a b"), ("a=\r\nb", "ab"), ("a=\nb", "ab"), ("a= \t\r\nb", "ab"),
            ("a  \r\nb", "a\r\nb"),
            ("a =\r\nb", "a b"), ("=3D", "="), ("=3d", "="), ("=XY", "=XY"), ("=", ""), ("a=4", "a=4"),
            ("a=4Z", "a=4Z"),
            ("==41", "=A"), ("a= b", "a= b"), ("tail ", "tail"), ("=\rx", "=\rx"), ("a\r\n", "a\r\n"), ("=C3=A4", "ä"),
        ]
    )
    func quotedPrintable(_ encoded: String, _ expected: String) {
        Self.everyCut(Array(encoded.utf8), .quotedPrintable, Array(expected.utf8))
    }

    @Test(
        .rfc(2045, "6.8"),
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9\r\nvYg==\r\n", "foob"),
            ("Zg==Zm9v", "ffoo"), ("Z", ""), ("Z!m-9 v", "foo"), ("====", ""), ("Zm9vYmFyYmF6", "foobarbaz"),
        ]
    )
    func base64(_ encoded: String, _ expected: String) {
        Self.everyCut(Array(encoded.utf8), .base64, Array(expected.utf8))
    }

    @Test func encodersAreUndone() {
        var state: UInt32 = 7
        for length in [0, 1, 2, 3, 56, 57, 58, 200, 1000] {
            var octets: [UInt8] = []
            for _ in 0..<length {
                state = state &* 1_664_525 &+ 1_013_904_223
                octets.append(UInt8(truncatingIfNeeded: state >> 24))
            }
            let lines =
                Array(String(repeating: "text with ümlauts, = and blanks \t", count: length / 10).utf8) + [13, 10]
            for input in [octets, lines] {
                let base64 = TransferEncoder.base64(input.span)
                let quoted = TransferEncoder.quotedPrintable(input.span)
                #expect(TransferDecoder.decode(base64.span, .base64) == input)
                #expect(TransferDecoder.decode(quoted.span, .quotedPrintable) == input)
                for encoded in [base64, quoted] {
                    #expect(text(encoded).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
                    #expect(encoded.allSatisfy { $0 < 0x7F })
                }
            }
        }
    }
}
