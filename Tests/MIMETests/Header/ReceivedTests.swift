import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5321, "4.4"))
struct ReceivedTests {
    private static func read(_ value: String) -> Received { Received(parsing: Array(value.utf8).span) }

    /// `from|by|via|with|id|for|date`
    private static func shown(_ received: Received) -> String {
        [
            received.from, received.by, received.via, received.with, received.id, received.recipient,
            received.date?.dateTime.internetFormat,
        ].map { $0 ?? "-" }.joined(separator: "|")
    }

    private static let date = "Tue, 1 Jul 2003 10:52:37 +0200"
    private static let day = "2003-07-01T10:52:37+02:00"

    @Test(arguments: [
        // RFC 5322 §A.4.
        (
            "from x.y.test\r\n   by example.net\r\n   via TCP\r\n   with ESMTP\r\n   id ABC12345\r\n   for <mary@example.net>;  \(date)",
            "x.y.test|example.net|TCP|ESMTP|ABC12345|mary@example.net|\(day)"
        ),
        (
            "from a (b [192.0.2.1]) by c (Postfix) with ESMTPS id D for <e@f>; \(date) (CEST)",
            "a|c|-|ESMTPS|D|e@f|\(day)"
        ),
        ("FROM a BY b ID <1@c> ; \(date)", "a|b|-|-|1@c|-|\(day)"),
        ("from a by b with Microsoft SMTP Server (TLS) id 14.1; \(date)", "a|b|-|Microsoft SMTP Server|14.1|-|\(day)"),
        ("(qmail 1 invoked by uid 2); \(date)", "-|-|-|-|-|-|\(day)"), ("by b; \(date)", "-|b|-|-|-|-|\(day)"),
        ("from [192.0.2.1] (a;b [192.0.2.1]) by b; \(date)", "[192.0.2.1]|b|-|-|-|-|\(day)"),
        ("from a by b for \"x y\"@z; \(date)", "a|b|-|-|-|\"x|\(day)"),
        // Damage.
        ("from a by b \(date)", "a|b|-|-|-|-|\(day)"), ("from a by b 1 Jul 2003 10:52:37 +0200", "a|b|-|-|-|-|\(day)"),
        ("from a by b; for <c@d>; \(date)", "a|b|-|-|-|c@d|\(day)"), ("from a by b;", "a|b|-|-|-|-|-"),
        ("from a by b; whenever", "a|b|-|-|-|-|-"), ("from a (by b; \(date)", "a|b|-|-|-|-|\(day)"),
        ("from by b; \(date)", "-|b|-|-|-|-|\(day)"), ("", "-|-|-|-|-|-|-"), (";", "-|-|-|-|-|-|-"),
        ("<", "-|-|-|-|-|-|-"),
        ("from <a b@c", "<a|-|-|-|-|-|-"), ("; \(date)", "-|-|-|-|-|-|\(day)"),
        ("from \u{E4}; \(date)", "ä|-|-|-|-|-|\(day)"),
    ])
    func reads(_ value: String, _ expected: String) {
        #expect(Self.shown(Self.read(value)) == expected)
    }

    /// `name|address|hello`
    @Test(arguments: [
        ("from a (b.example [192.0.2.1]) by c", "b.example|192.0.2.1|-"),
        ("from a ([192.0.2.1]) by c", "-|192.0.2.1|-"),
        ("from a (b. [IPv6:2001:db8::1]) by c", "b.|2001:db8::1|-"), ("from a (192.0.2.1) by c", "-|192.0.2.1|-"),
        ("from a (2001:db8::1) by c", "-|2001:db8::1|-"), ("from unknown (HELO h) (192.0.2.1) by c", "-|192.0.2.1|h"),
        ("from [192.0.2.1] (port=25 helo=h) by c", "-|192.0.2.1|h"),
        ("from a ([192.0.2.1]:25 helo=[h]) by c", "-|192.0.2.1|[h]"),
        ("from a (EHLO h) ([192.0.2.1]) by c", "-|192.0.2.1|h"),
        ("from a (u@b [192.0.2.1] (may be forged)) by c", "b|192.0.2.1|-"),
        ("from [IPv6:::1] by c", "-|::1|-"), ("from a [192.0.2.1] by c", "-|192.0.2.1|-"), ("from a by c", "-|-|-"),
        ("from a (HELO) by c", "-|-|-"), ("from a (1.2.3.400 [x]) by c", "-|-|-"), ("by c (192.0.2.1)", "-|-|-"),
        ("from a (192.0.2.1:587) by c", "-|192.0.2.1|-"), ("from a (unknown [unix socket]) by c", "-|-|-"),
    ])
    func peers(_ value: String, _ expected: String) {
        let peer = Self.read(value).peer
        #expect([peer.name, peer.address, peer.hello].map { $0 ?? "-" }.joined(separator: "|") == expected)
    }

    @Test func clauses() {
        let received = Self.read("x (1) from a (2) (3) by b via smail from stdin (4); \(Self.date)")
        #expect(received.clauses.map(\.keyword) == ["", "from", "by", "via", "from"])
        #expect(received.clauses.map(\.value) == ["x", "a", "b", "smail", "stdin"])
        #expect(received.clauses.map(\.comments) == [["1"], ["2", "3"], [], [], ["4"]])
        #expect(Self.read(String(repeating: "from a ", count: 100)).clauses.count == 64)
    }

    @Test(arguments: ["from ", ";", "(", "<", "\"", "a ", "(a)", "Mon, ", "1 Jul ", "for <a@b> ", "[", "from a (HELO "])
    func longInputEnds(_ piece: String) {
        let value = String(repeating: piece, count: 200_000 / piece.utf8.count)
        #expect(Self.read(value).clauses.count <= 64)
        #expect(Self.read("from a (\(value))").peer.name == nil)
    }

    @Test func everyCut() {
        let value = Array("from a (b [192.0.2.1] (x)) by \"c d\" with E for <e@f>; Tue, 1 Jul 2003 10:52:37 +0200".utf8)
        for start in value.indices {
            for end in start...value.count {
                let received = Received(parsing: value.span.extracting(start..<end))
                #expect(received.clauses.count <= 5)
            }
        }
    }

    // MARK: The table of mail-parser

    struct Row: Decodable, Sendable {
        struct Host: Decodable, Sendable {
            var Name: String?
            var IpAddr: String?
        }
        struct Date: Decodable, Sendable {
            var year: Int
            var month: Int
            var day: Int
            var hour: Int
            var minute: Int
            var second: Int
            var tz_before_gmt: Bool
            var tz_hour: Int
            var tz_minute: Int
        }
        struct Expected: Decodable, Sendable {
            var from: Host?
            var by: Host?
            var id: String?
            var for_: String?
            var via: String?
            var from_ip: String?
            var helo: Host?
            var date: Date?
        }
        var header: String
        var expected: Expected
    }

    @Test(arguments: try HeaderFixtures.table("mail-parser/received.json", of: Row.self))
    func mailParser(_ row: Row) {
        let received = Received(parsing: HeaderFields.fieldValue(row.header).span)
        func plain(_ host: String?) -> String {
            guard let host else { return "-" }
            return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        }
        func plain(_ host: Row.Host?) -> String { host?.Name ?? host?.IpAddr ?? "-" }
        let date = row.expected.date.flatMap {
            DateTime(
                year: $0.year,
                month: $0.month,
                day: $0.day,
                hour: $0.hour,
                minute: $0.minute,
                second: $0.second,
                zoneMinutes: ($0.tz_hour * 60 + $0.tz_minute) * ($0.tz_before_gmt ? -1 : 1)
            )
        }
        let found = [
            plain(received.from), plain(received.by), received.id ?? "-", received.recipient ?? "-",
            received.date?.dateTime.internetFormat ?? "-",
        ]
        let expected = [
            plain(row.expected.from), plain(row.expected.by), row.expected.id ?? "-", row.expected.for_ ?? "-",
            date?.internetFormat ?? "-",
        ]
        compare(found.joined(separator: "|"), with: expected.joined(separator: "|"), except: Self.differences)
        let peer = received.peer
        compare(
            "\(peer.address ?? "-")|\(plain(peer.hello))",
            with: "\(row.expected.from_ip ?? row.expected.from?.IpAddr ?? "-")|\(plain(row.expected.helo))",
            except: Self.peerDifferences
        )
    }

    /// What is read where that parser expects something else.
    private static let differences: Set<String> = [
        // A date is taken where it looks like one, without a semicolon before it and in the order of asctime.
        "ca-ex-bridge1.nai.com|scwsout1.nai.com|-|-|2003-02-07T10:18:12-08:00",
        "-|mail.unearthed.com|BQB0hUH2|-|2003-02-20T16:13:20-07:00",
        "TCE-E-7-182-54.bta.net.cn|st.tahina.priv.at|smtpdEDUB8h|-|2005-11-13T14:50:12Z",
        "pl027.nas934.d-osaka.nttpc.ne.jp|st.tahina.priv.at|smtpd1PBsZT|-|2005-11-13T15:38:52Z",
        // An identifier is a whole word.
        "-|ecelerity-va-1|EE/20-30863-33CE1054|-|2006-09-08T18:18:27-04:00",
        "-|bm1-21.ed10.com|8B/57-16227-3764EB44|example@vandinter.org|2006-07-19T10:49:23-04:00",
        "-|m12.prod.democracyinaction.com|52/92-02454-89FBA054|example@vandinter.org|2006-09-15T10:58:32-04:00",
        "Unknown/Local|mailcity.com|-|-|2003-01-17T15:23:29Z",
        // Zones by name, and years of two digits. RFC 5322 §4.3.
        "193.220.176.134|web40310.mail.yahoo.com|-|-|2003-02-12T14:22:21-08:00",
        "snake.corp.yahoo.com|x.x.org|xma093673|-|2003-03-26T20:43:24-06:00",
        "smtp.greyware.com|x.x.org|xma002908|-|2004-02-27T14:16:56-08:00",
        "olgisoft.com|127.0.0.1|-|-|2003-03-20T10:06:43+01:00",
        // The seconds are there.
        "MjA3NDc4Mg|ismtpd0001p1lon1.sendgrid.net|aqHKNX2kSp-HiqspAa-uvw|email@e.example.com|2020-04-02T07:53:55Z",
        // What is in the comments of no `from` clause is no clause. RFC 5321 §4.4.
        "-|host.name|M2006060503484615455|user@domain.co.uk|2006-06-05T03:48:47+01:00",
        "-|home.example.com|iBADHRP6011034|-|2004-12-10T13:17:27Z",
        "-|m06.lax.untd.com|LRVB3JAJ|-|2006-06-02T08:15:21-07:00", "-|-|-|-|2003-02-13T20:59:28Z",
        "-|oak.ein.cz|DABBD1BED3|-|2003-02-13T14:02:21+01:00",
        // Of several clauses with one keyword, the first.
        "qmail-scanner-general-admin@lists.sourceforge.net|alpha|-|-|-",
        // Names as they were written.
        "[10.128.128.81]:50999|fsav4im2|-|-|2002-03-05T14:11:53Z",
        "192.168.0.13|<server>|-|-|2003-04-01T15:04:55+01:00", "[|643852-mailer2|-|-|2018-09-14T14:36:56-04:00",
        "mail-qw0-f46.google.com|maroon.pobox.com|70BCC40A1DB|address|2011-06-15T10:42:13-04:00",
    ]
    private static let peerDifferences: Set<String> = [
        // As it was written, not in the shortest form.
        "2401:db00:1110:50e8:face:0000:002f:0000|-",
        // In the comment of no `from` clause.
        "-|-",
    ]
}
