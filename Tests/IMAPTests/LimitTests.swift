import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(7888, "4"))
struct LimitTests {
    static let small: CommandLimits = {
        var limits = CommandLimits()
        limits.lineOctets = 60
        limits.literalOctets = 20
        limits.literalOctetsInAll = 30
        limits.literals = 3
        limits.skippedOctets = 200
        return limits
    }()

    static func filler(_ count: Int) -> String { String(repeating: "x", count: count) }

    /// What is too large is read to its end and answered once, and the next command is understood; at every cut.
    @Test(arguments: [
        "a LOGIN x \(filler(49))\r\n", "a LOGIN x \(filler(150))\r\n", "a LOGIN x {21}\r\n",
        "a LOGIN x {21+}\r\n\(filler(20))\n\r\n", "a LOGIN x {21+}\r\n\(filler(21)) {4+}\r\nabcd \"\r\n",
        "a LOGIN {20+}\r\n\(filler(20)) {11+}\r\n\(filler(11))\r\n", "a LOGIN {21+}\r\n\(filler(21)) {4}\r\n",
        "a LIST {1+}\r\nx ({1+}\r\nx {1+}\r\nx {1+}\r\nx {1+}\r\nx)\r\n",
        "a LOGIN x \(filler(80)) {12+}\r\n123456789\r\n\n\r\n",
    ])
    func staysInStep(_ text: String) {
        let wire = octets(text + "b NOOP\r\n")
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut], limits: Self.small)
            #expect(transcript.commands == [.noop] && transcript.tags == [octets("a"), octets("b")], "cut \(cut)")
            #expect(transcript.failures.map(\.isTooLarge) == [true] && transcript.consumed == wire.count)
        }
        #expect(converse(wire, cuts: Array(0...wire.count), limits: Self.small).commands == [.noop])
    }

    /// A command of exactly the limit is taken.
    @Test func theLimitItselfIsAllowed() {
        let line = octets("a LOGIN x \(Self.filler(48))\r\n")
        #expect(line.count == 60 && converse(line, limits: Self.small).commands.count == 1)
        let literals = octets("a LOGIN {20+}\r\n\(Self.filler(20)) {10}\r\n\(Self.filler(10))\r\n")
        #expect(converse(literals, limits: Self.small).commands.count == 1)
    }

    @Test(arguments: [
        "a LOGIN x \(filler(1000))", "a LOGIN x {201+}\r\n", "a APPEND x y {201+}\r\n", filler(1000),
        "a LOGIN x {100+}\r\n\(filler(100)) {101+}\r\n",
    ])
    func closesWhenThereIsNoEnd(_ text: String) {
        let wire = octets(text)
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut], limits: Self.small)
            #expect(transcript.isClosed && transcript.failures.count == 1 && transcript.commands.isEmpty)
        }
    }

    /// However a hostile client cuts and announces, nothing of more than the limits is ever asked to be kept.
    @Test func whatMustBeKeptIsBounded() {
        let wire = octets("a LOGIN x \(Self.filler(40)) {200+}\r\n\(Self.filler(200)) y\r\nb NOOP\r\n")
        var parser = CommandParser(limits: Self.small)
        var start = 0
        for end in 0...wire.count {
            var isMoving = true
            while isMoving {
                isMoving = false
                switch parser.parse(wire.span.extracting(start..<end)) {
                case .skip(let consumed), .command(_, let consumed):
                    start += consumed
                    isMoving = consumed > 0
                case .failure(let failure):
                    start += failure.consumed
                    isMoving = true
                case .needMore, .needLiteral: break
                }
            }
            #expect(end - start <= Self.small.lineOctets + Self.small.literalOctetsInAll + 24)
        }
        #expect(start == wire.count)
    }

    /// The end of a command is looked for in each octet once, in however many pieces it comes.
    @Test func scanningIsLinear() {
        for wire in [
            octets("a LOGIN x \(Self.filler(60000))\r\n"),
            octets("a SEARCH TEXT {60000+}\r\n\(Self.filler(60000))\r\n"),
            octets("a SEARCH \(String(repeating: "TEXT {1+}\r\nx ", count: 60))ALL\r\n"),
        ] {
            var parser = CommandParser(limits: .authenticated)
            let transcript = converse(wire, cuts: Array(stride(from: 0, to: wire.count, by: 7)), with: &parser)
            #expect(transcript.commands.count == 1 && parser.scannedOctets <= wire.count)
        }
    }

    @Test func mismatchedAnnouncementsAreRefused() {
        for bad in [
            "a LOGIN x{1+}\r\ny\r\n", "a LOGIN x \"{1+}\r\ny\r\n", "a NOOP {1+}\r\ny\r\n", "a LOGIN x {1+}z\r\n",
        ] {
            let transcript = converse(octets(bad + "b NOOP\r\n"))
            #expect(transcript.commands == [.noop] && transcript.errors.count == 1)
        }
    }
}

@Suite(.rfc(3501, "6.2.2"))
struct ContinuationLineTests {
    @Test(arguments: [
        ("", ContinuationLine.Authentication.needMore), ("AAAA\r", .needMore), ("\r\n", .response([], consumed: 2)),
        ("AAA=\r\nx", .response([0, 0], consumed: 6)), ("*\r\n", .cancelled(consumed: 3)),
        ("AAA\r\n", .malformed(consumed: 5)),
        ("AAAA\n", .malformed(consumed: 5)), ("* \r\n", .malformed(consumed: 4)), ("AAAAAAAAAAAAAAAAAAAA", .tooLong),
    ])
    func authentication(_ text: String, _ expected: ContinuationLine.Authentication) {
        let input = octets(text)
        #expect(ContinuationLine.authentication(input.span, limit: 20) == expected)
    }

    @Test(arguments: [
        ("DON", ContinuationLine.Idle.needMore), ("done\r\na", .done(consumed: 6)), ("DONE\n", .malformed(consumed: 5)),
        ("a NOOP\r\n", .malformed(consumed: 8)), ("\n", .malformed(consumed: 1)), ("DONEDONEDONEDONEDONE", .tooLong),
    ])
    func idle(_ text: String, _ expected: ContinuationLine.Idle) {
        let input = octets(text)
        #expect(ContinuationLine.idle(input.span, limit: 20) == expected)
    }
}
