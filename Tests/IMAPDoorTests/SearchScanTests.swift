import IMAP
import Mailbox
import PorticoTesting
import Testing

@testable import IMAPDoor

/// What a search costs, what it keeps, and what it says meanwhile.
@Suite struct SearchScanTests {
    private static func large(_ word: String) -> String {
        "Subject: \(word)\n\n" + String(repeating: "nothing to be found here\n", count: 12_000) + word + "\n"
    }

    /// `* OK [INPROGRESS …]` while a search lasts; how often is up to a clock, here always.
    @Test(.rfc(9585, "4")) func progressIsTold() async throws {
        let service = Service { limits in limits.progressTime = .zero }
        let client = try await service.selected(["one", "two", "three"].map(Self.large))
        await client.run(
            """
            C: 1 SEARCH SUBJECT two
            S: * SEARCH 2
            S: 1 OK …
            C: 2 SEARCH BODY two
            S: * OK [INPROGRESS ("2" 1 3)] …
            S: * OK [INPROGRESS ("2" 2 3)] …
            S: * SEARCH 2
            S: 2 OK …
            """
        )
        // One that does not last says nothing.
        let quick = try await Service().selected(["one", "two"].map(Self.large))
        await quick.run("C: 1 SEARCH BODY two", "S: * SEARCH 2", "S: 1 OK …")
    }

    /// Text is read once, in large scans; names and dates come from summaries, orders from keys.
    @Test func callsOfTheEngine() async throws {
        let service = Service()
        for number in 0..<300 {
            try await service.deliver("Subject: s\(number)\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n\nb\(number)\n")
        }
        let client = try await service.selected()
        for (command, limit) in [
            ("SEARCH UNSEEN LARGER 10 UID 5:50", 0), ("SEARCH SUBJECT s299", 2), ("SEARCH SENTON 5-Jan-2026", 2),
            ("SEARCH BODY b299", 3), ("SEARCH BODY b298 SUBJECT s298", 0), ("SEARCH TEXT b298", 3),
            ("SEARCH HEADER Date Mon", 0), ("SORT (ARRIVAL SIZE) UTF-8 ALL", 0),
            ("SORT (SUBJECT REVERSE FROM DATE) UTF-8 ALL", 1), ("THREAD REFERENCES UTF-8 ALL", 1),
        ] {
            service.store.reset()
            let answer = await client.skip("1 \(command)")
            let calls = service.store.reset().calls
            #expect(calls <= limit, "\(command): \(calls) calls")
            #expect(answer.count == 2 && answer.last?.hasPrefix("1 OK") ?? false, "\(command): \(answer)")
        }
    }

    /// What another session removes while it is searched for is not found, and nothing else is lost.
    @Test func goneMessagesDoNotMatch() async throws {
        let service = Service()
        let client = try await service.selected(["Subject: a\n\nx\n", "Subject: b\n\nx\n", "Subject: c\n\nx\n"])
        let other = await service.signedIn()
        await other.skip("1 SELECT INBOX")
        await other.skip("2 STORE 2 +FLAGS (\\Deleted)")
        await client.skip("0 NOOP")
        await other.skip("3 EXPUNGE")
        await client.run(
            """
            C: 1 SEARCH BODY x
            S: * SEARCH 1 3
            S: 1 OK …
            C: 2 SEARCH DELETED
            S: * SEARCH 2
            S: 2 OK …
            C: 3 SORT (REVERSE SUBJECT) UTF-8 ALL
            S: * SORT 3 1
            S: 3 OK …
            C: 4 UID SEARCH BODY x
            S: * SEARCH 1 3
            S: * 2 EXPUNGE
            S: 4 OK …
            """
        )
    }

    /// The cache keeps the account's own, and lets go of what was used longest ago.
    @Test func cacheIsBounded() {
        let cache = SearchTextCache(octets: 40_000)
        func content(_ parts: SearchParts, _ count: Int) -> SearchContent {
            var content = SearchContent(parts)
            content.set(header: FoldedText(Array(repeating: 0x61, count: count)))
            return content
        }
        for id in 1...20 { cache.keep(content(.header, 3000), of: .init(UInt64(id)), in: .init(1)) }
        #expect(cache.content(of: .init(20), in: .init(1), .header) != nil)
        #expect(cache.content(of: .init(20), in: .init(2), .header) == nil)
        #expect(cache.content(of: .init(1), in: .init(1), .header) == nil)
        // Too large, and not worth it.
        cache.keep(content(.header, 30_000), of: .init(30), in: .init(1))
        cache.keep(content(.envelope, 10), of: .init(31), in: .init(1))
        #expect(cache.content(of: .init(30), in: .init(1), .header) == nil)
        #expect(cache.content(of: .init(31), in: .init(1), .envelope) == nil)
        // What two searches read is kept together.
        cache.keep(content([.body, .envelope], 10), of: .init(20), in: .init(1))
        #expect(cache.content(of: .init(20), in: .init(1), [.header, .body, .envelope])?.header.octets.count == 3000)
        #expect(cache.content(of: .init(20), in: .init(1), [.header, .partHeaders]) == nil)
    }

    /// To sort many is to sort few and merge: in the same order, with pauses.
    @Test(.rfc(5256, "3"), arguments: [0, 1, 4096, 4097, 30_000]) func manyAreSorted(_ count: Int) async throws {
        var random = SeededRandom(seed: 7)
        let order = MessageOrder([SortCriterion(.subject), SortCriterion(.size, isReverse: true)])
        let ranks = (0..<count).map { index in
            let text = [UInt8](repeating: UInt8.random(in: 65...90, using: &random), count: 2)
            return MessageOrder.Rank(
                index: index,
                values: [.text(text), .number(Int64.random(in: 0...9, using: &random))]
            )
        }
        var pauses = 0
        let sorted = try await order.sorted(ranks) { pauses += 1 }
        #expect(sorted.map(\.index) == ranks.sorted(by: order.precedes).map(\.index))
        #expect(pauses >= count / 4096 * 2 || count <= 4096)
    }

    /// A piece of the view is the same as its messages one by one.
    @Test func piecesOfTheView() {
        let uids: [UID] = [1, 2, 63, 64, 65, 200, 201, 1000]
        let table = MessageTable(
            uids.map { MessageEntry(uid: $0, size: 1, email: EmailID(UInt64($0)), modSeq: 1, internalDate: 0) }
        )
        for start in 0...uids.count {
            for end in start...uids.count {
                var found: [UID] = []
                table.forEachEntry(in: start..<end) { found.append($0.uid) }
                #expect(found == Array(uids[start..<end]))
            }
        }
        MessageTable().forEachEntry(in: 0..<0) { _ in Issue.record("nothing is there") }
    }

    @Test(arguments: [
        ([], []), ([0], [1, 2, 3]), ([5, 6, 7], [1, 9]), ([1, 2, 9], [0, 3, 4, 8, 20]), ([1, 3, 5], [2, 4]),
    ])
    func foundMessages(_ left: [Int], _ right: [Int]) {
        let all = FoundMessages(ascending: left).merged(with: FoundMessages(ascending: right))
        #expect(Array(all) == (left + right).sorted() && all.count == left.count + right.count)
        #expect(all.ranges?.flatMap { Array($0) } == Array(all))
        #expect(all.ranges?.adjacentPairs.allSatisfy { $0.upperBound < $1.lowerBound } ?? false)
        let own = FoundMessages(inOrder: right + left)
        #expect(Array(own) == right + left && own.ranges == nil && Array(own.ascending) == Array(all))
        for start in 0...all.count { #expect(Array(all[start...]) == Array(Array(all)[start...])) }
    }
}

extension Array {
    fileprivate var adjacentPairs: [(Element, Element)] { Array<(Element, Element)>(zip(self, dropFirst())) }
}
