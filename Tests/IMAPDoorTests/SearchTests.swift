import PorticoTesting
import Testing

@Suite struct SearchTests {
    @Test(
        .rfc(3501, "6.4.4"),
        arguments: [
            ("ALL", "1 2 3"), ("2", "2"), ("*", "3"), ("UID 2:9", "2 3"), ("NOT 2", "1 3"), ("OR 1 3", "1 3"),
            ("(1:2 SEEN)", "2"), ("UNSEEN", "1 3"), ("FLAGGED", "3"), ("KEYWORD $Tag", "3"), ("KEYWORD none", ""),
            ("UNKEYWORD $tag", "1 2"), ("RECENT", "1 2 3"), ("OLD", ""), ("NEW", "1 3"), ("LARGER 248", "2"),
            ("SMALLER 248", "3"), ("ON 1-Jan-2026", "1 2 3"), ("BEFORE 1-Jan-2026", ""), ("SINCE 1-Jan-2026", "1 2 3"),
            ("SENTON 7-Feb-1994", "1"), ("SENTBEFORE 8-Feb-1994", "1"), ("SENTSINCE 7-Feb-1994", "1"),
            ("FROM foobar", "1"), ("FROM \"fred foobar\"", "1"), ("TO ALICE", "2"), ("CC team", "2"), ("BCC x", ""),
            ("SUBJECT \"noon meet\"", "1"), ("HEADER X-Extra \"\"", "2"), ("HEADER x-extra TWO", "2"),
            ("HEADER Date 1994", "1"), ("BODY joe", "1"), ("BODY foobar", ""), ("TEXT foobar", "1"),
            ("BODY inner", "2"), ("TEXT x-extra", "2"), ("NOT BODY joe", "2 3"), ("SEEN BODY joe", ""),
            ("CHARSET UTF-8 SUBJECT {7+}\r\nGRÜßE", "2"), ("CHARSET UTF-8 FROM {7+}\r\nJÜRGEN", "2"),
            ("CHARSET UTF-8 BODY {4+}\r\nsüx", ""), ("CHARSET UTF-8 BODY {9+}\r\nSÜß IST", "2"),
        ]
    )
    func finds(_ keys: String, _ numbers: String) async throws {
        let client = try await Service().selected([Sample.plain, Sample.multipart, "A: b\n\nc\n"])
        await client.skip("1 STORE 2 FLAGS (\\Seen)")
        await client.skip("2 STORE 3 FLAGS (\\Flagged $Tag)")
        await client.run("C: 3 SEARCH \(keys)", "S: * SEARCH\(numbers.isEmpty ? "" : " " + numbers)", "S: 3 OK …")
    }

    @Test func answersUIDs() async throws {
        let client = try await Service().selected([Sample.plain, Sample.plain])
        await client.skip("1 STORE 1 +FLAGS (\\Deleted)")
        await client.skip("2 EXPUNGE")
        await client.run(
            """
            C: 3 UID SEARCH 1
            S: * SEARCH 2
            S: 3 OK …
            C: 4 SEARCH UID 2
            S: * SEARCH 1
            S: 4 OK …
            C: 5 SEARCH CHARSET X-NONE ALL
            S: 5 NO [BADCHARSET (US-ASCII UTF-8)] …
            C: 6 SEARCH 5
            S: * SEARCH
            S: 6 OK …
            """
        )
    }

    @Test(arguments: ["SUBJECT", "BODY", "TEXT", "HEADER Subject"])
    func readsOtherCharsets(_ key: String) async throws {
        let message = """
            Subject: =?EUC-KR?B?vsiz5w==?=
            Content-Type: text/plain; charset=euc-kr
            Content-Transfer-Encoding: base64

            vsiz5w==

            """
        let client = try await Service().selected([message, Sample.plain])
        await client.run("C: 1 SEARCH CHARSET UTF-8 \(key) {6+}\r\n안녕", "S: * SEARCH 1", "S: 1 OK …")
    }
}
