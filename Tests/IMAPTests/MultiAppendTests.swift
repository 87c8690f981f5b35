import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// APPEND of several messages, of messages put together from parts, of binary and of UTF-8: rows of events, told when
/// they are there, at every cut.
@Suite(.rfc(3502, "6"))
struct MultiAppendTests {
    /// What a dialogue comes to: the events with the command and behind octets, and the octets.
    struct Expected: Sendable {
        var first: [AppendEvent]
        var rest: [AppendEvent]
        var messages: [String]
        /// Literals that wait and are parts of strings.
        var literals: [Int] = []
    }

    private static func message(_ flags: FlagSet = FlagSet(), _ date: DateTime? = nil) -> AppendEvent {
        .message(AppendMessage(flags: flags, date: date))
    }

    private static let catenated = AppendEvent.message(AppendMessage(isCatenated: true))

    private static func literal(
        _ size: Int,
        waits: Bool = true,
        binary: Bool = false,
        utf8: Bool = false
    ) -> AppendEvent {
        .octets(AppendLiteral(size: size, isSynchronising: waits, isBinary: binary, isUTF8: utf8))
    }

    static let dialogues: [(String, Expected)] = [
        (
            "{5}\r\nhello\r\n",
            Expected(first: [message(), literal(5)], rest: [.messageEnd], messages: ["hello"])
        ),
        (
            "(\\Seen) {3}\r\none (\\Flagged x) \" 7-Feb-1994 22:43:04 -0800\" {3+}\r\ntwo {0}\r\n\r\n",
            Expected(
                first: [message(FlagSet(.seen)), literal(3)],
                rest: [
                    .messageEnd,
                    message(
                        FlagSet(.flagged, keywords: ["x"]),
                        DateTime(year: 1994, month: 2, day: 7, hour: 22, minute: 43, second: 4, zoneMinutes: -480)
                    ), literal(3, waits: false), .messageEnd, message(), literal(0), .messageEnd,
                ],
                messages: ["one", "two", ""]
            )
        ),
        (
            "~{4}\r\na\0\r\n (x) ~{1+}\r\nb\r\n",
            Expected(
                first: [message(), literal(4, binary: true)],
                rest: [
                    .messageEnd, message(FlagSet(keywords: ["x"])), literal(1, waits: false, binary: true), .messageEnd,
                ],
                messages: ["a\0\r\n", "b"]
            )
        ),
        (
            "UTF8 (~{2}\r\né) utf8 (~{1+}\r\nb)\r\n",
            Expected(
                first: [message(), literal(2, binary: true, utf8: true)],
                rest: [.messageEnd, message(), literal(1, waits: false, binary: true, utf8: true), .messageEnd],
                messages: ["é", "b"]
            )
        ),
        (
            "CATENATE (URL \"/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER\" TEXT {4}\r\n\r\n-- URL {2+}\r\n/x)\r\n",
            Expected(
                first: [catenated, .url(octets("/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER")), literal(4)],
                rest: [.url(octets("/x")), .messageEnd],
                messages: ["\r\n--"]
            )
        ),
        (
            "CATENATE (URL {2}\r\n/x URL y)\r\n",
            Expected(
                first: [catenated, .url(octets("/x")), .url(octets("y")), .messageEnd],
                rest: [],
                messages: [],
                literals: [2]
            )
        ),
        (
            "CATENATE (TEXT {1}\r\na TEXT ~{1+}\r\n\0 UTF8 (~{2+}\r\né) URL {1}\r\nz) {1}\r\nb catenate (url q) {1}\r\nc\r\n",
            Expected(
                first: [catenated, literal(1)],
                rest: [
                    literal(1, waits: false, binary: true), literal(2, waits: false, binary: true, utf8: true),
                    .url(octets("z")), .messageEnd, message(), literal(1), .messageEnd, catenated, .url(octets("q")),
                    .messageEnd, message(), literal(1), .messageEnd,
                ],
                messages: ["a", "\0", "é", "b", "c"],
                literals: [1]
            )
        ),
    ]

    @Test(arguments: dialogues)
    func tellsWhatIsThere(_ arguments: String, _ expected: Expected) {
        let request = AppendRequest(mailbox: mailbox("x"), events: expected.first)
        let wire = octets("a APPEND x \(arguments)b NOOP\r\n")
        for cuts in (0...wire.count).map({ [$0] }) + [Array(0...wire.count)] {
            let transcript = converse(wire, cuts: cuts)
            #expect(transcript.commands == [.append(request), .noop] && transcript.failures.isEmpty)
            #expect(transcript.events == expected.rest && transcript.messages == expected.messages)
            #expect(transcript.literals == expected.literals && transcript.consumed == wire.count)
        }
        // Whatever is missing at the end is waited for.
        for end in 0..<wire.count {
            let transcript = converse(Array(wire[..<end]))
            #expect(transcript.failures.isEmpty && transcript.commands.last != .noop)
            #expect(transcript.events.count <= expected.rest.count && transcript.commands.count <= 1)
        }
    }

    /// A mistake behind a message: one BAD under the tag of the command, and the next command is understood.
    @Test(arguments: [
        "{1}\r\nax\r\n", "{1}\r\na \r\n", "{1}\r\na)\r\n", "{1}\r\na (\\Recent) {1+}\r\nb\r\n", "{1}\r\na {x}\r\n",
        "{1}\r\na foo {4+}\r\n\r\n\r\n\r\n", "{1}\r\na CATENATE ()\r\n", "UTF8 (~{1}\r\na\r\n", "UTF8 (~{1}\r\na)x\r\n",
        "CATENATE (TEXT {1}\r\na\r\n", "CATENATE (TEXT {1}\r\na))\r\n", "CATENATE (TEXT {1}\r\na FOO x)\r\n",
        "CATENATE (TEXT {1}\r\na URL \"x\" )\r\n", "{1}\r\na UTF8 ({1+}\r\nb)\r\n",
        "{1}\r\na CATENATE (URL {1+}\r\n\0)\r\n",
        "CATENATE (TEXT {1}\r\na)(\\Seen) {1+}\r\nb\r\n",
    ])
    func mistakesBehindAMessage(_ arguments: String) {
        let wire = octets("a APPEND x \(arguments)b NOOP\r\n")
        for cuts in (0...wire.count).map({ [$0] }) + [Array(0...wire.count)] {
            let transcript = converse(wire, cuts: cuts)
            #expect(transcript.commands.count == 2 && transcript.commands.last == .noop, "\(arguments) \(cuts)")
            #expect(transcript.tags == ["a", "a", "b"].map(octets) && transcript.failures.count == 1)
            #expect(transcript.consumed == wire.count)
        }
    }

    @Test(arguments: [
        "x CATENATE ()", "x CATENATE (FOO x)", "x CATENATE (URL)", "x CATENATE (URL a b)", "x CATENATE (URL a",
        "x CATENATE URL a", "x (\\Seen) CATENATE (URL ())", "x UTF8 ({5}", "x UTF8 ~{5}", "x ~{5", "x ~x", "x ~{5+}x",
    ])
    func refuses(_ arguments: String) { #expect(refusal("APPEND " + arguments) != nil) }

    /// The limits are those of one command, for what stands between two messages.
    @Test func limitsBehindAMessage() {
        var limits = CommandLimits()
        limits.lineOctets = 60
        limits.literalOctets = 8
        limits.skippedOctets = 100
        let filler = String(repeating: "k", count: 80)
        for (rest, isClosed, isBig) in [
            (" (\(filler)) {1}\r\n", false, false), (" (\(filler)) {5+}\r\n12345\r\n", false, false),
            (" CATENATE (URL {9+}\r\n123456789)\r\n", false, true), (" CATENATE (URL {9}\r\n", false, true),
            (" CATENATE (URL {101+}\r\n", true, true), (" (\(filler)\(filler)", true, false),
        ] {
            let wire = octets("a APPEND x {2+}\r\nhi\(rest)" + (isClosed ? "" : "b NOOP\r\n"))
            for cut in 0...wire.count {
                let transcript = converse(wire, cuts: [cut], limits: limits)
                #expect(transcript.failures.map(\.isTooLarge) == [true] && transcript.isClosed == isClosed)
                #expect(transcript.failures.map(\.code) == [isBig ? .tooBig : nil])
                #expect(transcript.tags.dropFirst().first == octets("a"))
                if !isClosed { #expect(transcript.commands.last == .noop && transcript.consumed == wire.count) }
            }
        }
    }

    /// Each octet between messages is looked at once, in however many pieces and messages it comes.
    @Test func scanningIsLinear() throws {
        let flags = String(repeating: "k ", count: 500) + "k"
        let between = octets(" (\(flags)) {1+}\r\n")
        let start = octets("a APPEND x {1+}\r\n")
        var parser = CommandParser(limits: .authenticated)
        guard case .command(let tagged, _) = parser.parse(start.span) else {
            Issue.record("refused")
            return
        }
        var append = try #require(AppendParser(after: tagged))
        for _ in 0..<50 {
            for end in stride(from: 0, to: between.count, by: 5) {
                #expect(append.parse(between.span.extracting(0..<end)) == .needMore)
            }
            guard case .events(let events, let consumed) = append.parse(between.span) else {
                Issue.record("refused")
                return
            }
            #expect(events.count == 3 && consumed == between.count)
        }
        #expect(append.scannedOctets <= 50 * between.count)
    }

    @Test(.rfc(7888, "5")) func literalMinus() {
        var limits = CommandLimits()
        limits.nonSynchronisingOctets = 4096
        for (command, count, isTaken) in [
            ("APPEND x", 4096, true), ("APPEND x", 4097, false), ("APPEND x ~", 4097, false),
            ("REPLACE 1 x", 4097, false), ("SEARCH TEXT", 4097, false), ("SEARCH TEXT", 4096, true),
        ] {
            let start = command.hasSuffix("~") ? "a \(command)" : "a \(command) "
            let body = String(repeating: "\n", count: count)
            let sent = converse(octets("\(start){\(count)+}\r\n\(body)\r\nb NOOP\r\n"), limits: limits)
            #expect(sent.commands.count == (isTaken ? 2 : 1) && sent.commands.last == .noop)
            #expect(sent.failures.map(\.code) == (isTaken ? [] : [.tooBig]))
            let waiting = converse(octets("\(start){\(count)}\r\n\(body)\r\nb NOOP\r\n"), limits: limits)
            #expect(waiting.commands.count == 2 && waiting.failures.isEmpty)
        }
    }

    @Test(.rfc(4315, "3")) func codes() {
        #expect(
            encoded {
                StatusResponse(.ok, .appendUIDs(uidValidity: 38505, [3955...3957, 3960...3960]), "x").encode(into: &$0)
            } == "* OK [APPENDUID 38505 3955:3957,3960] x\r\n"
        )
    }
}
