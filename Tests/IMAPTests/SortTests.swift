import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(5256, "3"))
struct SortTests {
    static let accepted: [(String, Command)] = [
        (
            "SORT (SUBJECT REVERSE DATE) UTF-8 ALL",
            .sort(
                SortRequest(
                    [SortCriterion(.subject), SortCriterion(.date, isReverse: true)],
                    .all,
                    charset: "UTF-8",
                    by: .sequence
                )
            )
        ),
        (
            "uid sort (arrival cc from size to reverse displayfrom DISPLAYTO Relevancy) us-ascii TEXT \"not in mailbox\"",
            .sort(
                SortRequest(
                    [.arrival, .cc, .from, .size, .to].map { SortCriterion($0) } + [
                        SortCriterion(.displayFrom, isReverse: true), SortCriterion(.displayTo),
                        SortCriterion(.relevancy),
                    ],
                    .text(octets("not in mailbox")),
                    charset: "US-ASCII",
                    by: .uid
                )
            )
        ),
        (
            "UID SORT RETURN (PARTIAL 23500:24000 COUNT) (REVERSE DATE) {5+}\r\nutf-8 UNDELETED UNKEYWORD $Junk",
            .sort(
                SortRequest(
                    [SortCriterion(.date, isReverse: true)],
                    .and([.notFlag(.deleted), .notKeyword("$Junk")]),
                    charset: "UTF-8",
                    returns: SearchReturn(.count, partial: PartialRange(23500, 24000)),
                    by: .uid
                )
            )
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("SORT", 4), ("SORT SUBJECT UTF-8 ALL", 5), ("SORT () UTF-8 ALL", 6), ("SORT (FOO) UTF-8 ALL", 6),
        ("SORT (REVERSE) UTF-8 ALL", 6), ("SORT (REVERSE REVERSE DATE) UTF-8 ALL", 14), ("SORT (DATE) UTF-8", 17),
        ("SORT (DATE) \"\" ALL", 12), ("SORT (DATE ) UTF-8 ALL", 11), ("SORT (DATE) UTF-8 ALL ", 22),
        ("SORT RETURN () UTF-8 ALL", 15), ("UID SORT (DATE)", 15),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(5256, "4")) func responses() {
        #expect(encoded { Response.sort([2, 84, 882], into: &$0) } == "* SORT 2 84 882\r\n")
        #expect(encoded { Response.sort([], highestModSequence: 5, into: &$0) } == "* SORT\r\n")
        #expect(
            encoded { Response.sort([5, 3, 4, 1, 2], highestModSequence: 917_162_500, into: &$0) }
                == "* SORT 5 3 4 1 2 (MODSEQ 917162500)\r\n"
        )
    }
}
