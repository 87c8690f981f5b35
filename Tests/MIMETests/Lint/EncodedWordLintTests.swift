import MIME
import PorticoTesting
import Testing

/// Rules of encoded words. RFC 2047.
struct EncodedWordLintTests {
    private static func x(_ count: Int) -> String { String(repeating: "x", count: count) }

    static let form: [LintCase] = [
        .field(
            .longEncodedWord,
            "Subject:\n =?utf-8?q?\(x(64))?=",
            "Subject:\n =?utf-8?q?\(x(63))?=",
            also: [.longEncodedWordLine]
        ),
        .field(.longEncodedWordLine, "Subject: =?utf-8?q?\(x(56))?=", "Subject: =?utf-8?q?\(x(55))?="),
        .field(.brokenEncodedWord, "Subject: =?utf-8?x?a?=", "Subject: =?utf-8?Q?a?="),
        .field(.brokenEncodedWord, "Subject: =?utf-8?q?a b?=", "Subject: =?utf-8?q?a_b?="),
        .field(.brokenEncodedWord, "Subject: =?utf-8?q?a", "Subject: what =? that =?utf-8 ?q"),
        .field(.brokenEncodedWord, "Subject: =?utf-8?q?a?b?=", "Subject: =?utf-8?q?a=3Fb?="),
        .field(.brokenEncodedWord, "Subject: =?utf-8?q??=", "Subject: =?utf-8*en?q?_?="),
        .field(.brokenEncodedWord, "Subject: =?utf-8?q?a =?utf-8?q?b?=", "Subject: =?utf-8?q?a?= =?utf-8?q?b?="),
        .field(.encodedWordEncoding, "Subject: =?utf-8?q?=4?=", "Subject: =?utf-8?q?=4a?="),
        .field(.encodedWordEncoding, "Subject: =?utf-8?b?YQ?=", "Subject: =?utf-8?b?YQ==?="),
        .field(.encodedWordEncoding, "Subject: =?utf-8?b?YQ=-?=", "Subject: =?utf-8?B?YWE=?="),
        .field(.encodedWordCharset, "Subject: =?utf-9?q?a?=", "Subject: =?iso-8859-7?q?=E1?="),
        .field(.encodedWordOctets, "Subject: =?utf-8?q?=E9?=", "Subject: =?iso-8859-1?q?=E9?="),
        .field(.encodedWordOctets, "Subject: =?us-ascii?q?=E9?=", "Subject: =?us-ascii?q?=65?="),
        .field(.encodedWordOctets, "Subject: =?utf-8?q?=C3?= a", "Subject: =?utf-8?q?=EF=BF=BD?= a"),
        .field(.encodedWordShift, "Subject: =?iso-2022-jp?b?GyRCJCI=?=", "Subject: =?iso-2022-jp?b?GyRCJCIbKEI=?="),
        .field(
            .splitCharacter,
            "Subject: =?utf-8?q?=C3?=\n =?utf-8?q?=A9?=",
            "Subject: =?utf-8?q?=C3=A9?=\n =?utf-8?q?=C3=A9?="
        ),
        .field(
            .splitCharacter,
            "Subject: =?shift_jis?q?a=82?= =?SHIFT_JIS?b?oA==?=",
            "Subject: =?shift_jis?q?a?= =?SHIFT_JIS?b?gqA=?="
        ),
        // Only words of one charset with blanks between them are joined.
        .field(.encodedWordOctets, "Subject: =?utf-8?q?=C3?= x =?utf-8?q?=A9?=", "Subject: =?utf-8?q?a?= x"),
    ]

    static let places: [LintCase] = [
        .field(.gluedEncodedWord, "Subject: a=?utf-8?q?b?=", "Subject: a =?utf-8?q?b?= c"),
        .field(.gluedEncodedWord, "Subject: =?utf-8?q?b?=,", "Subject:=?utf-8?q?b?=\n ,"),
        .field(.gluedEncodedWord, "Subject: (=?utf-8?q?b?=)", "To: a@b (=?utf-8?q?b?=)").sound([.commentInAddress]),
        .field(.gluedEncodedWord, "To: =?utf-8?q?b?=<a@b>", "To: =?utf-8?q?b?= <a@b>"),
        .field(.gluedEncodedWord, "X-Name: =?utf-8?q?a?==?utf-8?q?b?=", "X-Name: =?utf-8?q?a?= =?utf-8?q?b?="),
        .field(.encodedWordCharacters, "To: =?utf-8?q?a.b?= <a@b>", "To: =?utf-8?q?a=2Eb?= <a@b>"),
        .field(.encodedWordCharacters, "To: =?utf-8?q?a,b?= <a@b>", "Subject: =?utf-8?q?a,b.(c)?="),
        .field(
            .encodedWordCharacters,
            "To: a@b (=?utf-8?q?a\"b?=)",
            "To: a@b (=?utf-8?q?a.b,c?=)",
            both: [.commentInAddress]
        ),
        .field(.encodedWordInQuotes, "To: \"=?utf-8?q?b?=\" <a@b>", "To: \"b\\\" \" =?utf-8?q?b?= <a@b>"),
        .field(.encodedWordInAddress, "To: <=?utf-8?q?b?=@c>", "To: =?utf-8?q?b?= <b@c>"),
        .field(.encodedWordInAddress, "To: =?utf-8?q?b?=@c", "To: b@c"),
        .field(.encodedWordInAddress, "To: a@=?utf-8?q?b?=", "To: a@b", also: [.addressNotForSMTP]),
        .body(
            .encodedWordInParameter,
            "Content-Type: text/plain; name=\"=?utf-8?q?b?=\"\n\na\n",
            "Content-Type: text/plain; name*=utf-8''b\nContent-Description: =?utf-8?q?b?=\n\na\n"
        ),
        .body(
            .encodedWordInParameter,
            "Content-Disposition: attachment; filename==?utf-8?q?b?=\n\na\n",
            "Content-Disposition: attachment (=?utf-8?q?b?=)\n\na\n",
            also: [.unquotedParameter]
        ),
        .field(
            .misplacedEncodedWord,
            "Received: from a (=?utf-8?q?b?=); 21 Nov 1997 09:55:06 -0600",
            "Date: 21 Nov 1997 09:55:06 -0600 (=?utf-8?q?b?=)"
        ),
        .field(.misplacedEncodedWord, "Message-ID: <=?utf-8?q?b?=@c>", "Message-ID: <b@c> (=?utf-8?q?b?=)"),
    ]

    @Test(.rfc(2047, "2"), arguments: form) func word(_ lint: LintCase) { lint.check() }

    @Test(.rfc(2047, "5"), arguments: places) func place(_ lint: LintCase) { lint.check() }

    /// The examples of RFC 2047 §8 break no rule but that of the legacy form of names in comments.
    @Test(.rfc(2047, "8")) func examples() {
        let message = LintCase.octets(
            LintCase.header(
                """
                To: =?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>
                CC: =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>
                Subject: =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=
                    =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=
                Reply-To: Nathaniel Borenstein <nsb@thumper.bellcore.com>
                      (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)
                """
            ) + "\ntext\n"
        )
        #expect(LintCase.rules(in: message) == [.commentInAddress])
    }
}
