import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.3.8"))
struct ListTests {
    static func request(
        _ reference: String,
        _ patterns: [String],
        _ selection: ListRequest.Selection = [],
        _ returns: ListRequest.Return = [],
        isExtended: Bool = false
    ) -> Command {
        .list(
            ListRequest(
                reference: mailbox(reference),
                patterns: patterns.map { MailboxPattern(octets($0)) },
                selection: selection,
                returns: returns,
                isExtended: isExtended
            )
        )
    }

    @Test(arguments: [
        (#"LIST "" """#, request("", [""])), (#"LIST #news. "*""#, request("#news.", ["*"])),
        ("LIST ~/Mail/ %", request("~/Mail/", ["%"])), ("LIST a b]%*", request("a", ["b]%*"])),
        ("LIST (SPECIAL-USE) \"\" *", request("", ["*"], .specialUse, isExtended: true)),
        ("LIST () \"\" *", request("", ["*"], isExtended: true)),
        (
            "LIST (SUBSCRIBED RECURSIVEMATCH) x (a* \"%\") RETURN ()",
            request("x", ["a*", "%"], [.subscribed, .recursiveMatch], isExtended: true)
        ),
        (
            "list \"\" % return (special-use CHILDREN SUBSCRIBED)",
            request("", ["%"], [], [.specialUse, .children, .subscribed], isExtended: true)
        ),
        ("LSUB \"\" %", .lsub(reference: mailbox(""), pattern: MailboxPattern(octets("%")))),
    ])
    func parses(_ line: String, _ expected: Command) {
        #expect(command(line) == expected)
    }

    @Test(arguments: [
        "LIST a", "LIST a ", "LIST a b c", "LIST (RECURSIVEMATCH) a b", "LIST (FOO) a b", "LIST a ()",
        "LIST a b RETURN",
        "LIST a b RETURN (FOO)", "LIST a b RETURN ( CHILDREN)", "LIST * b", "LSUB (SUBSCRIBED) a b", "LIST a b\\",
    ])
    func refuses(_ line: String) {
        #expect(refusal(line) != nil)
    }

    @Test(arguments: [
        ("*", "a/b/c", true), ("%", "a", true), ("%", "a/b", false), ("", "", true), ("", "a", false), ("a", "a", true),
        ("a", "A", false), ("inbox", "INBOX", true), ("iNb%", "INBOX", true), ("inbox/a", "INBOX/a", true),
        ("inbox/A", "INBOX/a", false), ("inboxes", "INBOXES", false), ("a*b", "a/x/b", true), ("a%b", "a/x/b", false),
        ("a%b", "axxb", true), ("%/%", "a/b", true), ("%/%", "a/b/c", false), ("*/%", "a/b/c", true),
        ("%%", "ab", true),
        ("**", "", true), ("%*", "a/b", true), ("*%", "a/b", true), ("*a%b", "xa/ayb", true), ("*a%b", "xa/yb", false),
        ("%a*b", "aa/b", true), ("*ab", "aab", true), ("%ab/c", "abxab/c", true), ("a/%", "a", false),
        ("a/*", "a/", true),
        ("*x*y%", "axbyc", true), ("*x*y%", "axbyc/", false), ("Archive/%", "Archive/2026", true),
        ("foo/%*z", "foo/a/b/z", true),
    ])
    func matches(_ pattern: String, _ name: String, _ isMatch: Bool) {
        let matcher = MailboxMatcher(
            reference: mailbox(""),
            pattern: MailboxPattern(octets(pattern)),
            delimiter: UInt8(ascii: "/")
        )
        #expect(matcher.matches(mailbox(name)) == isMatch)
    }

    @Test func theReferenceComesFirst() {
        let matcher = MailboxMatcher(
            reference: mailbox("work/"),
            pattern: MailboxPattern(octets("%")),
            delimiter: UInt8(ascii: "/")
        )
        #expect(matcher.matches(mailbox("work/a")) && !matcher.matches(mailbox("a")))
    }

    @Test(.rfc(3501, "6.3.9"), arguments: [("%", ["a"]), ("*", ["a", "a/b"]), ("a/%", ["a/b"]), ("x", [])])
    func ancestors(_ pattern: String, _ expected: [String]) {
        let matcher = MailboxMatcher(
            reference: mailbox(""),
            pattern: MailboxPattern(octets(pattern)),
            delimiter: UInt8(ascii: "/")
        )
        #expect(matcher.matchingAncestors(of: mailbox("a/b/c")) == expected.map { mailbox($0) })
    }

    /// The definition itself, by trying everything; exponential, so for short texts only.
    private static func agrees(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        if first == UInt8(ascii: "*") || first == UInt8(ascii: "%") {
            for end in name.startIndex...name.endIndex {
                if agrees(rest, name[end...]) { return true }
                if end < name.endIndex, first == UInt8(ascii: "%"), name[end] == UInt8(ascii: "/") { return false }
            }
            return false
        }
        return name.first == first && agrees(rest, name.dropFirst())
    }

    @Test func agreesWithTheDefinition() {
        var random = Seeded(7)
        for _ in 0..<20000 {
            let pattern = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Array("ab/%*".utf8)[Int.random(in: 0..<5, using: &random)]
            }
            let name = (0..<Int.random(in: 0...10, using: &random)).map { _ in
                Array("aab/".utf8)[Int.random(in: 0..<4, using: &random)]
            }
            let matcher = MailboxMatcher(
                reference: mailbox(""),
                pattern: MailboxPattern(pattern),
                delimiter: UInt8(ascii: "/")
            )
            var steps = 0
            let isMatch = matcher.matches(name, steps: &steps)
            #expect(isMatch == Self.agrees(pattern[...], name[...]), "\(pattern) \(name)")
        }
    }

    @Test func hostilePatternsStayWithinTheBound() {
        let name = octets(String(repeating: "a", count: 400))
        for wildcard in ["*", "%"] {
            let pattern = octets(String(repeating: "\(wildcard)a", count: 300) + "b")
            let matcher = MailboxMatcher(
                reference: mailbox(""),
                pattern: MailboxPattern(pattern),
                delimiter: UInt8(ascii: "/")
            )
            var steps = 0
            #expect(!matcher.matches(name, steps: &steps))
            #expect(steps <= 2 * (name.count + 1) * (pattern.count + 1))
        }
    }
}
