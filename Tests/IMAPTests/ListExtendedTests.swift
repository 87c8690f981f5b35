import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(5258, "3"))
struct ListExtendedTests {
    private static func list(
        _ selection: ListRequest.Selection = [],
        _ returns: ListRequest.Return = [],
        status: [StatusAttribute] = [],
        metadata: [String] = [],
        reference: String = "",
        patterns: [String] = ["%"]
    ) -> Command {
        .list(
            ListRequest(
                reference: mailbox(reference),
                patterns: patterns.map { MailboxPattern(octets($0)) },
                selection: selection,
                returns: returns,
                statusAttributes: status,
                metadataEntries: metadata.map(octets),
                isExtended: true
            )
        )
    }

    static let accepted: [(String, Command)] = [
        ("LIST (SUBSCRIBED) \"\" \"%\"", list(.subscribed)), ("LIST (REMOTE) \"\" \"%\"", list(.remote)),
        ("LIST () \"\" \"%\" RETURN (CHILDREN)", list([], .children)),
        (
            "LIST (REMOTE) \"\" \"%\" RETURN (CHILDREN SUBSCRIBED)",
            list(.remote, [.children, .subscribed])
        ),
        (
            "LIST (subscribed recursivematch special-use remote) \"\" \"%\"",
            list([.subscribed, .recursiveMatch, .specialUse, .remote])
        ),
        ("LIST (SPECIAL-USE RECURSIVEMATCH) \"\" \"%\"", list([.specialUse, .recursiveMatch])),
        (
            "LIST \"\" (\"INBOX\" \"Drafts\" \"Sent/%\" {1+}\r\n* a*)",
            list(patterns: ["INBOX", "Drafts", "Sent/%", "*", "a*"])
        ),
        (
            "LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN))",
            list(status: [.messages, .unseen])
        ),
        (
            "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" % RETURN (CHILDREN STATUS (MESSAGES) MYRIGHTS SPECIAL-USE)",
            list([.subscribed, .recursiveMatch], [.children, .myRights, .specialUse], status: [.messages])
        ),
        (
            "LIST \"\" % RETURN (METADATA (\"/shared/vendor/x\" /private/comment) SUBSCRIBED)",
            list([], .subscribed, metadata: ["/shared/vendor/x", "/private/comment"])
        ),
        ("LIST \"\" % RETURN ()", list()),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("LIST (RECURSIVEMATCH) \"\" %", 5), ("LIST (REMOTE RECURSIVEMATCH) \"\" %", 5), ("LIST (CHILDREN) \"\" %", 6),
        ("LIST (SUBSCRIBED)\"\" %", 17), ("LIST \"\" ()", 9), ("LIST \"\" (a", 10), ("LIST \"\" % RETURN", 10),
        ("LIST \"\" % RETURN (STATUS)", 24), ("LIST \"\" % RETURN (STATUS ())", 26),
        ("LIST \"\" % RETURN (STATUS MESSAGES)", 25), ("LIST \"\" % RETURN (METADATA)", 26),
        ("LIST \"\" % RETURN (METADATA /a)", 27), ("LIST \"\" % RETURN (METADATA ())", 28),
        ("LIST \"\" % RETURN (REMOTE)", 18), ("LIST \"\" % (CHILDREN)", 10), ("LIST \"\" % RETURN (CHILDREN) x", 27),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test func patternsHaveALimit() {
        for (count, isTaken) in [(CommandLimits.patterns, true), (CommandLimits.patterns + 1, false)] {
            let patterns = [String](repeating: "a%", count: count).joined(separator: " ")
            #expect((command("LIST \"\" (\(patterns))") != nil) == isTaken)
        }
    }

    @Test func childInfo() {
        #expect(
            encoded {
                Response.list(
                    ["\\Subscribed"],
                    delimiter: UInt8(ascii: "/"),
                    mailbox("Foo"),
                    [.childInfo(["SUBSCRIBED", "SPECIAL-USE"]), .oldName(mailbox("é"))],
                    enabled: .imap4rev2,
                    into: &$0
                )
            }
                == "* LIST (\\Subscribed) \"/\" Foo (\"CHILDINFO\" (\"SUBSCRIBED\" \"SPECIAL-USE\") \"OLDNAME\" (\"é\"))\r\n"
        )
    }
}
