import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(5256, "3"))
struct ThreadTests {
    static let accepted: [(String, Command)] = [
        (
            "THREAD ORDEREDSUBJECT US-ASCII TEXT \"gewp\"",
            .thread(ThreadRequest("ORDEREDSUBJECT", .text(octets("gewp")), charset: "US-ASCII", by: .sequence))
        ),
        ("UID THREAD references \"utf-8\" ALL", .thread(ThreadRequest("REFERENCES", .all, charset: "UTF-8", by: .uid))),
        ("UID THREAD REFS UTF-8 SEEN", .thread(ThreadRequest("REFS", .flag(.seen), charset: "UTF-8", by: .uid))),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("THREAD", 6), ("THREAD REFERENCES", 17), ("THREAD REFERENCES UTF-8", 23), ("THREAD REFERENCES UTF-8 ()", 25),
        ("THREAD (REFERENCES) UTF-8 ALL", 7), ("THREAD \"REFERENCES\" UTF-8 ALL", 7), ("UID THREAD", 10),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    private static func thread(_ members: (UInt32?, Int)...) -> MessageThread {
        MessageThread(members.map { MessageThread.Member($0.0, depth: $0.1) })
    }

    @Test(
        .rfc(5256, "4"),
        arguments: [
            ([], "* THREAD"), ([thread((166, 0)), thread((167, 0))], "* THREAD (166)(167)"),
            ([thread((172, 0)), thread((nil, 0), (170, 1), (179, 1))], "* THREAD (172)((170)(179))"),
            (
                [thread((2, 0)), thread((3, 0), (6, 1), (4, 2), (23, 3), (44, 2), (7, 3), (96, 4))],
                "* THREAD (2)(3 6 (4 23)(44 7 96))"
            ),
            ([thread((nil, 0), (3, 1), (5, 1))], "* THREAD ((3)(5))"),
            ([thread((nil, 0), (3, 1), (5, 2))], "* THREAD (3 5)"),
            ([thread((1, 0), (nil, 1), (2, 2), (3, 2))], "* THREAD (1 (2)(3))"),
            ([thread((1, 0), (nil, 1), (nil, 1), (2, 1))], "* THREAD (1 2)"),
            ([thread((nil, 0)), thread((7, 0))], "* THREAD (7)"),
            ([thread((1, 0), (2, 1), (3, 2), (4, 1))], "* THREAD (1 (2 3)(4))"), ([MessageThread([])], "* THREAD"),
        ] as [([MessageThread], String)]
    )
    func responses(_ threads: [MessageThread], _ expected: String) {
        #expect(encoded { Response.thread(threads, into: &$0) } == expected + "\r\n")
    }

    /// However deep: no recursion, and parentheses that close.
    @Test func deepThreads() {
        let count = 100_000
        let chain = MessageThread((0..<count).map { MessageThread.Member(UInt32($0 + 1), depth: $0) })
        let line = encoded { Response.thread([chain], into: &$0) }
        #expect(line.utf8.count { $0 == UInt8(ascii: " ") } == count + 1 && line.hasSuffix(" 100000)\r\n"))
        let fork = MessageThread(
            (0..<count).map { MessageThread.Member(UInt32($0 + 1), depth: $0 / 2 + ($0 % 2 == 1 ? 1 : 0)) }
        )
        let forked = encoded { Response.thread([fork], into: &$0) }
        #expect(forked.utf8.count { $0 == UInt8(ascii: "(") } == forked.utf8.count { $0 == UInt8(ascii: ")") })
    }

    /// What is written has every number once, in order, and balanced parentheses, whatever the depths say.
    @Test func depthsThatMakeNoSense() {
        var random = Seeded(11)
        for _ in 0..<3000 {
            let members = (0..<Int.random(in: 0...9, using: &random)).map { index in
                MessageThread.Member(
                    Bool.random(using: &random) ? UInt32(index + 1) : nil,
                    depth: Int.random(in: -1...5, using: &random)
                )
            }
            let line = encoded { Response.thread([MessageThread(members)], into: &$0) }
            let numbers = line.split { !$0.isNumber }.compactMap { UInt32($0) }
            #expect(numbers == members.compactMap(\.number))
            var depth = 0
            for byte in line.utf8 {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                #expect(depth >= 0)
            }
            #expect(depth == 0 && !line.contains("()") && !line.contains("( ") && !line.contains(" )"))
        }
    }
}
