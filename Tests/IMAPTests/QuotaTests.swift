import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(9208, "4.1"))
struct QuotaTests {
    static let accepted: [(String, Command)] = [
        ("GETQUOTA \"!partition/sda4\"", .getQuota(root: octets("!partition/sda4"))),
        ("GETQUOTA \"\"", .getQuota(root: [])), ("GETQUOTAROOT inbox", .getQuotaRoot(.inbox)),
        (
            "SETQUOTA \"#user/alice\" (STORAGE 510)",
            .setQuota(root: octets("#user/alice"), [QuotaLimit("STORAGE", limit: 510)])
        ),
        (
            "SETQUOTA {1+}\r\nx (storage 0 Message 9223372036854775807 X-FOO 1)",
            .setQuota(
                root: octets("x"),
                [
                    QuotaLimit("STORAGE", limit: 0), QuotaLimit("MESSAGE", limit: UInt64(Int64.max)),
                    QuotaLimit("X-FOO", limit: 1),
                ]
            )
        ),
        ("SETQUOTA \"\" ()", .setQuota(root: [], [])),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("GETQUOTA", 8), ("GETQUOTA a b", 10), ("GETQUOTAROOT", 12), ("GETQUOTAROOT \"\"", 13), ("SETQUOTA a", 10),
        ("SETQUOTA a STORAGE 1", 11), ("SETQUOTA a (STORAGE)", 19), ("SETQUOTA a (STORAGE 1", 21),
        ("SETQUOTA a (STORAGE 1 )", 22), ("SETQUOTA a (STORAGE 1 storage 2)", 22), ("SETQUOTA a (STORAGE -1)", 20),
        ("SETQUOTA a (STORAGE 9223372036854775808)", 20), ("SETQUOTA a () ()", 13),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(9208, "4.2")) func responses() {
        let alice = octets("#user/alice")
        let used = [
            Response.QuotaUsage("STORAGE", usage: 54, limit: 111),
            Response.QuotaUsage("MESSAGE", usage: 42, limit: .max),
        ]
        #expect(
            encoded { Response.quota(root: alice, used, into: &$0) }
                == "* QUOTA #user/alice (STORAGE 54 111 MESSAGE 42 18446744073709551615)\r\n"
        )
        #expect(
            encoded { Response.quota(root: [], [.init("STORAGE", usage: 10, limit: 512)], into: &$0) }
                == "* QUOTA \"\" (STORAGE 10 512)\r\n"
        )
        #expect(
            encoded { Response.quotaRoot(.inbox, roots: [alice, octets("!partition/sda4"), []], into: &$0) }
                == "* QUOTAROOT INBOX #user/alice !partition/sda4 \"\"\r\n"
        )
        #expect(
            encoded { Response.quotaRoot(mailbox("comp.mail.mime"), roots: [], into: &$0) }
                == "* QUOTAROOT comp.mail.mime\r\n"
        )
    }
}
