import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(5464, "4"))
struct MetadataTests {
    private static let shared = octets("/shared/comment")
    private static let own = octets("/private/comment")

    private static func get(
        _ name: String,
        _ entries: [[UInt8]],
        maxSize: UInt32? = nil,
        depth: GetMetadataRequest.Depth = .zero
    ) -> Command {
        .getMetadata(GetMetadataRequest(mailbox(name), entries, maxSize: maxSize, depth: depth))
    }

    static let accepted: [(String, Command)] = [
        ("GETMETADATA \"\" /shared/comment", get("", [shared])),
        ("GETMETADATA \"INBOX\" (/shared/comment /private/comment)", get("INBOX", [shared, own])),
        ("GETMETADATA \"INBOX\" /private/comment /shared/comment", get("INBOX", [own, shared])),
        (
            "GETMETADATA \"INBOX\" (MAXSIZE 1024) (/shared/comment /private/comment)",
            get("INBOX", [shared, own], maxSize: 1024)
        ),
        (
            "GETMETADATA (MAXSIZE 1024) \"INBOX\" (/shared/comment /private/comment)",
            get("INBOX", [shared, own], maxSize: 1024)
        ),
        ("GETMETADATA INBOX (DEPTH 1) (/private/comment)", get("INBOX", [own], depth: .one)),
        (
            "getmetadata (depth INFINITY maxsize 0) inbox /shared/comment",
            get("INBOX", [shared], maxSize: 0, depth: .infinity)
        ),
        ("GETMETADATA INBOX (DEPTH 0) \"/shared/comment\"", get("INBOX", [shared])),
        (
            "SETMETADATA INBOX (/private/comment {33}\r\nMy new comment across\r\ntwo lines.)",
            .setMetadata(.inbox, [MetadataItem(own, octets("My new comment across\r\ntwo lines."))])
        ),
        ("SETMETADATA INBOX (/private/comment NIL)", .setMetadata(.inbox, [MetadataItem(own, nil)])),
        (
            "SETMETADATA \"\" (/private/comment \"My new comment\" /shared/comment ~{3+}\r\n\0\r\n)",
            .setMetadata(
                mailbox(""),
                [MetadataItem(own, octets("My new comment")), MetadataItem(shared, [0, 13, 10])]
            )
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("GETMETADATA", 11), ("GETMETADATA x", 13), ("GETMETADATA x ()", 15), ("GETMETADATA x (/a", 17),
        ("GETMETADATA x comment", 14), ("GETMETADATA x /a/", 14), ("GETMETADATA x //a", 14), ("GETMETADATA x /", 14),
        ("GETMETADATA x \"/a*\"", 14), ("GETMETADATA x \"/a%\"", 14), ("GETMETADATA x {2+}\r\n/é", 14),
        ("GETMETADATA x (DEPTH 2) /a", 21), ("GETMETADATA x (DEPTH 1 DEPTH 1) /a", 23),
        ("GETMETADATA (MAXSIZE) x /a", 20), ("GETMETADATA (FOO 1) x /a", 13), ("GETMETADATA () x /a", 13),
        ("GETMETADATA (MAXSIZE 4294967296) x /a", 21), ("GETMETADATA (DEPTH 1) x (DEPTH 1) /a", 25),
        ("GETMETADATA x (DEPTH 1)", 23), ("SETMETADATA x", 13), ("SETMETADATA x (/a)", 17),
        ("SETMETADATA x (/a b)", 18),
        ("SETMETADATA x (/a NIL", 21), ("SETMETADATA x /a NIL", 14), ("SETMETADATA x ()", 15),
        ("SETMETADATA x (/a {1+}\r\n\0)", 24), ("SETMETADATA x (/a ~\"b\")", 19),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(5464, "4.4")) func responses() {
        let items = [
            MetadataItem(Self.own, octets("My comment")), MetadataItem(Self.shared, nil),
            MetadataItem(octets("/a b"), [0, 1]), MetadataItem(octets("/c"), octets("é")),
        ]
        #expect(
            encoded { Response.metadata(.inbox, items, into: &$0) }
                == "* METADATA INBOX (/private/comment \"My comment\" /shared/comment NIL \"/a b\" ~{2}\r\n\0\u{1} /c {2}\r\né)\r\n"
        )
        #expect(
            encoded { Response.metadata(mailbox(""), [items[3]], enabled: .utf8Accept, into: &$0) }
                == "* METADATA \"\" (/c \"é\")\r\n"
        )
        #expect(
            encoded { Response.metadataChanged(.inbox, [Self.shared, Self.own], into: &$0) }
                == "* METADATA INBOX /shared/comment /private/comment\r\n"
        )
    }

    @Test(arguments: [
        (ResponseCode.MetadataCode.longEntries(2199), "LONGENTRIES 2199"), (.maxSize(1024), "MAXSIZE 1024"),
        (.tooMany, "TOOMANY"), (.noPrivate, "NOPRIVATE"),
    ])
    func codes(_ code: ResponseCode.MetadataCode, _ text: String) {
        #expect(
            encoded { StatusResponse(.no, .metadata(code), "x").encode(into: &$0) } == "* NO [METADATA \(text)] x\r\n"
        )
    }
}
