import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(7377, "2"))
struct MultiSearchTests {
    private static func search(
        _ sources: [MailboxFilter],
        _ key: SearchKey,
        returns: SearchReturn? = nil,
        charset: String? = nil
    ) -> Command {
        .multiSearch(MultiSearchRequest(sources, key, returns: returns, charset: charset))
    }

    static let accepted: [(String, Command)] = [
        (
            "ESEARCH IN (mailboxes \"folder1\" subtree \"folder2\") unseen",
            search([.mailboxes([mailbox("folder1")]), .subtree([mailbox("folder2")])], .notFlag(.seen))
        ),
        (
            "ESEARCH IN (mailboxes \"folder1\" subtree-one (a b)) subject \"chad\"",
            search(
                [.mailboxes([mailbox("folder1")]), .subtreeOne([mailbox("a"), mailbox("b")])],
                .subject(octets("chad"))
            )
        ),
        (
            "esearch in (selected inboxes personal subscribed) return (count) charset utf-8 text {2+}\r\né",
            search(
                [.selected, .inboxes, .personal, .subscribed],
                .text(octets("é")),
                returns: SearchReturn(.count),
                charset: "UTF-8"
            )
        ),
        ("ESEARCH UNSEEN", search([], .notFlag(.seen))),
        ("ESEARCH RETURN () ALL", search([], .all, returns: .init([]))),
        ("UID ESEARCH FROM \"frobozz\" 1:100", search([], .and([.from(octets("frobozz")), .sequence(set((1, 100)))]))),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("ESEARCH", 7), ("ESEARCH IN () ALL", 12), ("ESEARCH IN (foo) ALL", 12), ("ESEARCH IN (selected)", 21),
        ("ESEARCH IN (selected ) ALL", 21), ("ESEARCH IN (selected-delayed) ALL", 12),
        ("ESEARCH IN (mailboxes) ALL", 21), ("ESEARCH IN (mailboxes ()) ALL", 23), ("ESEARCH IN selected ALL", 8),
        ("ESEARCH RETURN (ALL) IN (selected) ALL", 21), ("ESEARCH IN (selected (x)) ALL", 21),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }
}
