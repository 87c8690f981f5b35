import DNS
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(1035, "4.1.4"))
struct EncodingTests {
    @Test func compressesNames() throws {
        let message = Message(
            header: Header(id: 1, isResponse: true),
            questions: [Question(name: try Name("example.test"), type: .mx)],
            answers: [
                Record(
                    name: try Name("example.test"),
                    timeToLive: 1,
                    data: .mx(preference: 1, exchange: try Name("a.example.test"))
                ),
                Record(name: try Name("b.A.example.test"), timeToLive: 1, data: .cname(try Name("test"))),
                Record(name: try Name("b.a.example.test"), timeToLive: 1, data: .ns(.root)),
            ]
        )
        let expected = octets(
            """
            0001 8000 0001 0003 0000 0000
            07 6578616d706c65 04 74657374 00 000f 0001
            c00c 000f 0001 00000001 0006 0001 01 61 c00c  ; a.example.test, at 44
            01 62 01 41 c00c 0005 0001 00000001 0002 c014  ; the case of A is kept
            01 62 c02c 0002 0001 00000001 0001 00
            """
        )
        #expect(message.encoded() == expected)
        let again = try read(expected)
        #expect(again.answers.map(\.name.description).last == "b.a.example.test.")
        #expect(again.answers[1].name.isIdentical(to: message.answers[1].name))
    }

    /// Names in types that are not of RFC 1035 are written whole, and may be pointed to by none.
    @Test(.rfc(3597, "4"), .rfc(2782, "Target")) func compressesNoOtherNames() throws {
        let name = try Name("example.test")
        let message = Message(
            header: Header(id: 1, isResponse: true),
            answers: [
                Record(name: name, timeToLive: 0, data: .srv(priority: 0, weight: 0, port: 25, target: name)),
                Record(name: name, timeToLive: 0, data: .opaque(.rrsig, name.wire)),
            ]
        )
        #expect(message.encoded().count == 12 + 14 + 10 + 6 + 14 + 2 + 10 + 14)
        #expect(try read(message.encoded()) == message)
    }

    @Test func pointsNoFurtherThanItCan() throws {
        let filler = Record(
            name: .root,
            timeToLive: 0,
            data: .txt(Array(repeating: [UInt8](repeating: 0x20, count: 255), count: 64))
        )
        let late = Record(name: try Name("late.test"), timeToLive: 0, data: .cname(try Name("x.late.test")))
        let message = Message(
            header: Header(id: 1, isResponse: true),
            answers: [filler, late, late]
        )
        let octets = message.encoded()
        #expect(octets.count == 12 + 11 + 64 * 256 + 2 * (11 + 10 + 13))
        #expect(try read(octets) == message)
    }

    @Test func splitsLongTexts() throws {
        let long = [UInt8](repeating: 0x61, count: 600)
        let message = Message(
            header: Header(id: 1),
            answers: [Record(name: .root, timeToLive: 0, data: .txt([long, [], [0x62]]))]
        )
        let expected = [Array(long[..<255]), Array(long[..<255]), Array(long[..<90]), [], [0x62]]
        #expect(try read(message.encoded()).answers.map(\.data) == [.txt(expected)])
    }

    private func big(_ answers: Int, _ additionals: Int, edns: EDNS? = nil) throws -> Message {
        let name = try Name("example.test")
        // 32 octets each.
        func records(_ count: Int) -> [Record] {
            (0..<count).map {
                Record(name: name, timeToLive: 0, data: .opaque(.ds, wire($0) + [UInt8](repeating: 0, count: 18)))
            }
        }
        return Message(
            header: Header(id: 1, isResponse: true),
            questions: [Question(name: name, type: .ds)],
            answers: records(answers),
            additionals: records(additionals),
            edns: edns
        )
    }

    /// 30 octets are the header and the question; 15 records of 32 octets leave 2 of 512.
    @Test(
        .rfc(2181, "9"),
        arguments: [
            (15, 0, 512, 15, 0, false), (16, 0, 512, 15, 0, true), (16, 0, 542, 16, 0, false),
            (16, 0, 541, 15, 0, true),
            (15, 1, 512, 15, 0, false), (14, 1, 512, 14, 1, false), (14, 9, 512, 14, 1, false),
            (16, 9, 512, 15, 0, true),
            (16, 0, 0, 15, 0, true), (16, 0, -1, 15, 0, true), (3000, 0, .max, 2047, 0, true),
        ]
    )
    func keepsToTheLimit(
        _ answers: Int,
        _ additionals: Int,
        _ limit: Int,
        _ left: Int,
        _ more: Int,
        _ isTruncated: Bool
    ) throws {
        let message = try big(answers, additionals)
        var octets: [UInt8] = []
        #expect(message.encode(into: &octets, limit: limit) == (left == answers && more == additionals))
        let short = try read(octets)
        #expect(short.answers == Array(message.answers.prefix(left)))
        #expect(short.additionals == Array(message.additionals.prefix(more)))
        #expect(short.header.isTruncated == isTruncated)
    }

    @Test(.rfc(6891, "7")) func keepsRoomForOPT() throws {
        let edns = EDNS(options: [EDNS.Option(code: 10, octets: [1, 2, 3])])
        let message = try big(15, 0, edns: edns)
        let short = try read(message.encoded(limit: 512))
        #expect(short.answers.count == 14)
        #expect(short.edns == edns)
        #expect(short.header.isTruncated)
        let large = EDNS(options: [EDNS.Option(code: 10, octets: [UInt8](repeating: 0, count: 600))])
        let without = try read(try big(1, 0, edns: large).encoded(limit: 512))
        #expect(without.edns == EDNS())
        #expect(without.header.isTruncated)
        let tooLong = EDNS(options: [EDNS.Option(code: 10, octets: [UInt8](repeating: 0, count: 70000))])
        #expect(try read(try big(0, 0, edns: tooLong).encoded()).edns == EDNS())
    }

    @Test func leavesOutWhatCannotBeWritten() throws {
        let huge = Record(name: .root, timeToLive: 0, data: .opaque(.dnskey, [UInt8](repeating: 0, count: 65536)))
        let message = Message(header: Header(id: 1), answers: [huge])
        #expect(try read(message.encoded()) == Message(header: Header(id: 1, isTruncated: true)))
    }
}
