import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(4314, "3"))
struct ACLTests {
    static let accepted: [(String, Command)] = [
        (
            "SeTacl INBOX/Drafts David lrswida",
            .setACL(mailbox("INBOX/Drafts"), identifier: octets("David"), .replace(rights("lrswida")))
        ),
        (
            "SETACL INBOX/Drafts Chris +cda",
            .setACL(mailbox("INBOX/Drafts"), identifier: octets("Chris"), .add(rights("cda")))
        ),
        ("SETACL inbox \"-a b\" -w", .setACL(.inbox, identifier: octets("-a b"), .remove(rights("w")))),
        ("SETACL x y \"\"", .setACL(mailbox("x"), identifier: octets("y"), .replace([]))),
        ("SETACL x \"\" +", .setACL(mailbox("x"), identifier: [], .add([]))),
        ("SETACL x {1+}\r\ny {2+}\r\nl9", .setACL(mailbox("x"), identifier: octets("y"), .replace(rights("9l")))),
        ("DeleteAcl INBOX Fred", .deleteACL(.inbox, identifier: octets("Fred"))),
        ("DELETEACL INBOX -Fred", .deleteACL(.inbox, identifier: octets("-Fred"))),
        ("getacl INBOX", .getACL(.inbox)), ("GETACL \"a b\"", .getACL(mailbox("a b"))),
        ("LISTRIGHTS ~/Mail/saved smith", .listRights(mailbox("~/Mail/saved"), identifier: octets("smith"))),
        ("MYRIGHTS INBOX", .myRights(.inbox)),
    ]

    static func rights(_ letters: String) -> Rights { Rights(octets: letters.utf8) ?? [] }

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    /// The capital letter is the RFC's own example of a BAD.
    @Test(arguments: [
        ("SETACL INBOX/Drafts John lrQswicda", 25), ("SETACL", 6), ("SETACL x", 8), ("SETACL x y", 10),
        ("SETACL x y ", 11), ("SETACL x y l r", 12), ("SETACL x y ++l", 11), ("SETACL x y l+r", 11),
        ("SETACL x y (l)", 11), ("SETACL \"\" y l", 7), ("DELETEACL x", 11), ("DELETEACL x y z", 13), ("GETACL", 6),
        ("GETACL x y", 8), ("LISTRIGHTS x", 12), ("LISTRIGHTS x y z", 14), ("MYRIGHTS", 8), ("MYRIGHTS %", 9),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test func everyOctetAsARight() {
        for byte in UInt8.min...UInt8.max {
            let isRight = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
            let rights = Rights(octets: [byte])
            #expect((rights != nil) == isRight)
            if isRight { #expect(rights?.octets == [byte]) }
        }
    }

    @Test(arguments: [("", ""), ("lrswipkxtea", "lrswipkxtea"), ("aaetxkpiwsrl", "lrswipkxtea"), ("9z0cd", "cdz09")])
    func rightsAreWrittenOnceAndInOrder(_ letters: String, _ expected: String) {
        #expect(Self.rights(letters).octets == octets(expected))
        #expect(Self.rights(expected) == Self.rights(letters))
    }

    @Test(.rfc(4314, "3.6")) func responses() {
        let entries = [
            (identifier: octets("Fred"), rights: Self.rights("rwipslxcetda")),
            (identifier: octets("-David x"), rights: Rights([])),
        ]
        #expect(
            encoded { Response.acl(.inbox, entries, into: &$0) }
                == "* ACL INBOX Fred lrswipxtecda \"-David x\" \"\"\r\n"
        )
        #expect(encoded { Response.acl(mailbox("a b"), [], into: &$0) } == "* ACL \"a b\"\r\n")
        let optional = ["r", "s", "w", "i", "c", "d", "kx", "te"].map { Self.rights($0) }
        #expect(
            encoded {
                Response.listRights(
                    mailbox("~/Mail/saved"),
                    identifier: octets("smith"),
                    required: Self.rights("la"),
                    optional: optional,
                    into: &$0
                )
            } == "* LISTRIGHTS ~/Mail/saved smith la r s w i c d kx te\r\n"
        )
        #expect(
            encoded {
                Response.listRights(
                    mailbox("archive.imap"),
                    identifier: octets("anyone"),
                    required: [],
                    optional: ["l", "r", "0"].map { Self.rights($0) },
                    into: &$0
                )
            } == "* LISTRIGHTS archive.imap anyone \"\" l r 0\r\n"
        )
        #expect(
            encoded { Response.myRights(.inbox, Self.rights("rwiptsldaex"), into: &$0) }
                == "* MYRIGHTS INBOX lrswipxteda\r\n"
        )
        #expect(
            encoded { Response.myRights(mailbox("é"), .standard, enabled: .imap4rev2, into: &$0) }
                == "* MYRIGHTS \"é\" lrswipkxtea\r\n"
        )
    }
}
