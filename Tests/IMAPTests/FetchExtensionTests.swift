import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// FETCH as extensions have it: its modifiers, its attributes, and what they are answered with.
@Suite(.rfc(4466, "2.4"))
struct FetchExtensionTests {
    private static func fetch(
        _ attributes: [FetchAttribute],
        _ modifiers: FetchModifiers = FetchModifiers(),
        by numbering: Numbering = .sequence
    ) -> Command {
        .fetch(FetchRequest(set((1, 0)), by: numbering, attributes, modifiers))
    }

    static let accepted: [(String, Command)] = [
        ("FETCH 1:* (FLAGS) (CHANGEDSINCE 12345)", fetch([.flags], FetchModifiers(changedSince: 12345))),
        (
            "UID FETCH 1:* FAST (changedsince 9223372036854775807 vanished)",
            fetch(
                [.flags, .internalDate, .rfc822Size],
                FetchModifiers(changedSince: UInt64(Int64.max), tellsVanished: true),
                by: .uid
            )
        ),
        (
            "UID FETCH 1:* (UID FLAGS) (PARTIAL -1:-30 CHANGEDSINCE 98305)",
            fetch(
                [.uid, .flags],
                FetchModifiers(changedSince: 98305, partial: PartialRange(1, 30, isFromEnd: true)),
                by: .uid
            )
        ),
        ("FETCH 1:* (MODSEQ EMAILID threadid SAVEDATE)", fetch([.modSequence, .emailID, .threadID, .saveDate])),
        (
            "FETCH 1:* (PREVIEW PREVIEW (LAZY) preview (lazy))",
            fetch([.preview(isLazy: false), .preview(isLazy: true)])
        ),
        (
            "FETCH 1:* (BINARY[] BINARY.PEEK[1.2]<0.10> BINARY.SIZE[3] BINARY[4]<5.6>)",
            fetch([
                .binary(part: [], partial: nil, isPeek: false),
                .binary(part: [1, 2], partial: Partial(offset: 0, count: 10), isPeek: true), .binarySize(part: [3]),
                .binary(part: [4], partial: Partial(offset: 5, count: 6), isPeek: false),
            ])
        ),
        ("FETCH 1:* BINARY.SIZE[]", fetch([.binarySize(part: [])])),
        ("FETCH $ FLAGS", .fetch(FetchRequest(.savedResult, by: .sequence, [.flags]))),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("FETCH 1 FLAGS ()", 15), ("FETCH 1 FLAGS CHANGEDSINCE 1", 14), ("FETCH 1 FLAGS (CHANGEDSINCE)", 27),
        ("FETCH 1 FLAGS (CHANGEDSINCE 0)", 28), ("FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775808)", 28),
        ("FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 1)", 30), ("FETCH 1 FLAGS (VANISHED CHANGEDSINCE 1)", 15),
        ("UID FETCH 1 FLAGS (VANISHED)", 17), ("FETCH 1 FLAGS (FOO 1)", 15), ("FETCH 1 FLAGS (PARTIAL 1)", 24),
        ("FETCH 1 FLAGS (PARTIAL 1:2 PARTIAL 1:2)", 27), ("FETCH 1 FLAGS (CHANGEDSINCE 1", 29),
        ("FETCH 1 PREVIEW (FOO)", 17), ("FETCH 1 PREVIEW(LAZY)", 15), ("FETCH 1 BINARY", 14),
        ("FETCH 1 BINARY[HEADER]", 15), ("FETCH 1 BINARY[1.]", 17), ("FETCH 1 BINARY[0]", 15),
        ("FETCH 1 BINARY.SIZE[1]<0.1>", 22), ("FETCH 1 BINARY[1]<0.0>", 20), ("FETCH 1 BINARY[1]<4294967296.1>", 18),
        ("FETCH 1 BINARY.PEEK", 19), ("FETCH 1 (MODSEQ (1))", 16),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test func manyPartNumbersAreAnErrorAndNoTrap() {
        #expect(refusal("FETCH 1 BINARY[1" + String(repeating: ".1", count: 20000) + "]") != nil)
    }

    @Test(.rfc(3516, "4.2")) func binarySetsSeenUnlessPeeked() {
        #expect(FetchAttribute.binary(part: [1], partial: nil, isPeek: false).setsSeen)
        #expect(!FetchAttribute.binary(part: [1], partial: nil, isPeek: true).setsSeen)
        #expect(!FetchAttribute.binarySize(part: [1]).setsSeen && !FetchAttribute.preview(isLazy: false).setsSeen)
    }

    private static func items(_ append: (inout FetchResponse, inout [UInt8]) -> Void) -> String {
        encoded { output in
            var response = FetchResponse(7, into: &output)
            append(&response, &output)
            response.end(into: &output)
        }
    }

    @Test(.rfc(7162, "3.1.4")) func identities() {
        let date = DateTime(year: 2014, month: 11, day: 1, hour: 1, minute: 2, second: 3, zoneMinutes: -90)
        let text = Self.items { response, output in
            response.modSequence(624_140_003, into: &output)
            response.emailID("M6d99ac3275bb4e", into: &output)
            response.threadID("T64b478a75b7ea9", into: &output)
            response.threadID(nil, into: &output)
            response.saveDate(date, into: &output)
            response.saveDate(nil, into: &output)
        }
        #expect(
            text == "* 7 FETCH (MODSEQ (624140003) EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9) THREADID NIL"
                + " SAVEDATE \" 1-Nov-2014 01:02:03 -0130\" SAVEDATE NIL)\r\n"
        )
    }

    @Test(.rfc(8970, "3.1")) func previews() {
        let text = Self.items { response, output in
            response.preview(octets("\"Hi\" \\"), into: &output)
            response.preview([], into: &output)
            response.preview(nil, into: &output)
            response.preview(octets("é"), into: &output)
            response.preview(octets("é"), enabled: .utf8Accept, into: &output)
            response.preview([0xFF], enabled: .utf8Accept, into: &output)
        }
        #expect(
            text == "* 7 FETCH (PREVIEW \"\\\"Hi\\\" \\\\\" PREVIEW \"\" PREVIEW NIL PREVIEW {2}\r\né PREVIEW \"é\""
                + " PREVIEW {1}\r\n\u{FFFD})\r\n"
        )
    }

    @Test(.rfc(3516, "4.2")) func binaryOctets() {
        let plain = octets("Hi")
        let null: [UInt8] = [0x41, 0]
        let partial = Partial(offset: 3, count: 9)
        let text = Self.items { response, output in
            response.binary(plain.span, part: [1, 2], into: &output)
            response.binary(null.span, part: [], partial: partial, into: &output)
            response.binaryHeader(2, part: [3], into: &output)
            output += plain
            response.missingBinary(part: [4, 1], into: &output)
            response.binarySize(4_294_967_296, part: [1], into: &output)
            response.binarySize(0, part: [], into: &output)
        }
        #expect(
            text == "* 7 FETCH (BINARY[1.2] {2}\r\nHi BINARY[]<3> ~{2}\r\nA\0 BINARY[3] ~{2}\r\nHi BINARY[4.1] NIL"
                + " BINARY.SIZE[1] 4294967296 BINARY.SIZE[] 0)\r\n"
        )
    }

    @Test(.rfc(9586, "3.3")) func byUIDAlone() {
        let text = encoded { output in
            var response = FetchResponse(uidFetch: 25997, into: &output)
            response.flags([.flagged, .answered], into: &output)
            response.modSequence(1, into: &output)
            response.end(into: &output)
        }
        #expect(text == "* 25997 UIDFETCH (FLAGS (\\Answered \\Flagged) MODSEQ (1))\r\n")
    }
}
