import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.3.1"))
struct SelectTests {
    private static func resync(
        _ validity: UInt32,
        _ modSequence: UInt64,
        _ known: SequenceSet? = nil,
        _ match: QuickResync.Match? = nil
    ) -> SelectParameters {
        SelectParameters(
            qresync: QuickResync(uidValidity: validity, modSequence: modSequence, knownUIDs: known, match: match)
        )
    }

    static let accepted: [(String, Command)] = [
        ("SELECT INBOX", .select(.inbox)), ("EXAMINE \"a b\"", .examine(mailbox("a b"))),
        ("SELECT INBOX (CONDSTORE)", .select(.inbox, SelectParameters(condstore: true))),
        ("examine INBOX (condstore CONDSTORE)", .examine(.inbox, SelectParameters(condstore: true))),
        (
            "SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))",
            .select(.inbox, resync(67_890_007, 20_050_715_194_045_000, set((41, 41), (43, 211), (214, 541))))
        ),
        (
            "SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541 (1:3,5 11:13,20)))",
            .select(
                .inbox,
                resync(
                    67_890_007,
                    90_060_115_194_045_000,
                    set((41, 211), (214, 541)),
                    QuickResync.Match(numbers: set((1, 3), (5, 5)), uids: set((11, 13), (20, 20)))
                )
            )
        ),
        (
            "EXAMINE x (QRESYNC (1 9223372036854775807 (1 2)) CONDSTORE)",
            .examine(
                mailbox("x"),
                SelectParameters(
                    condstore: true,
                    qresync: QuickResync(
                        uidValidity: 1,
                        modSequence: UInt64(Int64.max),
                        match: QuickResync.Match(numbers: set((1, 1)), uids: set((2, 2)))
                    )
                )
            )
        ),
        ("SELECT x (qresync (4294967295 1))", .select(mailbox("x"), resync(.max, 1))),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(
        .rfc(7162, "7"),
        arguments: [
            ("SELECT x ()", 10), ("SELECT x CONDSTORE", 9), ("SELECT x (FOO)", 10), ("SELECT x (CONDSTORE", 19),
            ("SELECT x (QRESYNC)", 17), ("SELECT x (QRESYNC ())", 19), ("SELECT x (QRESYNC (1))", 20),
            ("SELECT x (QRESYNC (0 1))", 19), ("SELECT x (QRESYNC (1 0))", 21), ("SELECT x (QRESYNC (1 1 *))", 23),
            ("SELECT x (QRESYNC (1 1 1:*))", 23), ("SELECT x (QRESYNC (1 1 $))", 23), ("SELECT x (QRESYNC (1 1 ))", 23),
            ("SELECT x (QRESYNC (1 1 (1)))", 25), ("SELECT x (QRESYNC (1 1 (1 *)))", 26),
            ("SELECT x (QRESYNC (1 1 (1 2) 3))", 28), ("SELECT x (QRESYNC (1 9223372036854775808))", 21),
            ("SELECT x (QRESYNC (1 1) QRESYNC (1 1))", 24), ("SELECT x (QRESYNC (1 1)", 23),
        ]
    )
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(7162, "3.1.2")) func codes() {
        let codes: [(ResponseCode, String)] = [
            (.highestModSequence(715_194_045_007), "HIGHESTMODSEQ 715194045007"), (.noModSequence, "NOMODSEQ"),
            (.closed, "CLOSED"),
            (.mailboxID("F2212ea87-6097-4256-9d51-71338625"), "MAILBOXID (F2212ea87-6097-4256-9d51-71338625)"),
            (.unseen(12), "UNSEEN 12"), (.uidNotSticky, "UIDNOTSTICKY"),
        ]
        for (code, text) in codes {
            #expect(encoded { StatusResponse(.ok, code, "x").encode(into: &$0) } == "* OK [\(text)] x\r\n")
        }
    }

    @Test(.rfc(7162, "3.2.10")) func vanished() {
        #expect(
            encoded { Response.vanished([41...41, 43...116, 214...540], isEarlier: true, into: &$0) }
                == "* VANISHED (EARLIER) 41,43:116,214:540\r\n"
        )
        #expect(
            encoded { Response.vanished([405...405, 407...407, 4_294_967_295...4_294_967_295], into: &$0) }
                == "* VANISHED 405,407,4294967295\r\n"
        )
        #expect(encoded { Response.vanished([], into: &$0) }.isEmpty)
    }
}
