import PorticoTesting
import Testing

@testable import IMAPDoor

/// What texts a search looks through, and how they are compared.
@Suite struct SearchTextTests {
    private static let message = """
        Subject: a net
        X-B: work
        To: "Zoë, the first" <zoe@example.test>, team: bob@example.test;
        X-Folded: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
         =?utf-8?Q?_aus_K=C3=B6ln?=
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        preamble
        --b
        Content-Type: text/html; charset=us-ascii

        <div class=foo>Gr&uuml;&szlig;e <b>hel</b>lo</div>
        --b
        Content-Type: text/plain; format=flowed; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        one two=20
        three STRASSE ÅNGSTR=C3=96M e=CC=81t=C3=A9 =EF=AC=81n
        --b
        Content-Type: message/rfc822

        Subject: =?utf-8?Q?weitergeleitet_f=C3=BCr?= dich
        Content-Type: text/plain

        inner text
        --b
        Content-Type: application/pdf; name="report.pdf"
        Content-Disposition: attachment; filename*=utf-8''r%C3%A9port.pdf

        secret pdf
        --b--

        """.replacing("Å", with: "=C3=85")

    @Test(
        .rfc(9051, "6.4.4"),
        .rfc(3501, "6.4.4"),
        arguments: [
            // No text runs from one field into the next.
            ("TEXT netx-b", false), ("TEXT workto:", false), ("TEXT \"X-B: work\"", true), ("TEXT x-b:", true),
            ("HEADER X-B \"\"", true), ("HEADER X-C \"\"", false), ("HEADER b wor", false), ("HEADER X-B work", true),
            ("HEADER X-B x-b", false), ("HEADER SUBJECT net", true), ("SUBJECT \"\"", true), ("CC \"\"", false),
            ("TO \"zoë, the\"", true), ("TO team", true), ("TO \"bob@example\"", true), ("HEADER To zoe@", true),
            ("HEADER X-Folded \"grüße aus köln\"", true), ("TEXT \"ße aus\"", true), ("BODY \"ße aus\"", false),
            // HTML as people read it.
            ("BODY \"grüße hello\"", true), ("BODY div", false), ("BODY \"two three\"", true), ("BODY preamble", false),
            // Embedded messages, with their headers; names of files; headers of parts only in TEXT.
            ("BODY inner", true), ("BODY \"für dich\"", true), ("BODY réport.pdf", true), ("BODY secret", false),
            ("BODY report.pdf", false), ("TEXT report.pdf", true), ("TEXT format=flowed", true),
            ("BODY format=flowed", false), ("BODY \"\"", true), ("BODY \"a net\"", false), ("TEXT \"a net\"", true),
        ]
    )
    func finds(_ key: String, _ isFound: Bool) async throws {
        let client = try await Service().selected([Self.message])
        // The second time the texts are at hand.
        for number in 1...2 {
            await client.run(
                "C: \(number) SEARCH CHARSET UTF-8 \(key.inLiterals)",
                "S: * SEARCH\(isFound ? " 1" : "")",
                "S: \(number) OK …"
            )
        }
    }

    /// i;unicode-casemap: title case, and characters taken apart; `ß` is no `ss`.
    @Test(
        .rfc(5051, "2"),
        .rfc(5255, "4.3"),
        arguments: [
            ("strasse", true), ("straße", false), ("ångström", true), ("ÉTÉ", true), ("\u{E9}te\u{301}", true),
            ("\u{FB01}n", true), ("ete", false), ("\u{212B}ngstr", true),
        ]
    )
    func compares(_ text: String, _ isFound: Bool) async throws {
        let client = try await Service().selected([Self.message])
        await client.run(
            "C: 1 SEARCH CHARSET UTF-8 BODY \("\"\(text)\"".inLiterals)",
            "S: * SEARCH\(isFound ? " 1" : "")",
            "S: 1 OK …"
        )
    }

    /// The key in another charset; in one that does not have the octets; in none that there is.
    @Test(.rfc(3501, "6.4.4")) func charsets() async throws {
        let client = try await Service().selected([Self.message, "Subject: =?koi8-r?B?8NLJ18XU?=\n\nx\n"])
        client.connection.send(
            Array("1 SEARCH CHARSET KOI8-R SUBJECT {6+}\r\n".utf8) + [0xD0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4]
        )
        await client.run(
            """
            C:
            S: * SEARCH 2
            S: 1 OK …
            C: 2 SEARCH CHARSET nonsense ALL
            S: 2 NO [BADCHARSET (US-ASCII UTF-8)] …
            C: 3 SEARCH CHARSET us-ascii SUBJECT net
            S: * SEARCH 1
            S: 3 OK …
            """
        )
    }

    /// Without a charset, or with the wrong one, the octets tell what they are.
    @Test(arguments: ["", "CHARSET UTF-8 ", "CHARSET US-ASCII "]) func unlabelledKeys(_ charset: String) async throws {
        let client = try await Service().selected([Sample.plain, Sample.multipart])
        for octets in [Array("Grüß".utf8), [0x67, 0x72, 0xFC, 0xDF]] {
            client.connection.send(Array("1 SEARCH \(charset)SUBJECT {\(octets.count)+}\r\n".utf8) + octets)
            await client.run("C:", "S: * SEARCH 2", "S: 1 OK …")
        }
    }

    /// Words in any order, marks not regarded; the exact text is worth more.
    @Test(.rfc(6203, "3"), .rfc(6203, "4"), .rfc(6203, "6"))
    func fuzzy() async throws {
        let messages = [
            "Subject: break of IMAP\n\nx\n", "Subject: the imap break\n\nx\n", "Subject: lunch\n\nx\n",
            "Subject: =?utf-8?Q?im=C3=A1p_breaks?=\n\nx\n",
        ]
        let client = try await Service().selected(messages)
        await client.run(
            """
            C: 1 SEARCH FUZZY (SUBJECT "IMAP break")
            S: * SEARCH 1 2 4
            S: 1 OK …
            C: 2 SEARCH RETURN (RELEVANCY ALL) FUZZY SUBJECT "imap break"
            S: * ESEARCH (TAG "2") ALL 1:2,4 RELEVANCY (67 100 34)
            S: 2 OK …
            C: 3 SORT (RELEVANCY) UTF-8 FUZZY SUBJECT "imap break"
            S: * SORT 2 1 4
            S: 3 OK …
            C: 4 SORT RETURN (RELEVANCY PARTIAL 2:3) (RELEVANCY) UTF-8 FUZZY SUBJECT "imap break"
            S: * ESEARCH (TAG "4") PARTIAL (2:3 1,4) RELEVANCY (67 34)
            S: 4 OK …
            C: 5 SEARCH FUZZY SUBJECT imap NOT FUZZY SUBJECT breaks
            S: * SEARCH 1 2
            S: 5 OK …
            """
        )
    }
}

extension String {
    /// With literals for quoted strings that have more than ASCII, and for other texts that do.
    fileprivate var inLiterals: String {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
        let start = firstIndex(of: "\"") ?? lastIndex(of: " ").map { index(after: $0) } ?? startIndex
        let text = String(self[start...].filter { $0 != "\"" })
        return "\(self[..<start]){\(text.utf8.count)+}\r\n\(text)"
    }
}
