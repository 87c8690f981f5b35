import Octets
import PorticoTesting
import Testing

@testable import TransportPolicy

@Suite(.rfc(8461, "3"))
struct STSTests {
    @Test(
        .rfc(8461, "3.1"),
        arguments: [
            ("v=STSv1; id=20160831085700Z;", "20160831085700Z"), ("v=STSv1;id=1", "1"), ("v=STSv1 ; id=a ; x=y;", "a"),
            ("v=STSv1; id=a; id=b", "a"),
            ("v=STSv1; id=" + String(repeating: "a", count: 32), String(repeating: "a", count: 32)),
            ("v=STSv1; id=" + String(repeating: "a", count: 33), nil), ("v=STSv1; id=a-b;", nil),
            ("v=STSv1; id=;", nil),
            ("v=STSv1;", nil), ("v=STSv2; id=1", nil), ("V=STSv1; id=1", nil), ("id=1; v=STSv1", nil), ("", nil),
            ("v=STSv1; what", nil), ("v=spf1 -all", nil),
        ] as [(String, String?)]
    )
    func records(_ text: String, _ id: String?) {
        #expect(STSRecord(parsing: text)?.id == id)
    }

    @Test func oneRecordIsNeeded() {
        #expect(STSRecord(among: ["v=spf1 -all", "v=STSv1; id=1"])?.id == "1")
        #expect(STSRecord(among: ["v=STSv1; id=1", "v=STSv1; id=2"]) == nil)
        #expect(STSRecord(among: []) == nil)
    }

    @Test(.rfc(8461, "3.2")) func theExampleIsRead() throws {
        let text = """
            version: STSv1\r
            mode: enforce\r
            mx: mail.example.com\r
            mx: *.example.net\r
            mx: backupmx.example.com\r
            max_age: 604800\r

            """
        let policy = try STSPolicy(parsing: Array(text.utf8).span)
        #expect(policy.mode == .enforce && policy.maximumAge == 604_800)
        #expect(policy.hosts == ["mail.example.com", "*.example.net", "backupmx.example.com"])
        let again = try STSPolicy(parsing: Array(policy.lines.joined(separator: "\n").utf8).span)
        #expect(again == policy)
    }

    @Test(
        arguments: [
            ("version: STSv1\nmode: none\nmax_age: 1", STSPolicy(mode: .none, hosts: [], maximumAge: 1)),
            (
                "max_age:0\nmx:A.Example\nmode:testing\nversion:STSv1\n\n",
                STSPolicy(mode: .testing, hosts: ["a.example"], maximumAge: 0)
            ),
            ("version: STSv1\nmode: enforce\nmode: none\nmx: a\nmax_age: 99999999999", nil),
            (
                "version: STSv1\nmode: enforce\nmode: none\nmx: a\nmax_age: 99999999",
                STSPolicy(mode: .enforce, hosts: ["a"], maximumAge: 31_557_600)
            ),
            (
                "version: STSv1\nmode: enforce\nnew_field: x y\nmx: a. \t\nmax_age: 5",
                STSPolicy(mode: .enforce, hosts: ["a"], maximumAge: 5)
            ),
            ("version: STSv2\nmode: enforce\nmx: a\nmax_age: 5", nil), ("mode: enforce\nmx: a\nmax_age: 5", nil),
            ("version: STSv1\nmode: Enforce\nmx: a\nmax_age: 5", nil),
            ("version: STSv1\nmode: enforce\nmax_age: 5", nil),
            ("version: STSv1\nmode: enforce\nmx: a", nil), ("version: STSv1\nmode: enforce\nmx: a\nmax_age: -5", nil),
            ("version: STSv1\nmode: enforce\nmx: a b\nmax_age: 5", nil),
            ("version: STSv1\nmode: enforce\nmx: *\nmax_age: 5", nil),
            ("version: STSv1\nmode: enforce\nmx: a.*.b\nmax_age: 5", nil), ("<html>", nil), ("", nil),
        ] as [(String, STSPolicy?)]
    )
    func policies(_ text: String, _ policy: STSPolicy?) {
        #expect((try? STSPolicy(parsing: Array(text.utf8).span)) == policy)
    }

    @Test(
        .rfc(8461, "4.1"),
        arguments: [
            ("mail.example.com", true), ("MAIL.Example.COM.", true), ("a.example.net", true), ("example.net", false),
            ("a.b.example.net", false), (".example.net", false), ("aexample.net", false), ("other.example.com", false),
            ("", false), ("*.example.net", true),
        ]
    )
    func hostsMatch(_ host: String, _ isAllowed: Bool) {
        let policy = STSPolicy(mode: .enforce, hosts: ["mail.example.com", "*.example.net"], maximumAge: 1)
        #expect(policy.allows(host) == isAllowed)
    }

    @Test func anyOctetsAreAFile() {
        var random = SeededGenerator(seed: 12)
        let start = Array("version: STSv1\nmode: enforce\nmx: a\nmax_age: 5\n".utf8)
        for _ in 0..<500 {
            let noise = random.octets(random.number(below: 100), of: "mx:*.a \n\r0max_ageé")
            for file in [noise, start + noise] {
                guard let policy = try? STSPolicy(parsing: file.span) else { continue }
                let again = try? STSPolicy(parsing: Array(policy.lines.joined(separator: "\n").utf8).span)
                #expect(again == policy)
            }
            _ = STSRecord(parsing: String(decoding: noise, as: UTF8.self))
        }
        let large = start + [UInt8](repeating: .lineFeed, count: STSPolicy.octetLimit)
        #expect(throws: SyntaxError.self) { try STSPolicy(parsing: large.span) }
    }
}
