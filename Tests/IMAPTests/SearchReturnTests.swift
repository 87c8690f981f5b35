import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(4731, "3.1"))
struct SearchReturnTests {
    static func returns(_ text: String) -> SearchReturn? {
        guard case .search(let request)? = command("UID SEARCH RETURN \(text) ALL") else { return nil }
        return request.key == .all && request.numbering == .uid ? request.returns : nil
    }

    @Test(arguments: [
        ("()", SearchReturn([])), ("(MIN COUNT)", SearchReturn([.min, .count])), ("(all)", SearchReturn(.all)),
        ("(MIN MAX ALL COUNT SAVE)", SearchReturn([.min, .max, .all, .count, .save])),
        ("(RELEVANCY ALL)", SearchReturn([.relevancy, .all])), ("(CONTEXT COUNT)", SearchReturn([.context, .count])),
        ("(UPDATE COUNT)", SearchReturn([.update, .count])),
        ("(UPDATE (UID FLAGS) ALL)", SearchReturn([.update, .all], updateAttributes: [.uid, .flags])),
        ("(update(UID))", SearchReturn(.update, updateAttributes: [.uid])),
        ("(PARTIAL -1:-100)", SearchReturn([], partial: PartialRange(1, 100, isFromEnd: true))),
        (
            "(UPDATE PARTIAL 1:500 CONTEXT)",
            SearchReturn([.update, .context], partial: PartialRange(1, 500))
        ),
    ])
    func parses(_ text: String, _ expected: SearchReturn) { #expect(Self.returns(text) == expected) }

    @Test(arguments: [
        "(FOO)", "(MIN", "(MIN )", "( MIN)", "MIN", "(PARTIAL)", "(PARTIAL 1)", "(PARTIAL 1:)", "(PARTIAL 0:1)",
        "(PARTIAL 1:0)", "(PARTIAL -1:5)", "(PARTIAL 1:-5)", "(PARTIAL 1:4294967296)", "(PARTIAL 1:2 PARTIAL 3:4)",
        "(PARTIAL 1:2 ALL)", "(ALL PARTIAL -1:-2)", "(UPDATE ())", "(UPDATE UID)", "(PARTIAL 1:*)",
    ])
    func refuses(_ text: String) { #expect(refusal("UID SEARCH RETURN \(text) ALL") != nil) }

    @Test(.rfc(4731, "3.1")) func nothingAskedForMeansAll() {
        #expect(SearchReturn([]).effective == .all && SearchReturn(.save).effective == .save)
        #expect(SearchReturn([], partial: PartialRange(1, 2)).effective.isEmpty)
    }

    @Test(
        .rfc(9394, "3.1"),
        arguments: [
            (PartialRange(1, 3), 10, 0..<3), (PartialRange(3, 1), 10, 0..<3), (PartialRange(8, 20), 10, 7..<10),
            (PartialRange(11, 20), 10, nil), (PartialRange(1, 3, isFromEnd: true), 10, 7..<10),
            (PartialRange(9, 20, isFromEnd: true), 10, 0..<2), (PartialRange(11, 11, isFromEnd: true), 10, nil),
            (PartialRange(1, 1), 0, nil), (PartialRange(1, .max), 2, 0..<2), (PartialRange(.max, .max), 5, nil),
        ] as [(PartialRange, Int, Range<Int>?)]
    )
    func places(_ range: PartialRange, _ count: Int, _ expected: Range<Int>?) {
        #expect(range.places(among: count) == expected)
    }
}

@Suite(.rfc(4731, "3.2"))
struct SearchResultTests {
    private static let tag = octets("A1")

    static func text(
        _ items: [SearchResult.Item],
        by numbering: Numbering = .sequence,
        in mailbox: SearchResult.Source? = nil
    ) -> String {
        let result = SearchResult(tag: tag, mailbox: mailbox, by: numbering, items)
        return encoded { Response.esearch(result, into: &$0) }
    }

    @Test(
        arguments: [
            ([.min(2), .count(3)], " MIN 2 COUNT 3"), ([.all(ResultSet([2...2, 10...11]))], " ALL 2,10:11"), ([], ""),
            ([.count(0), .all(ResultSet([]))], " COUNT 0"), ([.min(7), .max(3800)], " MIN 7 MAX 3800"),
            ([.min(2), .max(23), .modSequence(917_162_488)], " MIN 2 MAX 23 MODSEQ 917162488"),
            ([.all(ResultSet(numbers: [5, 3, 2, 1])), .modSequence(1236)], " ALL 5,3,2,1 MODSEQ 1236"),
            (
                [.all(ResultSet(numbers: [5, 10, 1])), .relevancy([99, 0, 255])],
                " ALL 5,10,1 RELEVANCY (99 1 100)"
            ),
            (
                [.partial(PartialRange(1, 100, isFromEnd: true), ResultSet([1...7]))], " PARTIAL (-1:-100 1:7)"
            ),
            ([.partial(PartialRange(24000, 24500), ResultSet([]))], " PARTIAL (24000:24500 NIL)"),
            ([.addTo([SearchResult.Change(at: 0, ResultSet([32768...32769]))])], " ADDTO (0 32768:32769)"),
            (
                [.addTo([2733, 2732, 2731].map { SearchResult.Change(at: 1, ResultSet([$0...$0])) })],
                " ADDTO (1 2733 1 2732 1 2731)"
            ),
            ([.removeFrom([SearchResult.Change(at: 0, ResultSet([32768...32768]))])], " REMOVEFROM (0 32768)"),
            ([.removeFrom([SearchResult.Change(at: 4, ResultSet([]))])], ""),
        ] as [([SearchResult.Item], String)]
    )
    func items(_ items: [SearchResult.Item], _ expected: String) {
        #expect(Self.text(items) == "* ESEARCH (TAG \"A1\")\(expected)\r\n")
        #expect(Self.text(items, by: .uid) == "* ESEARCH (TAG \"A1\") UID\(expected)\r\n")
    }

    @Test(.rfc(7377, "2.1")) func ofSeveralMailboxes() {
        let source = SearchResult.Source(mailbox("folder2/banana"), uidValidity: 503)
        #expect(
            Self.text([.all(ResultSet([3002...3002, 4004...4004]))], by: .uid, in: source)
                == "* ESEARCH (TAG \"A1\" MAILBOX folder2/banana UIDVALIDITY 503) UID ALL 3002,4004\r\n"
        )
        let unasked = SearchResult(
            tag: nil,
            mailbox: SearchResult.Source(mailbox("é\""), uidValidity: 1),
            by: .uid,
            [.count(1)]
        )
        #expect(
            encoded { Response.esearch(unasked, enabled: .imap4rev2, into: &$0) }
                == "* ESEARCH (MAILBOX \"é\\\"\" UIDVALIDITY 1) UID COUNT 1\r\n"
        )
        #expect(
            encoded { Response.esearch(SearchResult(tag: nil, by: .sequence, []), into: &$0) } == "* ESEARCH\r\n"
        )
    }

    @Test(.rfc(7162, "3.1.5")) func searchWithModSequences() {
        #expect(
            encoded { Response.search([2, 5, 23], highestModSequence: 917_162_500, into: &$0) }
                == "* SEARCH 2 5 23 (MODSEQ 917162500)\r\n"
        )
        #expect(encoded { Response.search([], highestModSequence: 917_162_500, into: &$0) } == "* SEARCH\r\n")
    }

    /// The numbers of a result come back in their order, in any order.
    @Test func resultSetsKeepTheirOrder() {
        var random = Seeded(12)
        for _ in 0..<2000 {
            let numbers = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                UInt32.random(in: Bool.random(using: &random) ? 1...9 : .max - 3 ... .max, using: &random)
            }
            #expect(ResultSet(numbers: numbers).ranges.flatMap { Array($0) } == numbers)
        }
    }

    @Test(.rfc(5267, "4.3.1")) func codes() {
        #expect(
            encoded { StatusResponse(.no, .noUpdate(tag: octets("B02")), "Too many contexts").encode(into: &$0) }
                == "* NO [NOUPDATE \"B02\"] Too many contexts\r\n"
        )
        #expect(encoded { StatusResponse(.no, .notSaved, "x").encode(into: &$0) } == "* NO [NOTSAVED] x\r\n")
    }
}
