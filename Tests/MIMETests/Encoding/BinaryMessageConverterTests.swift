import MIME
import Octets
import PorticoTesting
import Testing

/// Messages with `|` for CRLF and `0` in a body for NUL, and what becomes of them.
@Suite(.rfc(3516, "4.4"))
struct BinaryMessageConverterTests {
    private static let binary = "Content-Transfer-Encoding: binary"
    private static let base64 = "Content-Transfer-Encoding: base64"
    private static let multipart = "Content-Type: multipart/mixed; boundary=b||--b|"

    private static func octets(_ text: String) -> [UInt8] {
        Array(text.replacing("|", with: "\r\n").replacing("␀", with: "\0").utf8)
    }

    /// What comes of pieces of that size; nil if the message cannot be rewritten.
    private func convert(_ octets: [UInt8], piece: Int, held: Int = 64 << 10, bare: Bool = false) -> [UInt8]? {
        var converter = BinaryMessageConverter(heldOctets: held, encodesBareLineEndings: bare)
        var output: [UInt8] = []
        do throws(BinaryMessageConverter.Unconvertible) {
            var start = 0
            while start < octets.count {
                let end = min(octets.count, start + min(piece, octets.count))
                try converter.push(octets.span.extracting(start..<end), into: &output)
                start = end
            }
            try converter.finish(into: &output)
            return output
        } catch {
            return nil
        }
    }

    /// Where only CRLF ends lines, a CR or LF alone makes a binary body base64. Elsewhere it is left to whoever asks.
    @Test(
        .rfc(3030, "3"),
        arguments: [
            ("\(binary)||text|", "\(binary)||text|"), ("\(binary)||a\rb|", "\(base64)||YQ1iDQo=|"),
            ("\(binary)||a\nb", "\(base64)||YQpi|"), ("\(binary)||a\r|", "\(base64)||YQ0NCg==|"),
            ("\(binary)||a\n", "\(base64)||YQo=|"), ("\(binary)||\n\r", "\(base64)||Cg0=|"),
            ("\(multipart)\(binary)||a\nb|--b--|", "\(multipart)\(base64)||YQpi|--b--|"),
            (
                "\(multipart)\(binary)||x|--b|\(binary)||\r\r|--b--|",
                "\(multipart)\(binary)||x|--b|\(base64)||DQ0=|--b--|"
            ),
            ("A: b||a\rb\nc|", "A: b||a\rb\nc|"),
        ]
    )
    func bareLineEndings(_ message: String, _ expected: String) {
        let octets = Self.octets(message)
        for piece in [1, 2, 3, 1000] {
            #expect(convert(octets, piece: piece, bare: true) == Self.octets(expected), "pieces of \(piece)")
            #expect(convert(octets, piece: piece) == octets)
        }
    }

    @Test(
        arguments: [
            // No NUL: as it is.
            ("A: b||text|", "A: b||text|"), ("\(binary)||text|", "\(binary)||text|"), ("", ""), ("A: b", "A: b"),
            ("\(multipart)\(binary)||x|--b--|", "\(multipart)\(binary)||x|--b--|"),
            ("\(multipart)\(binary)|--b--|", "\(multipart)\(binary)|--b--|"), ("\(binary)|", "\(binary)|"),
            ("\(multipart)\(binary)||--b--", "\(multipart)\(binary)||--b--"),
            // The message's own body.
            ("\(binary)||a␀b", "\(base64)||YQBi|"), ("\(binary)||a␀|", "\(base64)||YQANCg==|"),
            (
                "A: b|content-transfer-encoding : BINARY |C: d||␀",
                "A: b|content-transfer-encoding : base64 |C: d||AA==|"
            ),
            // Parts: the break before a delimiter is none of theirs.
            ("\(multipart)\(binary)||a␀b|--b--|", "\(multipart)\(base64)||YQBi|--b--|"),
            ("\(multipart)\(binary)||a␀b||--b--|", "\(multipart)\(base64)||YQBiDQo=|--b--|"),
            (
                "\(multipart)\(binary)||␀|--b|A: b||x|--b|\(binary)||y␀|--b--|end|",
                "\(multipart)\(base64)||AA==|--b|A: b||x|--b|\(base64)||eQA=|--b--|end|"
            ),
            ("\(multipart)\(binary)||a␀b|--b--", "\(multipart)\(base64)||YQBi|--b--"),
            ("\(multipart)\(binary)||a␀b|--c", "\(multipart)\(base64)||YQBiDQotLWM=|"),
            ("\(multipart)\(binary)||--x␀|-|--b--|", "\(multipart)\(base64)||LS14AA0KLQ==|--b--|"),
            (
                "\(multipart)Content-Type: message/rfc822||\(binary)||␀|--b--|",
                "\(multipart)Content-Type: message/rfc822||\(base64)||AA==|--b--|"
            ),
            // What says that it is binary, but holds other parts, stays.
            ("\(binary)|\(multipart)\(binary)||␀|--b--|", "\(binary)|\(multipart)\(base64)||AA==|--b--|"),
            // NULs where nothing says so.
            ("A: ␀||x|", nil), ("A: b||␀|", nil), ("Content-Transfer-Encoding: 8bit||␀", nil),
            ("\(multipart)A: b||␀|--b--|", nil), ("\(multipart)\(binary)||x|--b--|␀", nil), ("␀", nil),
            ("\(binary)|\(multipart)A: b||␀|--b--|", nil),
        ] as [(String, String?)]
    )
    func converts(_ message: String, _ expected: String?) {
        let octets = Self.octets(message)
        for piece in [1, 2, 3, 7, Int.max] {
            #expect(convert(octets, piece: piece) == expected.map { Self.octets($0) }, "\(piece)")
        }
    }

    /// Bare line feeds end lines too.
    @Test func lineFeedsAlone() {
        let octets = Array("\(Self.multipart)\(Self.binary)||a\0b|\n--b--|".replacing("|", with: "\n").utf8)
        let expected =
            Array("\(Self.multipart)\(Self.base64)||".replacing("|", with: "\n").utf8)
            + Array("YQBiCg==\n--b--\n".utf8)
        #expect(convert(octets, piece: 1) == expected)
        #expect(convert(octets, piece: .max) == expected)
    }

    /// However it is cut, and whatever is in it: no NUL, the same bodies, a bounded look ahead.
    @Test func largeBodies() throws {
        var random = SeededGenerator(seed: 3516)
        for count in [1_000, 10_000, 200_000] {
            let body = random.octets(count, of: "\0\r\n-a") + [0]
            let message = Self.octets("\(Self.multipart)\(Self.binary)||") + body + Self.octets("|--b--|")
            let converted = try #require(convert(message, piece: .max, held: 5_000))
            #expect(!converted.contains(0))
            for piece in [1, 13, 4_000] { #expect(convert(message, piece: piece, held: 5_000) == converted) }
            let start = Self.octets("\(Self.multipart)\(Self.base64)||").count
            let end = converted.count - Self.octets("|--b--|").count
            var decoder = TransferDecoder(.base64)
            var decoded: [UInt8] = []
            decoder.push(converted.span.extracting(start..<end), into: &decoded)
            decoder.finish(into: &decoded)
            #expect(decoded == body)
        }
        // Too large to wait for a NUL.
        let octets = Self.octets("\(Self.binary)||") + [UInt8](repeating: 0x61, count: 6_000)
        #expect(convert(octets, piece: 100, held: 5_000)?.starts(with: Self.octets(Self.base64)) == true)
        #expect(convert(octets, piece: 100, held: 7_000) == octets)
    }
}
