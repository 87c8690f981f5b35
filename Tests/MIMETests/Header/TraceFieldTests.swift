import MIME
import PorticoTesting
import Testing

/// Fields that programs write for programs.
struct TraceFieldTests {
    private static func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Results as `method/version=result reason [properties] (comments)`.
    private static func results(_ value: String) -> (String, [String]) {
        let field = AuthenticationResults(parsing: octets(value).span)
        let head = [field.instance.map { "i\($0)" }, field.server, field.version.map { "v\($0)" }].compactMap { $0 }
        let lines = field.results.map { result in
            let properties = result.properties.map { "\($0.type.isEmpty ? "" : $0.type + ".")\($0.name)=\($0.value)" }
            return "\(result.method)\(result.methodVersion.map { "/\($0)" } ?? "")=\(result.result)"
                + (result.reason.map { " «\($0)»" } ?? "") + " [\(properties.joined(separator: ", "))]"
                + (result.comments.isEmpty ? "" : " (\(result.comments.joined(separator: "|")))")
        }
        return (head.joined(separator: " "), lines)
    }

    @Test(
        .rfc(8601, "2.2"),
        arguments: [
            // RFC 8601 §B.
            ("example.org 1; none", "example.org v1", []),
            (
                "example.com; spf=pass smtp.mailfrom=example.net", "example.com",
                ["spf=pass [smtp.mailfrom=example.net]"]
            ),
            (
                "example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
                "example.com",
                ["auth=pass [smtp.auth=sender@example.net] (cram-md5)", "spf=pass [smtp.mailfrom=example.net]"]
            ),
            (
                "example.com;\n dkim=pass reason=\"good signature\"\n  header.i=@mail-router.example.net;",
                "example.com", ["dkim=pass «good signature» [header.i=@mail-router.example.net]"]
            ),
            (
                "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n"
                    + " policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
                "foo.example.net v1",
                [
                    "dkim/1=fail [policy.expired=1362471462] (Because I like it|One yay|wait for it|A dot can go here|like that|this surprised me|"
                        + "as I wasn't expecting it)"
                ]
            ),
            // ARC. RFC 8617 §4.1.1.
            ("i=2; a.example; arc=none", "i2 a.example", ["arc=none []"]),
            // As some servers write it: without a name, or without a semicolon.
            ("spf=pass (ok) smtp.mailfrom=a; DKIM=Pass", "", ["spf=pass [smtp.mailfrom=a] (ok)", "dkim=pass []"]),
            (
                "a; spf=pass smtp.mailfrom=b dkim=fail header.d=c", "a",
                ["spf=pass [smtp.mailfrom=b]", "dkim=fail [header.d=c]"]
            ),
            // Damage.
            ("", "", []), (";;;", "", []), ("a; =pass; spf=", "a", ["spf= []"]),
            ("a; spf; dkim=pass", "a", ["dkim=pass []"]),
            ("a; spf=pass x (c) y=z", "a", ["spf=pass [y=z] (c)"]), ("a; spf=\"pass", "a", ["spf=pass []"]),
        ]
    )
    func authenticationResults(_ value: String, _ head: String, _ expected: [String]) {
        let (foundHead, found) = Self.results(value)
        #expect(foundHead == head)
        #expect(found == expected)
    }

    @Test func authenticationResultsHaveALimit() {
        let field = AuthenticationResults(
            parsing: Self.octets("a" + String(repeating: "; spf=pass a.b=c", count: 5000)).span
        )
        #expect(field.results.count == 64 && field.results(of: "spf").count == 64)
        let long = AuthenticationResults(
            parsing: Self.octets("a; spf=pass" + String(repeating: " a.b=c", count: 5000)).span
        )
        #expect(long.results.first?.properties.count == 64)
        #expect(long.results.first?.property("a", "b") == "c" && long.results.first?.property("a", "c") == nil)
    }

    @Test(
        .rfc(2369, "3"),
        arguments: [
            (
                "<mailto:list@host.com?subject=help> (List Instructions)",
                ["mailto:list@host.com?subject=help|List Instructions"]
            ),
            (
                "<http://www.host.com/list.cgi?cmd=unsub&lst=list>,\r\n <mailto:list-request@host.com?subject=unsubscribe>",
                [
                    "http://www.host.com/list.cgi?cmd=unsub&lst=list|",
                    "mailto:list-request@host.com?subject=unsubscribe|",
                ]
            ),
            ("(Use this) <mailto:a@b>", ["mailto:a@b|Use this"]), ("NO (posting not allowed)", ["NO"]), ("no", ["NO"]),
            ("<mail\r\n to:a@b>", ["mailto:a@b|"]), ("mailto:a@b", ["mailto:a@b|"]), ("<a", ["a|"]), ("<>", []),
            ("", []),
            ("nothing", []),
        ]
    )
    func listURIs(_ value: String, _ expected: [String]) {
        let field = ListURIs(parsing: Self.octets(value).span)
        #expect(field.entries.map { "\($0.uri)|\($0.comment)" } + (field.isNo ? ["NO"] : []) == expected)
    }

    @Test(
        .rfc(2919, "3"),
        arguments: [
            ("List Header Mailing List <list-header.nisto.com>", "list-header.nisto.com", "List Header Mailing List"),
            ("<commonspace-users.list-id.within.com>", "commonspace-users.list-id.within.com", nil),
            (
                "\"Lena's Personal <Joke> List\"\r\n <lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost>",
                "lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost", "Lena's Personal <Joke> List"
            ),
            ("=?utf-8?q?J=C3=BCrgen?= (x) <j.example>", "j.example", "Jürgen"), ("a.example", "a.example", nil),
            ("A list a.example", "a.example", "A list"), ("<a. example>", "a.example", nil), ("<a", "a", nil),
            ("<>", nil, nil), ("", nil, nil), ("(x)", nil, nil),
        ]
    )
    func listID(_ value: String, _ identifier: String?, _ description: String?) {
        let field = ListID(parsing: Self.octets(value).span, charsets: StandardCharsets())
        #expect(field?.identifier == identifier && field?.description == description)
    }

    @Test(
        .rfc(3834, "5"),
        arguments: [
            ("no", AutoSubmitted.no), ("auto-generated", .autoGenerated), ("Auto-Replied (x); a=b", .autoReplied),
            ("auto-notified; owner-email=\"a@b\"", .other("auto-notified")), ("", nil), ("(no)", nil),
        ]
    )
    func autoSubmitted(_ value: String, _ expected: AutoSubmitted?) {
        let field = AutoSubmitted(parsing: Self.octets(value).span)
        #expect(field == expected && field?.isAutomatic != (field == .no) || field == nil)
    }

    @Test(
        .rfc(5321, "4.4"),
        arguments: [
            ("<>", "null"), (" < > ", "null"), ("<a@b.example>", "a@b.example"), ("a@b", "a@b"), ("<@r:a@b>", "a@b"),
            ("", nil), ("nobody", "nobody"), ("<a>", "a"),
        ]
    )
    func returnPath(_ value: String, _ expected: String?) {
        let found =
            switch ReturnPath(parsing: Self.octets(value).span) {
            case .null?: "null"
            case .mailbox(let mailbox)?: mailbox.address
            case nil: String?.none
            }
        #expect(found == expected)
    }
}
