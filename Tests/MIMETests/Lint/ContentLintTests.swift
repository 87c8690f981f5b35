import MIME
import PorticoTesting
import Testing

/// Rules of MIME fields, multiparts and bodies.
struct ContentLintTests {
    private static func type(
        _ rule: MessageLint.Rule,
        _ broken: String,
        _ sound: String,
        also: Set<MessageLint.Rule> = []
    ) -> LintCase {
        .body(rule, "Content-Type: \(broken)\n\na\n", "Content-Type: \(sound)\n\na\n", also: also)
    }

    static let fields: [LintCase] = [
        .field(.missingMIMEVersion, "Content-Type: text/plain", "MIME-Version: 1.0\nContent-Type: text/plain"),
        .field(.missingMIMEVersion, "Content-ID: <a@b>", "Content-Length: 5"),
        .field(.mimeVersionSyntax, "MIME-Version: 1", "MIME-Version: (a) 1 (b) . (c) 0 (d)"),
        .field(.unknownMIMEVersion, "MIME-Version: 1.1", "MIME-Version: 01.00"),
        type(.contentTypeSyntax, "/plain", "text/plain"),
        type(.contentTypeSyntax, "text plain", "text/plain"),
        type(.contentTypeSyntax, "text/plain charset=utf-8", "text/plain; charset=utf-8"),
        type(.contentTypeSyntax, "text/plain; charset", "text/plain; charset=utf-8"),
        type(.contentTypeSyntax, "text/plain; a=", "text/plain; a=\"\""),
        type(.contentTypeSyntax, "text/plain; a=\"b", "text/plain; a=\"\\\"b\" (;)"),
        type(.missingSubtype, "text", "text / plain (x); a = b"),
        type(.missingSubtype, "text; charset=us-ascii", "text/plain; charset=us-ascii"),
        .body(.dispositionSyntax, "Content-Disposition: ; a=b\n\na\n", "Content-Disposition: inline; a=b\n\na\n"),
        type(.emptyParameter, "text/plain;", "text/plain"),
        type(.emptyParameter, "text/plain; a=b;; c=d", "text/plain; a=b; c=d"),
        type(.unquotedParameter, "text/plain; a=b/c", "text/plain; a=\"b/c\""),
        type(.unquotedParameter, "text/plain; a=b c; d=e", "text/plain; a=\"b c\"; d=e"),
        type(.repeatedParameter, "text/plain; a=b; A=c", "text/plain; a=b; aa=c"),
        type(.parameterSegments, "text/plain; a*1=b", "text/plain; a*0=b"),
        type(.parameterSegments, "text/plain; a*0=b; a*2=c", "text/plain; a*1=b; a*0=c"),
        type(.parameterSegments, "text/plain; a*0=b; a*01=c", "text/plain; a*0=b; a*1=\"c\""),
        type(.parameterEncoding, "text/plain; a*=b", "text/plain; a*=''b"),
        type(.parameterEncoding, "text/plain; a*=utf-8''b%", "text/plain; a*=utf-8''b%20"),
        type(.parameterEncoding, "text/plain; a*=\"utf-8''b\"", "text/plain; a*=utf-8'en'b"),
        type(.parameterEncoding, "text/plain; a*0=b; a*1*=c", "text/plain; a*0*=us-ascii'en'b; a*1*=%20; a*2=c"),
        type(.parameterInBothForms, "text/plain; a=b; a*=utf-8''b", "text/plain; a=b; b*=utf-8''b"),
        type(.unknownCharset, "text/plain; charset=utf-9", "text/plain; charset=UTF-8"),
        type(.unknownCharset, "text/plain; a*=utf-9''b", "text/plain; a*=''b"),
        .body(
            .missingParameter,
            "Content-Type: multipart/report; boundary=b\n\n--b\n\na\n--b--\n",
            "Content-Type: multipart/report; boundary=b; report-type=x\n\n--b\n\na\n--b--\n"
        ),
        .body(
            .transferEncodingSyntax,
            "Content-Transfer-Encoding: 7 bit\n\na\n",
            "Content-Transfer-Encoding: 7BIT (x)\n\na\n"
        ),
        .body(
            .unknownTransferEncoding,
            "Content-Transfer-Encoding: 7-bit\n\na\n",
            "Content-Transfer-Encoding: Binary\n\na\n"
        ),
        .body(
            .privateTransferEncoding,
            "Content-Transfer-Encoding: X-UUencode\n\na\n",
            "Content-Transfer-Encoding: base64\n\nYQ==\n"
        ),
    ]

    private static let parted = "Content-Type: multipart/mixed; boundary="

    static let multiparts: [LintCase] = [
        .body(
            .encodedComposite,
            parted + "b\nContent-Transfer-Encoding: base64\n\n--b\n\na\n--b--\n",
            parted + "b\nContent-Transfer-Encoding: binary\n\n--b\n\na\n--b--\n"
        ),
        .body(
            .encodedComposite,
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\nSubject: a\n\nb\n",
            "Content-Type: message/global\nContent-Transfer-Encoding: quoted-printable\n\nSubject: a\n\nb\n"
        ),
        .body(.missingBoundary, "Content-Type: multipart/mixed\n\na\n", "Content-Type: text/mixed\n\na\n"),
        .body(
            .longBoundary,
            "Content-Type: multipart/mixed; boundary=\n \(String(repeating: "b", count: 65))cdefgh\n\n"
                + "--\(String(repeating: "b", count: 65))cdefgh\n\na\n--\(String(repeating: "b", count: 65))cdefgh--\n",
            "Content-Type: multipart/mixed; boundary=\n \(String(repeating: "b", count: 64))cdefgh\n\n"
                + "--\(String(repeating: "b", count: 64))cdefgh\n\na\n--\(String(repeating: "b", count: 64))cdefgh--\n"
        ),
        .body(
            .boundaryCharacters,
            parted + "\"a*b\"\n\n--a*b\n\na\n--a*b--\n",
            parted + "\"a b:'()+_,-./=?\"\n\n--a b:'()+_,-./=?\n\na\n--a b:'()+_,-./=?--\n"
        ),
        .body(
            .boundaryEndsInBlank,
            parted + "\"b \"\n\n--b\n\na\n--b--\n",
            parted + "\"b c\"\n\n--b c\n\na\n--b c--\n"
        ),
        .body(
            .repeatedBoundary,
            parted + "b\n\n--b\n" + parted + "b\n\n--b\n\na\n--b--\n--b--\n",
            parted + "b\n\n--b\n" + parted + "c\n\n--c\n\na\n--c--\n--b--\n"
        ),
        .body(
            .boundaryPrefix,
            parted + "b\n\n--b\n" + parted + "bc\n\n--bc\n\na\n--bc--\n--b--\n",
            parted + "b\n\n--b\n" + parted + "cb\n\n--cb\n\na\n--cb--\n--b--\n"
        ),
        .body(
            .multipartWithoutPart,
            parted + "b\n\na\n--b--\n",
            parted + "b\n\n--b\n\n--b--\n"
        ),
        .body(.missingCloseDelimiter, parted + "b\n\n--b\n\na\n--b\n\nb\n", parted + "b\n\n--b\n\na\n--b--\n"),
        .body(
            .missingCloseDelimiter,
            parted + "b\n\n--b\n" + parted + "c\n\n--c\n\na\n--b--\n",
            parted + "b\n\n--b\n" + parted + "c\n\n--c\n\na\n--c--\n--b--\nepilogue\n"
        ),
        .body(.blankBehindDelimiter, parted + "b\n\n--b \n\na\n--b--\t\n", parted + "b\n\n--b\n\na\n--b--\n"),
        .body(.textBehindDelimiter, parted + "b\n\n--bc\n\na\n--b--\n", parted + "b\n\n--b\n\nc\n--b--\n"),
        .body(.headerCutShort, parted + "b\n\n--b\nX: y\n--b--\n", parted + "b\n\n--b\nX: y\n\n--b--\n"),
        .body(.headerCutShort, parted + "b\n\n--b\n--b--\n", parted + "b\n\n--b\n\n--b--\n"),
        .body(
            .headerCutShort,
            parted + "b\n\n--b\nContent-Type: message/rfc822\n\nSubject: a\n--b--\n",
            parted + "b\n\n--b\nContent-Type: message/rfc822\n\nSubject: a\n\n--b--\n"
        ),
    ]

    @Test(.rfc(2045, "5.1"), arguments: fields) func field(_ lint: LintCase) { lint.check() }

    @Test(.rfc(2046, "5.1.1"), arguments: multiparts) func multipart(_ lint: LintCase) { lint.check() }

    /// A limit is no fault of the message, but what is beyond it was not seen.
    @Test func limits() {
        let part = "--b\n\na\n"
        let message = LintCase.octets(
            LintCase.header("MIME-Version: 1.0\n" + Self.parted + "b") + "\n" + part + part + "--b--\n"
        )
        var options = MessageLint.Options()
        options.scanner.parts = 3
        #expect(LintCase.rules(in: message, options) == [])
        options.scanner.parts = 2
        #expect(LintCase.rules(in: message, options) == [.limitReached, .missingCloseDelimiter])
        options.scanner.depth = 1
        #expect(LintCase.rules(in: message, options) == [.limitReached])
    }

    /// Blanks before the text are RFC 822's; each type names the parameters that it must have.
    @Test(
        .rfc(2045, "5"),
        arguments: [
            ("multipart/signed; boundary=b", ["protocol", "micalg"]),
            ("multipart/encrypted; boundary=b", ["protocol"]), ("multipart/related; boundary=b", ["type"]),
            ("message/partial; id=\"a@b\"", ["number"]), ("message/external-body", ["access-type"]),
            ("Multipart/Related; boundary=b; TYPE=\"text/html\"", []),
        ]
    )
    func requiredParameters(_ type: String, _ missing: [String]) {
        let message = LintCase.octets(
            LintCase.header("MIME-Version: 1.0\nContent-Type: " + type) + "\n--b\n\na\n--b--\n"
        )
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets)
        #expect(lint.findings.filter { $0.rule == .missingParameter }.map(\.detail) == missing)
    }
}
