import Octets
import PorticoTesting
import Testing

@testable import IMAP

extension IMAPURL {
    fileprivate init?(_ text: String) { self.init(parsing: Array(text.utf8).span) }
}

@Suite(.rfc(5092, "11"))
struct IMAPURLTests {
    private static func url(
        _ mailbox: String?,
        _ uid: UInt32,
        validity: UInt32? = nil,
        absolute: Bool = true,
        server: IMAPURL.Server? = nil,
        section: Section = Section(),
        partial: Partial? = nil
    ) -> IMAPURL {
        var url = IMAPURL(server: server, isAbsolute: absolute, uid: uid)
        url.mailbox = mailbox
        url.uidValidity = validity
        url.section = section
        url.partial = partial
        return url
    }

    private static let host = IMAPURL.Server(user: nil, host: "mail.example.test", port: nil)

    @Test(
        .rfc(4469, "A"),
        arguments: [
            (
                "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER",
                url("Drafts", 20, validity: 385_759_045, section: Section(text: .header))
            ),
            (
                "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.MIME",
                url("Drafts", 20, validity: 385_759_045, section: Section(part: [1], text: .mime))
            ),
            ("/Drafts;UIDVALIDITY=385759045/;UID=30", url("Drafts", 30, validity: 385_759_045)),
            (
                "/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9",
                url("INBOX", 113_330, validity: 785_799_047, section: Section(part: [1, 5, 9]))
            ),
            ("/Drafts/;UID=3002", url("Drafts", 3002)),
            ("/a/b%20c/;uid=1", url("a/b c", 1)),
            ("b/;UID=1", url("b", 1, absolute: false)),
            (";UID=1", url(nil, 1, absolute: false)),
            ("/%E5%8F%B0%E5%8C%97/;UID=4294967295", url("台北", .max)),
            ("/%3B/;UID=1", url(";", 1)),
            (
                "/a/;UID=1/;SECTION=HEADER.FIELDS%20(DATE%20%22FROM%22)",
                url("a", 1, section: Section(text: .headerFields(["DATE", "FROM"].map { Array($0.utf8) })))
            ),
            ("/a/;UID=1/;PARTIAL=0.1024", url("a", 1, partial: Partial(offset: 0, count: 1024))),
            ("/a/;UID=1/;PARTIAL=5", url("a", 1, partial: Partial(offset: 5, count: .max))),
            (
                "/a/;UID=1/;SECTION=1.2.TEXT/;PARTIAL=7.1",
                url("a", 1, section: Section(part: [1, 2], text: .text), partial: Partial(offset: 7, count: 1))
            ),
            ("imap://mail.example.test/a/;UID=1", url("a", 1, server: host)),
            (
                "IMAP://Alice%40example.test;AUTH=*@MAIL.example.test:1143/a/;UID=1",
                url("a", 1, server: IMAPURL.Server(user: "Alice@example.test", host: "mail.example.test", port: 1143))
            ),
            (
                "imap://;AUTH=GSSAPI@[2001:db8::1]:143/a/;UID=1",
                url("a", 1, server: IMAPURL.Server(user: nil, host: "[2001:db8::1]", port: 143))
            ),
        ]
    )
    func parses(_ text: String, _ expected: IMAPURL) { #expect(IMAPURL(text) == expected) }

    @Test(arguments: [
        "", "/", "a", "/a", "/a/", "/;UID=1", "//;UID=1/x", "/a;UID=1", "/a/;UID=0", "/a/;UID=4294967296", "/a/;UID=",
        "/a/;UID=1/", "/a/;UID=1/;SECTION=", "/a/;UID=1/;SECTION=1.", "/a/;UID=1/;SECTION=0",
        "/a/;UID=1/;SECTION=MIME", "/a/;UID=1/;SECTION=1]", "/a/;UID=1/;SECTION=HEADER.FIELDS%20(%7B1%7D%0D%0Ax)",
        "/a/;UID=1/;PARTIAL=", "/a/;UID=1/;PARTIAL=1.0", "/a/;UID=1/;PARTIAL=.1", "/a/;UID=1/;PARTIAL=1/;SECTION=1",
        "/a;UIDVALIDITY=0/;UID=1", "/a;UIDVALIDITY=1;UID=1", "/a;UIDVALIDITY=x/;UID=1", "/%/;UID=1", "/%4/;UID=1",
        "/%FF/;UID=1", "/a b/;UID=1", "/ä/;UID=1", "/a?SUBJECT%20x", "/a/;UID=1?x", "http://a/b/;UID=1",
        "imap://a", "imap:///a/;UID=1", "imap://x@/a/;UID=1", "imap://a:x/a/;UID=1", "imap://a;UID=1",
        "/a/;UID=1;EXPIRE=2006-02-02T23:45:00Z", "/a/;UID=1;URLAUTH=root", "/a/;UID=1;URLAUTH=submit+",
        "/a/;UID=1;EXPIRE=2006-13-02T23:45:00Z;URLAUTH=anonymous", "/a/;UID=1;URLAUTH=anonymous:INTERNAL",
        "/a/;UID=1;URLAUTH=anonymous:INTERNAL:00",
        "/a/;UID=1;URLAUTH=anonymous:INTERNAL:" + String(repeating: "0g", count: 16),
    ])
    func refuses(_ text: String) { #expect(IMAPURL(text) == nil) }

    /// RFC 4467 §6.
    @Test(.rfc(4467, "3"))
    func authorization() throws {
        let token = "91354a473744909de610943775f92038"
        let rump =
            "imap://joe@example.com/INBOX/;uid=20/;section=1.2;expire=2006-02-02T23:45:00-01:00;urlauth=submit+fred"
        let signed = try #require(IMAPURL("\(rump):internal:\(token)"))
        let authorization = try #require(signed.authorization)
        #expect(authorization.access == .submit(user: "fred"))
        #expect(authorization.expiry == 1_138_927_500)
        #expect(authorization.rumpOctets == rump.utf8.count)
        #expect(authorization.signature?.mechanism == "INTERNAL")
        #expect(authorization.signature?.token.count == 16)
        #expect(authorization.signature?.token.first == 0x91)
        #expect(signed.section == Section(part: [1, 2]))
        let unsigned = try #require(IMAPURL(rump)?.authorization)
        #expect(unsigned.signature == nil && unsigned.expiry == 1_138_927_500)
    }

    @Test(arguments: [
        ("user+a%40b", IMAPURL.Access.user("a@b")), ("authuser", .authenticatedUser), ("anonymous", .anonymous),
    ])
    func access(_ text: String, _ expected: IMAPURL.Access) {
        let url = IMAPURL("/a/;UID=1;URLAUTH=\(text)")
        #expect(url?.authorization?.access == expected)
        #expect(url?.authorization?.expiry == nil)
    }

    /// Total: whatever is cut off, or put in, nothing traps.
    @Test func survivesEverything() {
        let whole = Array(
            "imap://joe;AUTH=*@[::1]:143/a%20/;UID=2/;SECTION=1.2/;PARTIAL=1.2;EXPIRE=2006-02-02T23:45:00.5-01:00;URLAUTH=user+x:INTERNAL:00112233445566778899aabbccddeeff"
                .utf8
        )
        #expect(IMAPURL(parsing: whole.span) != nil)
        for end in whole.indices {
            _ = IMAPURL(parsing: whole.span.extracting(0..<end))
            _ = IMAPURL(parsing: whole.span.extracting(end..<whole.count))
        }
        var random = SeededGenerator(seed: 5092)
        for _ in 0..<20_000 {
            var octets = whole
            for _ in 0..<3 {
                octets[random.number(below: octets.count)] = Array(";/:@%=.[]+-TZ09a?".utf8)[random.number(below: 17)]
            }
            _ = IMAPURL(parsing: octets.span)
        }
    }
}
