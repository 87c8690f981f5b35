import MIME
import PorticoTesting
import Testing

/// Rules of lines, of octets, and of headers as a whole.
struct LineLintTests {
    private static func long(_ count: Int, _ character: Character = "x") -> String {
        String(repeating: character, count: count)
    }

    static let lines: [LintCase] = [
        .body(.bareCarriageReturn, "\na\rb\n", "\na\nb\n"),
        .body(.bareCarriageReturn, "\na\r\r\n", "\na\n"),
        .field(.bareCarriageReturn, "Subject: a\rb", "Subject: a b"),
        .body(.bareLineFeed, "\na␊b\n", "\na\nb\n"),
        .body(.bareLineFeed, "\na␊b\n", "Content-Transfer-Encoding: binary\n\na␊b\rc\n"),
        .body(.longLine, "\n" + long(999) + "\n", "\n" + long(998) + "\n"),
        .body(.longLine, "\n" + long(999) + "\n", "Content-Transfer-Encoding: binary\n\n" + long(999) + "\n"),
        .field(.longHeaderLine, "Subject: " + long(70), "Subject: " + long(69)),
        // Characters are counted, not octets. RFC 6532 §3.4.
        .field(
            .longHeaderLine,
            "Subject: \u{C3}\u{A9}" + long(69),
            "Subject: \u{C3}\u{A9}" + long(68),
            both: [.utf8InHeader]
        ),
        .body(.nulOctet, "\na\0b\n", "\na b\n"),
        .field(.nulOctet, "Subject: a\0b", "Subject: a b"),
        .field(.controlInHeader, "Subject: a\u{7}b", "Subject: a\tb"),
        .field(.controlInHeader, "Subject: a\u{7F}b", "Subject: a~b"),
        .body(.controlInBody, "\na\u{8}b\n", "\na\tb\u{7F}\n"),
        .body(
            .controlInBody,
            "Content-Type: text/plain; charset=us-ascii\n\n\u{1B}$B$\"\u{1B}(B\n",
            "Content-Type: text/plain; charset=iso-2022-jp\n\n\u{1B}$B$\"\u{1B}(B\n"
        ),
        .body(.missingLastLineBreak, "\ntext", "\ntext\n"),
        .message(.missingLastLineBreak, LintCase.header("Subject: a") + "To: b@c", LintCase.header("Subject: a")),
        .field(.utf8InHeader, "Subject: \u{C3}\u{A9}", "Subject: =?utf-8?q?=C3=A9?="),
        .field(.eightBitInHeader, "Subject: \u{E9}", "Subject: e"),
        // Cut short, too long a form, half of a pair, beyond the last.
        .field(.eightBitInHeader, "Subject: \u{E2}\u{82}", "Subject: \u{E2}\u{82}\u{AC}").sound([.utf8InHeader]),
        .field(.eightBitInHeader, "Subject: \u{C0}\u{80}", "Subject: e"),
        .field(.eightBitInHeader, "Subject: \u{ED}\u{A0}\u{80}", "Subject: e"),
        .field(.eightBitInHeader, "Subject: \u{F4}\u{90}\u{80}\u{80}", "Subject: e"),
    ]

    static let headers: [LintCase] = [
        .message(
            .mboxLine,
            "From a@b Fri Nov 21 09:55:06 1997\n" + LintCase.header("To: a@b"),
            LintCase.header("To: a@b")
        ),
        .message(.mboxLine, ">From a@b\n" + LintCase.header("To: a@b"), LintCase.header("To: a@b")),
        .field(.lineWithoutColon, "To a@example.test", "To: a@example.test"),
        .field(.fieldName, "X Y: a", "X-Y: a"),
        .field(.fieldName, ": a", "X: a"),
        .field(.fieldName, "X\u{C3}\u{A9}: a", "X!\"/;=~: a"),
        .field(.blankBeforeColon, "Subject : a", "Subject: a"),
        .field(.blankFoldedLine, "Subject: a\n \n b", "Subject: a\n  b"),
        .field(.blankFoldedLine, "Subject: a\n\t\nTo: a@b", "Subject: a\nTo: a@b"),
        .field(.emptyField, "To:", "To: a@example.test"),
        .field(.emptyField, "References: \n ", "Bcc: ", also: [.blankFoldedLine]),
        .field(.emptyField, "Sender: ", "Subject: "),
        .message(
            .missingFrom,
            "Date: Fri, 21 Nov 1997 09:55:06 -0600\nMessage-ID: <1@b>\n\n",
            "From: a@b\nDate: Fri, 21 Nov 1997 09:55:06 -0600\nMessage-ID: <1@b>\n\n"
        ),
        .message(
            .missingDate,
            "From: a@b\nMessage-ID: <1@b>\nResent-Date: Fri, 21 Nov 1997 09:55:06 -0600\nResent-From: c@d\n\n",
            "From: a@b\nMessage-ID: <1@b>\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\n"
        ),
        .message(
            .missingMessageID,
            "From: a@b\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\n",
            "From: a@b\nDate: Fri, 21 Nov 1997 09:55:06 -0600\nMESSAGE-ID: <1@b>\n\n"
        ),
        .body(
            .bareEmbeddedMessage,
            "Content-Type: message/rfc822\n\nTo: a@b\n\ntext\n",
            "Content-Type: message/rfc822\n\nSubject: a\n\ntext\n"
        ),
        .field(.repeatedField, "Subject: a\nSubject: a", "Subject: a\nComments: b\nComments: c"),
        .field(.repeatedField, "To: a@b\nCc: a@b\ntO: a@b", "To: a@b\nCc: a@b"),
        .body(
            .repeatedMIMEField,
            "Content-Type: text/plain\nContent-Type: text/plain\n\na\n",
            "Content-Type: text/plain\nContent-X: a\nContent-X: b\n\na\n"
        ),
        .field(
            .incompleteResentBlock,
            "Resent-To: a@b\nResent-From: c@d",
            "Resent-To: a@b\nResent-From: c@d\nResent-Date: Fri, 21 Nov 1997 09:55:06 -0600"
        ),
        .field(
            .incompleteResentBlock,
            "Resent-Date: Fri, 21 Nov 1997 09:55:06 -0600",
            "Resent-Date: Fri, 21 Nov 1997 09:55:06 -0600\nResent-From: c@d"
        ),
    ]

    @Test(.rfc(5322, "2"), arguments: lines) func line(_ lint: LintCase) { lint.check() }

    @Test(.rfc(5322, "3.6"), arguments: headers) func header(_ lint: LintCase) { lint.check() }

    /// A file of Unix, and only if it is said to be one.
    @Test(.rfc(5322, "2.3")) func lineFeeds() {
        let message = Array(LintCase.header("Subject: a\n b").utf8) + Array("\ntext\n".utf8)
        var options = MessageLint.Options()
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets, options: options)
        #expect(lint.counts == [.bareLineFeed: 7])
        #expect(lint.findings.map(\.line) == [1, 2, 3, 4, 5, 6, 7])
        options.acceptsLineFeeds = true
        #expect(LintCase.rules(in: message, options) == [])
        #expect(
            LintCase.rules(in: message + Array("a\rb".utf8), options) == [.bareCarriageReturn, .missingLastLineBreak]
        )
    }

    /// Fields of a part that is no message mean nothing unless they begin with Content-. RFC 2046 §5.1.
    @Test(.rfc(2046, "5.1")) func fieldsOfParts() {
        let message = LintCase.octets(
            LintCase.header("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b")
                + "\n--b\nTo: nobody\nTo:\nDate: never\nContent-ID: <1@b>\n\ntext\n--b--\n"
        )
        #expect(LintCase.rules(in: message) == [])
    }
}
