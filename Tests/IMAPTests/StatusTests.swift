import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.3.10"))
struct StatusTests {
    static let accepted: [(String, Command)] = [
        ("STATUS blurdybloop (UIDNEXT MESSAGES uidnext)", .status(mailbox("blurdybloop"), [.uidNext, .messages])),
        ("status INBOX (messages deleted deleted-storage)", .status(.inbox, [.messages, .deleted, .deletedStorage])),
        (
            "STATUS {1+}\r\nx (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE DELETED-STORAGE HIGHESTMODSEQ"
                + " MAILBOXID APPENDLIMIT)",
            .status(mailbox("x"), StatusAttribute.allCases)
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("STATUS a", 8), ("STATUS a ()", 10), ("STATUS a (FOO)", 10), ("STATUS a (UIDNEXT", 17),
        ("STATUS a UIDNEXT", 9), ("STATUS a (UIDNEXT,SIZE)", 17), ("STATUS a (\"SIZE\")", 10), ("STATUS (SIZE)", 7),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(8474, "4.3")) func responses() {
        let items: [Response.StatusItem] = [
            .number(.messages, 12), .number(.deletedStorage, .max), .mailboxID("F2212"), .noAppendLimit,
            .number(.highestModSequence, 7_011_231_777),
        ]
        #expect(
            encoded { Response.status(mailbox("a b"), items, into: &$0) }
                == "* STATUS \"a b\" (MESSAGES 12 DELETED-STORAGE 18446744073709551615 MAILBOXID (F2212) APPENDLIMIT NIL"
                + " HIGHESTMODSEQ 7011231777)\r\n"
        )
        #expect(
            encoded { Response.status(mailbox("é"), [(.appendLimit, 257_890)], enabled: .utf8Accept, into: &$0) }
                == "* STATUS \"é\" (APPENDLIMIT 257890)\r\n"
        )
        #expect(encoded { Response.status(.inbox, [Response.StatusItem](), into: &$0) } == "* STATUS INBOX ()\r\n")
    }
}
