import IMAP
import Mailbox
import PorticoTesting
import Testing

@testable import IMAPDoor

/// THREAD, on messages as far as it looks at them.
@Suite struct ThreadTests {
    /// A message: its Message-ID, what it refers to, its subject. It was sent, unless told otherwise, in the order of the
    /// mailbox.
    struct Mail: CustomStringConvertible {
        var id: String?
        var references: [String]
        var subject: String
        var sent: Int64?

        init(_ id: String?, _ references: [String] = [], _ subject: String = "", sent: Int64? = nil) {
            self.id = id
            self.references = references
            self.subject = subject
            self.sent = sent
        }

        var description: String { "\(id ?? "-") \(references) \(subject)" }
    }

    private func threads(_ mails: [Mail], _ algorithm: ThreadingAlgorithm, arrived: [Int64] = []) async throws -> String
    {
        var threader = MessageThreader()
        for (index, mail) in mails.enumerated() {
            var keys = SortKeys()
            keys.messageID = mail.id.map { MessageIDHash(of: $0) }
            keys.references = mail.references.map { MessageIDHash(of: $0) }
            keys.isReplyOrForward = mail.subject.hasPrefix("Re: ")
            keys.subject = keys.isReplyOrForward ? String(mail.subject.dropFirst(4)) : mail.subject
            keys.sent = mail.sent ?? Int64(index)
            let entry = MessageEntry(
                uid: UID(index + 1),
                size: 1,
                email: EmailID(1),
                modSeq: 1,
                internalDate: arrived.isEmpty ? Int64(index) : arrived[index]
            )
            threader.add(index, keys, entry)
        }
        var output: [UInt8] = []
        Response.thread(
            try await threader.threads(by: algorithm) {
                UInt32($0 + 1)
            } _: {
            },
            into: &output
        )
        return String(decoding: output.dropFirst("* THREAD".utf8.count).dropLast(2), as: UTF8.self)
    }

    @Test(
        .rfc(5256, "3"),
        arguments: [
            ([], ""),
            ([Mail("a"), Mail("b", ["a"]), Mail("c", ["a", "b"]), Mail("d", ["a"])], " (1 (2 3)(4))"),
            // The middle is missing: it is left out; the top is missing: it keeps two together, one stands by itself.
            ([Mail("a"), Mail("c", ["a", "b"])], " (1 2)"),
            ([Mail("b", ["a"]), Mail("c", ["a"]), Mail("e", ["d"])], " ((1)(2))(3)"),
            ([Mail("c", ["x", "a"]), Mail("d", ["x", "a"]), Mail("e", ["x"])], " ((1)(2)(3))"),
            // Answers that came before what they answer.
            ([Mail("c", ["a", "b"]), Mail("b", ["a"]), Mail("a")], " (3 2 1)"),
            // A link from References that were cut short gives way to what the message says itself. Step 1 (B).
            ([Mail("d", ["a", "c"]), Mail("c", ["a", "b"]), Mail("b", ["a"]), Mail("a")], " (4 3 2 1)"),
            ([Mail("d", ["a", "c"]), Mail("c"), Mail("a")], " (2 1)(3)"),
            // What has a parent keeps it, whatever others say of it. Step 1 (A).
            ([Mail("c", ["a"]), Mail("d", ["b", "c"]), Mail("a"), Mail("b")], " (3 1 2)(4)"),
            // No loops.
            ([Mail("a", ["b"]), Mail("b", ["a"])], " (2 1)"),
            ([Mail("a", ["a"])], " (1)"),
            ([Mail("a", ["b"]), Mail("b", ["c"]), Mail("c", ["a"])], " (3 2 1)"),
            ([Mail("c", ["a", "b", "a"])], " (1)"),
            // Of two with one Message-ID the first has it; none has none.
            ([Mail("a"), Mail("a"), Mail("b", ["a"]), Mail(nil)], " (1 3)(2)(4)"),
            // By the date of the first of a thread, then by number; siblings likewise. Steps 4 and 6.
            ([Mail("a", sent: 5), Mail("b", sent: 3), Mail("c", sent: 3)], " (2)(3)(1)"),
            ([Mail("a", sent: 1), Mail("b", ["a"], sent: 9), Mail("c", ["a"], sent: 5)], " (1 (3)(2))"),
            ([Mail("b", ["x"], sent: 9), Mail("c", ["x"], sent: 2), Mail("d", sent: 5)], " ((2)(1))(3)"),
        ]
    )
    func byReferences(_ mails: [Mail], _ expected: String) async throws {
        #expect(try await threads(mails, .references) == expected)
    }

    /// Step 5: threads of one subject come together.
    @Test(
        .rfc(5256, "3"),
        arguments: [
            ([Mail("a", [], "x"), Mail("b", [], "Re: x")], " (1 2)"),
            ([Mail("a", [], "Re: x"), Mail("b", [], "x")], " (2 1)"),
            ([Mail("a", [], "x"), Mail("b", [], "X")], " ((1)(2))"),
            ([Mail("a", [], "Re: x"), Mail("b", [], "Re: x"), Mail("c", [], "Re: x")], " ((1)(2)(3))"),
            ([Mail("a", [], "x"), Mail("b", [], "x"), Mail("c", [], "Re: x")], " ((1)(2)(3))"),
            ([Mail("a"), Mail("b")], " (1)(2)"),
            // A dummy takes the others in.
            ([Mail("a", ["z"], "x"), Mail("b", ["z"], "y"), Mail("c", [], "x")], " ((1)(2)(3))"),
            ([Mail("c", [], "x"), Mail("a", ["z"], "x"), Mail("b", ["z"], "y")], " ((1)(2)(3))"),
            (
                [Mail("a", ["z"], "x"), Mail("b", ["z"], "x"), Mail("c", ["y"], "x"), Mail("d", ["y"], "x")],
                " ((1)(2)(3)(4))"
            ),
            // The thread, not the message: answers come along.
            (
                [Mail("a", [], "x"), Mail("b", ["a"], "y"), Mail("c", [], "Re: x"), Mail("d", ["c"], "z")],
                " (1 (2)(3 4))"
            ),
        ]
    )
    func bySubjectsToo(_ mails: [Mail], _ expected: String) async throws {
        #expect(try await threads(mails, .references) == expected)
    }

    @Test(.rfc(5256, "3")) func orderedSubject() async throws {
        let mails = [
            Mail(nil, [], "b", sent: 3), Mail(nil, [], "a", sent: 2), Mail(nil, [], "Re: B", sent: 1),
            Mail(nil, [], "a", sent: 9), Mail(nil, [], "A", sent: 4), Mail(nil, [], "", sent: 0),
        ]
        #expect(try await threads(mails, .orderedSubject) == " (6)(3 1)(2 (5)(4))")
    }

    /// Without subjects; the thread in which something came last is the last.
    @Test func refs() async throws {
        let mails = [
            Mail("a", [], "x"), Mail("b", [], "Re: x"), Mail("c", ["a"], "Re: x"), Mail("d", ["z"]), Mail("e", ["z"]),
        ]
        #expect(try await threads(mails, .refs, arrived: [1, 2, 9, 3, 4]) == " (2)((4)(5))(1 3)")
    }

    /// No thread is too deep, and none makes the others slow.
    @Test func deepThreads() async throws {
        let count = 20_000
        let chain = (0..<count).map { Mail("\($0)", $0 > 0 ? ["\($0 - 1)"] : []) }
        let expected = " (" + (1...count).map(String.init).joined(separator: " ") + ")"
        #expect(try await threads(chain, .references) == expected)
        #expect(try await threads(chain.reversed(), .refs).utf8.count == expected.utf8.count)
        // Each of these asks whether the deepest of all is below it.
        let hooks = (0..<count).flatMap {
            [Mail("h\($0)"), Mail("i\($0)", ["h\($0)"]), Mail("j\($0)", ["\(count - 1)", "h\($0)"])]
        }
        #expect(try await !threads(chain + hooks, .refs).isEmpty)
    }

    /// The same as walking up, whatever is linked and cut.
    @Test(arguments: 0..<20) func ancestry(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = 40
        var parents = [Int?](repeating: nil, count: count)
        var ancestry = ThreadAncestry(count: count - 1)
        ancestry.add()
        func top(_ node: Int) -> Int {
            var node = node
            while let parent = parents[node] { node = parent }
            return node
        }
        for _ in 0..<600 {
            let (node, other) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            #expect(ancestry.top(of: node) == top(node))
            if parents[node] == nil, top(other) != node {
                ancestry.hang(node, at: other)
                parents[node] = other
            } else if Bool.random(using: &random) {
                ancestry.cut(node)
                parents[node] = nil
            }
        }
    }
}
