import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.4.4"))
struct SearchTests {
    static func key(_ text: String) -> SearchKey? {
        guard case .search(let request)? = command("SEARCH " + text) else { return nil }
        return request.key
    }

    static func day(_ year: Int, _ month: Int, _ day: Int) throws -> SearchDate {
        try #require(SearchDate(year: year, month: month, day: day))
    }

    @Test(arguments: [
        ("ALL", SearchKey.all), ("ANSWERED", .flag(.answered)), ("DELETED", .flag(.deleted)), ("DRAFT", .flag(.draft)),
        ("FLAGGED", .flag(.flagged)), ("NEW", .new), ("OLD", .notFlag(.recent)), ("RECENT", .flag(.recent)),
        ("SEEN", .flag(.seen)), ("UNANSWERED", .notFlag(.answered)), ("UNDELETED", .notFlag(.deleted)),
        ("UNDRAFT", .notFlag(.draft)), ("UNFLAGGED", .notFlag(.flagged)), ("unseen", .notFlag(.seen)),
        ("BCC a", .bcc(octets("a"))), ("CC a", .cc(octets("a"))), ("FROM \"Smith\"", .from(octets("Smith"))),
        ("SUBJECT {3+}\r\n] )", .subject(octets("] )"))), ("TO \"\"", .to([])), ("BODY ]", .body(octets("]"))),
        ("TEXT x", .text(octets("x"))), ("HEADER X-Y \"\"", .header(name: octets("X-Y"), text: [])),
        ("KEYWORD $Junk", .keyword("$Junk")), ("UNKEYWORD a", .notKeyword("a")), ("LARGER 0", .larger(0)),
        ("SMALLER 4294967295", .smaller(UInt64(UInt32.max))), ("2:4,7", .sequence(set((2, 4), (7, 7)))),
        ("*", .sequence(set((0, 0)))),
        ("UID 5:*", .uid(set((5, 0)))), ("NOT SEEN", .not(.flag(.seen))), ("(SEEN)", .flag(.seen)),
        ("OR SEEN NOT 1", .or(.flag(.seen), .not(.sequence(set((1, 1)))))),
        (
            "((SEEN 1) OR (NEW) ALL) OLD",
            .and([.and([.and([.flag(.seen), .sequence(set((1, 1)))]), .or(.new, .all)]), .notFlag(.recent)])
        ),
    ])
    func parses(_ text: String, _ expected: SearchKey) {
        #expect(Self.key(text) == expected)
    }

    @Test func readsDates() throws {
        let day = try Self.day(1994, 2, 1)
        #expect(day.daysSince1970 == 8797)
        #expect(Self.key("SINCE 1-Feb-1994") == .since(day))
        #expect(Self.key("BEFORE \"01-FEB-1994\"") == .before(day))
        #expect(Self.key("ON 01-feb-1994") == .on(day))
        #expect(Self.key("SENTBEFORE 1-Feb-1994") == .sentBefore(day))
        #expect(Self.key("SENTON 1-Feb-1994") == .sentOn(day))
        #expect(Self.key("SENTSINCE 1-Feb-1994") == .sentSince(day))
    }

    @Test(arguments: [
        ("FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"", nil as String?), ("CHARSET utf-8 TEXT x", "UTF-8"),
        ("CHARSET \"Iso-8859-1\" ALL", "ISO-8859-1"),
    ])
    func readsTheCharset(_ text: String, _ charset: String?) {
        guard case .search(let request)? = command("UID SEARCH " + text) else {
            Issue.record("refused")
            return
        }
        #expect(request.charset == charset && request.numbering == .uid)
    }

    @Test(arguments: [
        "", "ALL ", "ALL  ALL", "FOO", "NOT", "NOT ", "OR ALL", "(ALL", "ALL)", "()", "( ALL)", "SINCE 1-Feb-94",
        "SINCE 31-Feb-1994", "SINCE 1-Fob-1994", "SINCE \"1-Feb-1994", "SINCE 001-Feb-1994", "SINCE 1-Feb-19944",
        "LARGER", "LARGER -1", "LARGER 4294967296", "UID", "UID x", "UID 0", "0", "KEYWORD \"a\"", "KEYWORD \\Seen",
        "HEADER a", "TEXT", "TEXT (a)", "CHARSET UTF-8", "CHARSET \"\" ALL", "NOTSEEN", "SEEN,1", "1,SEEN",
    ])
    func refuses(_ text: String) {
        #expect(refusal("SEARCH " + text) != nil)
    }

    @Test func nestingHasALimit() {
        for (start, end) in [("NOT ", ""), ("(", ")"), ("OR ALL ", "")] {
            let limit = CommandLimits.authenticated.searchDepth
            for (depth, isTaken) in [(limit - 1, true), (limit, false), (5000, false)] {
                let text = String(repeating: start, count: depth) + "ALL" + String(repeating: end, count: depth)
                #expect((Self.key(text) != nil) == isTaken, "\(start) \(depth)")
            }
        }
    }

    /// The literal in the middle of the example: `CHARSET UTF-8 TEXT {6}`.
    @Test func literalInTheRFCsExample() {
        let wire = octets("A284 SEARCH CHARSET UTF-8 TEXT {6}\r\nXXXXXX\r\n")
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut])
            let request = SearchRequest(.text(octets("XXXXXX")), charset: "UTF-8", by: .sequence)
            #expect(transcript.literals == [6] && transcript.commands == [.search(request)])
        }
    }
}
