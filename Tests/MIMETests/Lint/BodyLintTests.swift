import MIME
import PorticoTesting
import Testing

/// Rules of bodies and their encodings.
struct BodyLintTests {
    private static let base64 = "Content-Transfer-Encoding: base64\n\n"
    private static let quoted = "Content-Transfer-Encoding: quoted-printable\n\n"
    private static let utf8 = "Content-Type: text/plain; charset=utf-8\n"
    private static let eightBit = "Content-Transfer-Encoding: 8bit\n"

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    static let cases: [LintCase] = [
        .body(
            .unlabelled8bit,
            "\n\u{E9}\n",
            "Content-Type: text/plain; charset=iso-8859-1\n" + eightBit + "\n\u{E9}\n"
        ),
        .body(.unlabelled8bit, utf8 + "\n\u{C3}\u{A9}\n", utf8 + eightBit + "\n\u{C3}\u{A9}\n"),
        .body(
            .eightBitIn7bit,
            "Content-Type: image/x\nContent-Transfer-Encoding: 7bit\n\n\u{E9}\n",
            "Content-Type: image/x\nContent-Transfer-Encoding: binary\n\n\u{E9}\n"
        ),
        .body(
            .narrowOuterEncoding,
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + utf8 + eightBit + "\n\u{C3}\u{A9}\n--b--\n",
            "Content-Type: multipart/mixed; boundary=b\n" + eightBit + "\n--b\n" + utf8 + eightBit
                + "\n\u{C3}\u{A9}\n--b--\n"
        ),
        .body(.octetsNotInCharset, utf8 + eightBit + "\n\u{E9}\n", utf8 + eightBit + "\n\u{C3}\u{A9}\n"),
        .body(.octetsNotInCharset, utf8 + eightBit + "\n\u{C3}", utf8 + eightBit + "\n", also: [.missingLastLineBreak]),
        .body(.octetsNotInCharset, eightBit + "\n\u{C3}\u{A9}\n", eightBit + "\na\n"),
        .body(.octetsNotInCharset, utf8 + base64 + "6Q==\n", utf8 + base64 + "w6k=\n"),
        .body(.octetsNotInCharset, utf8 + quoted + "=C3=\n", utf8 + quoted + "=C3=\n=A9\n"),
        .body(.octetsNotInCharset, quoted + "=E9\n", "Content-Type: text/html\n" + quoted + "=E9\n"),
        .body(.base64Octet, base64 + "YQ-=\n", base64 + "Y Q =\t=\n", also: [.base64Padding]),
        .body(.base64Octet, base64 + "YWJj!\n", base64 + "YWJj\n"),
        .body(.base64Padding, base64 + "YQ\n", base64 + "YQ==\n"),
        .body(.base64Padding, base64 + "YQ=\n", base64 + "YWE=\n"),
        .body(.base64Padding, base64 + "Y===\n", base64 + "\n"),
        .body(.base64Padding, base64 + "YWJj====\n", base64 + "YWJj\n"),
        .body(.base64BehindPadding, base64 + "YQ==\nYQ==\n", base64 + "YWFh\nYQ==\n"),
        .body(.longBase64Line, base64 + repeated("YWJj", 20) + "\n", base64 + repeated("YWJj", 19) + "\n"),
        .body(.quotedPrintableCode, quoted + "a=b\n", quoted + "a=3Db\n"),
        .body(.quotedPrintableCode, quoted + "a=4\n", quoted + "a=44\n"),
        .body(.lowerCaseCode, quoted + "=3d\n", quoted + "=3D\n"),
        .body(.quotedPrintableOctet, utf8 + quoted + "\u{C3}\u{A9}\n", utf8 + quoted + "=C3=A9\n"),
        .body(.quotedPrintableOctet, quoted + "\u{7}\n", quoted + "\t~\n"),
        .body(.quotedPrintableBlank, quoted + "a \nb\n", quoted + "a=20\nb\n"),
        .body(.quotedPrintableBlank, quoted + "a=\t\nb\n", quoted + "a \t=\nb\n"),
        .body(.quotedPrintableEnd, quoted + "a=", quoted + "a", both: [.missingLastLineBreak]),
        .body(
            .quotedPrintableEnd,
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + quoted + "a=\n--b--\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + quoted + "a=\n\n--b--\n"
        ),
        .body(.longQuotedPrintableLine, quoted + repeated("a", 77) + "\n", quoted + repeated("a", 76) + "\n"),
        .body(.longQuotedPrintableLine, quoted + repeated("a", 76) + "=\nb\n", quoted + repeated("a", 75) + "=\nb\n"),
    ]

    @Test(.rfc(2045, "6"), arguments: cases) func body(_ lint: LintCase) { lint.check() }

    /// Decoding in pieces finds the same place, wherever a piece ends.
    @Test(.rfc(2046, "4.1.2"), arguments: [0, 1, 2, 3, 2991, 2992, 2993, 2994, 2995, 3072, 100_000])
    func octetsFarBehind(_ count: Int) {
        let text = [UInt8](repeating: 0x61, count: count) + [0xC3, 0xA9, 0xFF, 0x61]
        let start = LintCase.octets(LintCase.header("MIME-Version: 1.0\n" + Self.utf8 + Self.base64.dropLast()) + "\n")
        let message = start + TransferEncoder.base64(text.span)
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets)
        #expect(lint.counts == [.octetsNotInCharset: 1])
        #expect(lint.findings.map(\.detail) == ["utf-8, octet \(count + 2) of the decoded text"])
        // The last of four letters, lines being 76 of them and a line break.
        let place = (count + 2) / 57 * 78 + (count + 2) % 57 / 3 * 4 + 3
        #expect(lint.findings.map(\.offset) == [start.count + place])
    }
}
