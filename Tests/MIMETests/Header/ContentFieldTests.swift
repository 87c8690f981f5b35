import Charset
import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(2045, "5.1"))
struct ContentFieldTests {
    private static func shown(_ parameters: [FieldParameter]) -> String {
        parameters.map { "; \($0.name)" + ($0.language.map { "(\($0))" } ?? "") + "=\($0.value)" }.joined()
    }

    private static func shown(_ value: some Sequence<UInt8>) -> String {
        let octets = Array(value)
        let type = ContentType(parsing: octets.span, charsets: SystemCharsets())
        return type.map { "\($0.mediaType)\(shown($0.parameters))" } ?? "-"
    }

    @Test(arguments: [
        ("text/plain; charset=us-ascii (Plain text)", "text/plain; charset=us-ascii"),
        ("Text/PLAIN; CharSet=\"us-ascii\"", "text/plain; charset=us-ascii"),
        (" text / plain ; charset = x ", "text/plain; charset=x"), ("text/plain", "text/plain"),
        ("(c)text(c)/(c)plain(c);(c)a(c)=(c)b(c)", "text/plain; a=b"),
        ("text/plain;; a=b;;; c=d;", "text/plain; a=b; c=d"), ("text/plain a=b c=d", "text/plain; a=b; c=d"),
        ("text/plain; a=b c; d=e", "text/plain; a=b c; d=e"), ("text/plain; a=\"b;c\\\"\"", "text/plain; a=b;c\""),
        ("text/plain; a=\"b; c=d", "text/plain; a=b; c=d"), ("text/plain; a=\"b c", "text/plain; a=b c"),
        ("text/plain; a=\"b\r\n c\"", "text/plain; a=b c"), ("text/plain; a=\"b\"\r\n \"c\"", "text/plain; a=bc"),
        ("text/plain; name=foo (1).txt", "text/plain; name=foo (1).txt"), ("text/plain; a=b; a=c", "text/plain; a=b"),
        ("text/plain; a=; b=c", "text/plain; a=; b=c"), ("text/plain; =b; c", "text/plain"),
        ("text/plain; a==b", "text/plain; a==b"), ("text/plain; é=ü", "text/plain; é=ü"),
        ("text/plain; boundary=gc0pJq0M:08jU534c0p", "text/plain; boundary=gc0pJq0M:08jU534c0p"),
        ("text", "-"), ("text/", "-"), ("/plain", "-"), ("", "-"), (";", "-"), ("text/;a=b", "-"),
    ])
    func reads(_ value: String, _ expected: String) {
        #expect(Self.shown(value.utf8) == expected)
    }

    @Test(
        .rfc(2231, "4"),
        arguments: [
            // RFC 2231 §3, §4, §4.1.
            ("URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/x.tar\"", "url=ftp://cs.utk.edu/x.tar"),
            ("title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title(en-us)=This is ***fun***"),
            (
                "title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
                "title(en)=This is even more ***fun*** isn't it!"
            ),
            // Any order, gaps, doubles, each form.
            ("a*2=c; a*0=a; a*1=b", "a=abc"), ("a*1=b; a*3=d", "a=bd"), ("a*0=a; a*0=x; a*1=b", "a=ab"),
            ("a*10=k; a*9=j; a*0=a", "a=ajk"), ("a*00=a; a*01=b", "a=ab"),
            ("a=plain; a*0=parts", "a=parts"), ("a*0=parts; a*=''whole", "a=whole"), ("a=1; A*=''2; b=3", "a=2; b=3"),
            ("a*=utf-8'en'%C3%A4; a*=utf-8''b", "a(en)=ä"),
            // The charset is on the first, or on each; a character is cut between them.
            ("a*0*=utf-8''%C3; a*1*=%A4", "a=ä"), ("a*1*=%A4; a*0*=utf-8'de'%C3", "a(de)=ä"),
            ("a*0*=iso-8859-1''%E4; a*1*=iso-8859-1'%F6", "a=äö"), ("a*0=x; a*1*=utf-8''%C3%A4", "a=xä"),
            // Damage.
            ("a*=%C3%A4", "a=ä"), ("a*=utf-8'%C3%A4", "a=ä"), ("a*=utf-8''100%", "a=100%"),
            ("a*=utf-8''%zz%4", "a=%zz%4"),
            ("a*=x-none''%41%E4", "a=Aä"), ("a*=\"utf-8''%C3%A4\"", "a=ä"), ("a*=it's", "a=s"), ("a*=%41's", "a=A's"),
            ("*=x; a=b", "*=x; a=b"), ("**=x", "*=x"), ("a*b*=x", "a*b=x"), ("a*1234567=x", "a*1234567=x"),
            ("a*999999=x", "a=x"),
            // RFC 2047 in parameters.
            ("a=\"=?utf-8?b?w6Q=?=.txt\"", "a=ä.txt"), ("a==?utf-8?b?w6Q=?=", "a=ä"),
            ("a==?utf-8?q?=C3?= =?utf-8?q?=A4?=.x", "a=ä.x"),
            ("a*0=\"=?utf-8?q?=C3\"; a*1=\"=A4?=\"", "a=ä"),
            ("a*0*=utf-8''%C3%A4; a*1=\"=?utf-8?q?=C3=B6?=\"", "a=äö"),
        ]
    )
    func extended(_ parameters: String, _ expected: String) {
        #expect(Self.shown("x/y; \(parameters)".utf8) == "x/y; \(expected)")
    }

    @Test func unlabelledOctetsAreGuessed() {
        #expect(Self.shown(Array("x/y; a=".utf8) + [0xE4]) == "x/y; a=ä")
        #expect(Self.shown("x/y; a=\"ä ö\"".utf8) == "x/y; a=ä ö")
    }

    @Test(.rfc(2183, "2"))
    func disposition() throws {
        func read(_ value: String) -> ContentDisposition? {
            ContentDisposition(parsing: Array(value.utf8).span, charsets: StandardCharsets())
        }
        let found = try #require(
            read("ATTACHMENT; filename*=utf-8''%C3%A4; size=12; creation-date=\"Wed, 12 Feb 1997 16:29:51 -0500\"")
        )
        #expect(found.disposition == "attachment" && found.fileName == "ä" && found.size == 12)
        #expect(found.creationDate?.internetFormat == "1997-02-12T16:29:51-05:00")
        #expect(found.readDate == nil && found.modificationDate == nil)
        #expect(read(" ; a=b") == nil)
        for size in ["-1", "18446744073709551616", "", "x"] {
            let found = try #require(read("inline; size=\"\(size)\""))
            #expect(found.size == nil)
        }
    }

    /// 256 parameters are taken, and parts of one value in any order among them.
    @Test func limit() {
        let parts = (0..<300).map { "a*\($0)=b" }.joined(separator: ";")
        #expect(Self.shown("x/y;\(parts)".utf8) == "x/y; a=\(String(repeating: "b", count: 256))")
    }

    @Test(arguments: [
        ";", "a=", "a=b;", "a=\"", "(", "a=b c ", "a*0=b;", "/", "a b=", "a*=", "%", "'", "=?", "\\\"", "\" \"",
    ])
    func longInputEnds(_ piece: String) {
        let value = "x/y; a=" + String(repeating: piece, count: 200_000 / piece.utf8.count)
        #expect(Self.shown(value.utf8).utf8.count <= 2 * value.utf8.count)
    }

    struct Row: Decodable, Sendable {
        struct Expected: Decodable, Sendable {
            var c_type: String
            var c_subtype: String?
            var attributes: [[String]]?
        }
        var header: String
        var expected: Expected?
    }

    @Test(arguments: try HeaderFixtures.table("mail-parser/content_type.json", of: Row.self))
    func mailParser(_ row: Row) {
        let value = HeaderFields.fieldValue(row.header)
        var found = Self.shown(value)
        if found == "-", let other = ContentDisposition(parsing: value.span, charsets: SystemCharsets()) {
            found = "\(other.disposition)/" + Self.shown(other.parameters)
        }
        let attributes = (row.expected?.attributes ?? []).filter { !$0[0].hasSuffix("-language") }
        let languages = Dictionary(
            uniqueKeysWithValues: (row.expected?.attributes ?? []).filter { $0[0].hasSuffix("-language") }.map {
                (String($0[0].dropLast(9)), $0[1])
            }
        )
        var expected = row.expected.map { "\($0.c_type)/\($0.c_subtype ?? "")".lowercased() } ?? "-"
        for attribute in attributes {
            expected += "; \(attribute[0])" + (languages[attribute[0]].map { "(\($0))" } ?? "") + "=\(attribute[1])"
        }
        compare(found, with: expected, except: Self.differences)
    }

    /// What is found there instead.
    private static let differences: Set = [
        // Words that follow each other are joined, in quotes too, where RFC 2047 §5 has none at all. RFC 2047 §6.2.
        "image/jpeg; name=áéí.jpeg",
        // Not even a token. RFC 2045 §5.1.
        "-",
        // `=` ends a token; what follows is no parameter.
        "name/",
        // An empty value is a value; `=` was there.
        "text/plain; name=",
        // Quotes that do not end, with nothing but the blanks that end the header behind them: `fieldValue` trims those.
        "inva/lid; name=",
        // Names are in the order in which they first occur.
        "test/encoded; key4=foo; key=f\u{0}oobazba%; key2=ab%; key3(en)=xyzplop%; *=test",
        // What is not exactly `name*number*` is a name of its own: RFC 2231 §3 makes no other sense of stars. Of a name with
        // a blank in it, nothing but what stands before `=` counts.
        "malicious/attempt; 1=a; 3*=b; 4**=c; *5*=d; *****7=e; 9*10*11*12*13=f; 15*x***fff===g; *=h",
        // A subtype is one token. RFC 2045 §5.1.
        "text/plain", "text/plain; charset=us-ascii",
    ]
}
