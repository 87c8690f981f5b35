import Charset
import MIME
import PorticoTesting
import Testing

@Suite(.rfc(5322, "3.4"))
struct AddressListTests {
    private static func shown(_ mailbox: AddressList.Mailbox) -> String {
        var text = mailbox.displayName.map { "\($0) " } ?? ""
        text += "<" + mailbox.route.map { "@\($0):" }.joined() + mailbox.address + ">"
        for comment in mailbox.comments { text += " (\(comment))" }
        return text
    }

    private static func shown(_ value: some Sequence<UInt8>) -> [String] {
        AddressList(parsing: Array(value).span, charsets: SystemCharsets()).entries.map { entry in
            switch entry {
            case .mailbox(let mailbox): shown(mailbox)
            case .group(let group): "\(group.name): " + group.members.map(shown).joined(separator: ", ") + ";"
            }
        }
    }

    @Test(arguments: [
        // RFC 5322 §A.1.2, §A.1.3, §A.5, §A.6.
        ("\"Joe Q. Public\" <john.q.public@example.com>", ["Joe Q. Public <john.q.public@example.com>"]),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            ["Mary Smith <mary@x.test>", "<jdoe@example.org>", "Who? <one@y.test>"]
        ),
        (
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            ["<boss@nil.test>", "Giant; \"Big\" Box <sysservices@example.net>"]
        ),
        (
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            ["A Group: Ed Jones <c@a.test>, <joe@where.test>, John <jdoe@one.test>;"]
        ),
        ("Undisclosed recipients:;", ["Undisclosed recipients: ;"]),
        (
            "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            ["Pete <pete@silly.test> (A nice ) chap) (his account) (his host)"]
        ),
        (
            "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n  joe@example.org,\r\n"
                + "  John <jdoe@one.test> (my dear friend); (the end of the group)",
            [
                "A Group: Chris Jones <c@public.example> (Chris's host.), <joe@example.org>, "
                    + "John <jdoe@one.test> (my dear friend);"
            ]
        ),
        ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", ["Hidden recipients: ;"]),
        ("Joe Q. Public <john.q.public@example.com>", ["Joe Q. Public <john.q.public@example.com>"]),
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            ["Mary Smith <@node.test:mary@example.net>", "<jdoe@test.example>"]
        ),
        ("John Doe <jdoe@machine(comment).  example>", ["John Doe <jdoe@machine.example> (comment)"]),
        ("Mary Smith\r\n          \r\n <mary@example.net>", ["Mary Smith <mary@example.net>"]),
        // Quoting.
        ("\"a b\"@c", ["<\"a b\"@c>"]), ("\"a.b\"@c", ["<a.b@c>"]), ("\"a\\\"b\"@c", ["<\"a\\\"b\"@c>"]),
        ("a . b @ c . d", ["<a.b@c.d>"]), ("\"a\".\"b c\"@d", ["<\"a.b c\"@d>"]), ("\"\"@d", ["<\"\"@d>"]),
        ("j@[ 192.0.2.1 ]", ["<j@[192.0.2.1]>"]), ("j@[IPv6:::1]", ["<j@[IPv6:::1]>"]),
        ("[list] Jo <j@d>", ["[list] Jo <j@d>"]),
        ("Jürgen <jürgen@bücher.example>", ["Jürgen <jürgen@bücher.example>"]),
        ("\"John\r\n Doe\" <a@b>", ["John Doe <a@b>"]),
    ])
    func reads(_ value: String, _ expected: [String]) {
        #expect(Self.shown(value.utf8) == expected)
    }

    @Test(
        .rfc(5322, "4.4"),
        arguments: [
            // Missing quotes, commas, brackets.
            ("John Doe j@d", ["John Doe <j@d>"]), ("John Doe j@d>", ["John Doe <j@d>"]),
            ("John Doe <j@d", ["John Doe <j@d>"]),
            ("\"John Doe <j@d>", ["John Doe <j@d>"]), ("John Doe\" <j@d>", ["John Doe <j@d>"]),
            ("John (Doe <j@d>", ["John Doe <j@d>"]), ("John Doe) <j@d>", ["John Doe <j@d>"]),
            ("\"John\" \"Doe <j@d>, k@e", ["John Doe <j@d>", "<k@e>"]),
            ("a@b c@d", ["<a@b>", "<c@d>"]), ("a@b c@d e@f", ["<a@b>", "<c@d>", "<e@f>"]),
            ("A <a@b> C <c@d>", ["A <a@b>", "C <c@d>"]), ("<a@b><c@d>", ["<a@b>", "<c@d>"]),
            ("<a@b> c@d", ["<a@b>", "<c@d>"]),
            ("A <a@b C <c@d>", ["A <a@bC>", "<c@d>"]), ("<a@b> A", ["A <a@b>"]), ("A <a@b> B", ["A <a@b>"]),
            ("a@b A B", ["A B <a@b>"]), ("<<a@b>>", ["<a@b>"]), ("A <mailto:a@b>", ["A <a@b>"]),
            ("a@b>, c@d", ["<a@b>", "<c@d>"]),
            ("<a@b> g: c@d;", ["<a@b>", "g: <c@d>;"]),
            // Separators.
            ("a@b; c@d;", ["<a@b>", "<c@d>"]), ("a@b,, ,c@d,", ["<a@b>", "<c@d>"]), (",;, ", []),
            ("A: a@b; B: c@d, e@f; g@h", ["A: <a@b>;", "B: <c@d>, <e@f>;", "<g@h>"]), ("A: a@b", ["A: <a@b>;"]),
            ("A: B: c@d; e@f", ["A: B: <c@d>;", "<e@f>"]),
            // Several `@`: no domain has one.
            ("a@b@c", ["<\"a@b\"@c>"]), ("<a@b@c>", ["<\"a@b\"@c>"]),
            // Names alone.
            ("root", ["<root>"]), ("Just A Name", ["Just A Name <>"]), ("Name <>", ["Name <>"]),
            ("\"\" <a@b>", ["<a@b>"]),
            ("a@b (A (C))", ["<a@b> (A (C))"]),
            ("'a@b' <a@b>", ["'a@b' <a@b>"]), ("a@b <a@b>", ["a@b <a@b>"]), ("\"<a@b>\" <a@b>", ["<a@b> <a@b>"]),
            ("", []), (" \r\n ", []), ("((((", []), ("\"", []), ("<", ["<>"]), (">", []), ("@", ["<>"]),
        ]
    )
    func readsDamaged(_ value: String, _ expected: [String]) {
        #expect(Self.shown(value.utf8) == expected)
    }

    @Test(
        .rfc(2047, "5"),
        arguments: [
            ("=?US-ASCII*EN?Q?Keith_Moore?= <m@d>", ["Keith Moore <m@d>"]),
            ("=?ISO-8859-1?Q?Andr=E9?= Pirard <P@d>", ["André Pirard <P@d>"]),
            ("=?utf-8?q?a?= =?utf-8?q?b?= <a@b>", ["ab <a@b>"]),
            ("\"=?utf-8?q?Doe=2C_J?=\" <a@b>", ["Doe, J <a@b>"]),
            ("\"=?utf-8?q?a?= x\" =?utf-8?q?b?= <a@b>", ["a x b <a@b>"]),
            ("=?utf-8?q?Doe, John (x)?= <a@b>", ["Doe, John (x) <a@b>"]),
            ("=?utf-8?q?Doe,J_<x>?= <a@b>", ["Doe,J <x> <a@b>"]),
            ("=?utf-8?q?Doe John <a@b>, c@d", ["Doe John <a@b>", "<c@d>"]),
            ("a@b (=?utf-8?q?=C3=A4?=)", ["<a@b> (ä)"]),
            ("=?utf-8?q?=C3=A4?=: a@b;", ["ä: <a@b>;"]),
            ("=?x-none?q?a?= <a@b>", ["=?x-none?q?a?= <a@b>"]),
        ]
    )
    func decodesNames(_ value: String, _ expected: [String]) {
        #expect(Self.shown(value.utf8) == expected)
    }

    @Test func octetsWithoutLabelAreGuessed() {
        #expect(Self.shown([0x4A, 0xFC, 0x20, 0x3C, 0x6A, 0x40, 0xFC, 0x3E]) == ["Jü <j@ü>"])
    }

    @Test func limit() {
        let value = Array("g: a@b, c@d; e@f, h@i".utf8)
        for limit in 0...6 {
            let list = AddressList(parsing: value.span, charsets: StandardCharsets(), limit: limit)
            #expect(list.isCut == (limit < 5))
            #expect(list.mailboxes.count == min(max(limit - 1, 0), 4))
            #expect(list.entries.isEmpty == (limit == 0))
        }
    }

    @Test func shownNames() {
        let list = AddressList(parsing: Array("A <a@b>, c@d (C), e@f".utf8).span, charsets: StandardCharsets())
        #expect(list.mailboxes.map(\.shownName) == ["A", "C", "e@f"])
        #expect(list.mailboxes.filter(\.isComplete).count == 3)
    }

    /// Each piece again and again: the work must not grow faster than the text.
    @Test(arguments: [
        "<@,", "<@a:", "(", "\"", "\\", "\\\"", "(\\", "=?", "=?a?q?", "=?a?q?b?=", "=?a?q?b <", "<", ">", ":", "a:;",
        ",", "@", "[",
        "a b ", "\"a\" ", "((a))", "a@b ", "a@b (", "<a@b> ", "<a@b> \"", "<a> a ", "x@y z <", "a@[", "<a@[b ",
    ])
    func longInputEnds(_ piece: String) {
        let value = Array(String(repeating: piece, count: 100_000 / piece.utf8.count).utf8)
        let list = AddressList(parsing: value.span, charsets: StandardCharsets(), limit: .max)
        #expect(list.mailboxes.count <= value.count)
    }

    @Test func everyCut() {
        let value = Array("\"A \\\" b\" <a@b> (c (d)), g: =?utf-8?q?=C3=A4?= <@r,@s:x.\"y\"@[1.2.3.4]>; z@y w@x".utf8)
        for start in value.indices {
            for end in start...value.count {
                let part = value.span.extracting(start..<end)
                let list = AddressList(parsing: part, charsets: StandardCharsets())
                #expect(list.mailboxes.count <= Address.list(in: part).count)
            }
        }
    }

    // MARK: The table of mail-parser

    struct Row: Decodable, Sendable {
        struct Mailbox: Decodable, Sendable {
            var name: String?
            var address: String?
        }
        struct Group: Decodable, Sendable {
            var name: String?
            var addresses: [Mailbox]
        }
        struct Expected: Decodable, Sendable {
            var List: [Mailbox]?
            var Group: [Group]?
        }
        var header: String
        var expected: Expected
    }

    private static func shown(_ mailboxes: [Row.Mailbox]) -> [String] {
        mailboxes.map { "\($0.name ?? "") <\($0.address ?? "")>" }
    }

    private static func named(_ mailboxes: [AddressList.Mailbox]) -> [String] {
        mailboxes.map { "\($0.displayName ?? $0.comments.last ?? "") <\($0.address)>" }
    }

    @Test(arguments: try HeaderFixtures.table("mail-parser/address.json", of: Row.self))
    func mailParser(_ row: Row) {
        let value = HeaderFields.fieldValue(row.header)
        let list = AddressList(parsing: value.span, charsets: SystemCharsets())
        let found = list.entries.flatMap { entry in
            switch entry {
            case .mailbox(let mailbox): Self.named([mailbox])
            case .group(let group): ["\(group.name):"] + Self.named(group.members)
            }
        }
        let expected =
            row.expected.List.map { Self.shown($0) }
            ?? (row.expected.Group ?? []).flatMap { ($0.name.map { ["\($0):"] } ?? []) + Self.shown($0.addresses) }
        compare(found.joined(separator: ", "), with: expected.joined(separator: ", "), except: Self.differences)
    }

    /// What is found there instead.
    private static let differences: Set = [
        // Comments are no part of a name that is given as a phrase, nor of a group. RFC 5322 §3.2.2.
        "Pete <pete@silly.test>", "Name Doe <a@b.com>", "Nathaniel Borenstein <nsb@thumper.bellcore.com>",
        "John Doe <jdoe@machine.example>", "Hidden recipients:",
        "A Group:, Chris Jones <c@public.example>,  <joe@example.org>, John <jdoe@one.test>",
        // A backslash before a line feed quotes that and not the parenthesis on the next line. RFC 5322 §4.1.
        "Pete chap <pete@silly.test>",
        // The route is no part of the address, and blanks around dots are none either. RFC 5322 §4.4.
        "Mary Smith <mary@example.net>,  <jdoe@test.example>",
        // URIs of List fields, which are no addresses; `ListURIs` reads them. Here `mailto:` is taken for damage.
        " <archive@host.com?subject=index%20list>", "Postings are Moderated <moderator@host.com>",
        "Use this command to join the list <list-manager@host.com?body=subscribe%20list>",
        " <http://www.host.com/list.cgi?cmd=sub&lst=list>,  <list-manager@host.com?body=subscribe%20list>",
        "FTP <ftp://ftp.host.com/list.txt>,  <list@host.com?subject=help>",
        " <http://www.host.com/list/>,  <list-info@host.com>",
        "Use this command to get off the list <list-manager@host.com?body=unsubscribe%20list>",
        " <http://www.host.com/list.cgi?cmd=unsub&lst=list>,  <list-request@host.com?subject=unsubscribe>",
        "Contact Person for Help <listmom@host.com>",
    ]
}
