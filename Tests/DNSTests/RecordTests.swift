import DNS
import Octets
import PorticoTesting
import Testing

@Suite struct RecordTests {
    static let data: [(UInt16, [UInt8], RecordData)] = [
        (1, [192, 0, 2, 1], .a(0xC000_0201)),
        (16, [], .txt([])),
        (16, [0], .txt([[]])),
        (16, [1, 0xFF, 0, 2, 0x61, 0x62], .txt([[0xFF], [], [0x61, 0x62]])),
        (15, [0, 0, 0], .mx(preference: 0, exchange: .root)),
        (33, [0, 0, 0, 0, 0, 0, 0], .srv(priority: 0, weight: 0, port: 0, target: .root)),
        (52, [3, 1, 1], .tlsa(usage: 3, selector: 1, matchingType: 1, association: [])),
        (43, [0xC0, 0x0C], .opaque(.ds, [0xC0, 0x0C])),
        (46, [], .opaque(.rrsig, [])),
        (48, [1, 1, 3, 13], .opaque(.dnskey, [1, 1, 3, 13])),
        (64, [0, 1, 0], .opaque(.svcb, [0, 1, 0])),
        (65, [0, 1, 0], .opaque(.https, [0, 1, 0])),
        (65280, [0xC0], .opaque(RecordType(rawValue: 65280), [0xC0])),
    ]

    @Test(.rfc(3597, "3"), arguments: data)
    func readsAndWrites(_ type: UInt16, _ octets: [UInt8], _ data: RecordData) throws {
        let packet = answer(type, octets)
        let message = try read(packet)
        #expect(message.answers == [Record(name: .root, timeToLive: 60, data: data)])
        #expect(message.answers[0].type.rawValue == type)
        #expect(message.encoded() == packet)
    }

    /// Old types may have pointers, which are worth nothing elsewhere.
    @Test(
        .rfc(3597, "4"),
        arguments: [(17 as UInt16, [], 2), (18, [0, 1], 1), (9, [], 1), (26, [0, 1], 2), (14, [], 2)]
    )
    func followsPointersOfOldTypes(_ type: UInt16, _ prefix: [UInt8], _ names: Int) throws {
        let question = wire("example.test") + [0, 1, 0, 1]
        let data = prefix + (0..<names).flatMap { _ in [1, 0x61, 0xC0, 12] as [UInt8] }
        let record = [0xC0, 12] + wire(Int(type)) + [0, 1, 0, 0, 0, 0] + wire(data.count) + data
        let message = try read(head([1, 1, 0, 0]) + question + record)
        let expected = prefix + (0..<names).flatMap { _ in wire("a.example.test") }
        #expect(message.answers.map(\.data) == [.opaque(RecordType(rawValue: type), expected)])
        #expect(try read(message.encoded()) == message)
    }

    /// An address of another class is something else; a deletion in an update has no data.
    @Test(
        .rfc(2136, "2.5.2"),
        arguments: [
            (1 as UInt16, 3, [1, 0x61, 0, 0, 1] as [UInt8], RecordData.opaque(.a, [1, 0x61, 0, 0, 1])),
            (16, 3, [1, 0x39], .txt([[0x39]])), (15, 255, [], .opaque(.mx, [])), (1, 254, [], .opaque(.a, [])),
            (15, 254, [0, 1, 0], .mx(preference: 1, exchange: .root)),
        ]
    )
    func knowsClasses(_ type: UInt16, _ recordClass: Int, _ octets: [UInt8], _ data: RecordData) throws {
        let packet = answer(type, octets, recordClass: recordClass)
        let message = try read(packet)
        #expect(message.answers.map(\.data) == [data])
        #expect(message.encoded() == packet)
    }

    @Test(
        .rfc(2181, "8"),
        arguments: [
            ([0, 0, 0, 60], 60), ([0x7F, 0xFF, 0xFF, 0xFF], 0x7FFF_FFFF), ([0x80, 0, 0, 0], 0),
            ([0xFF, 0xFF, 0xFF, 0xFF], 0),
        ] as [([UInt8], UInt32)]
    )
    func limitsTimeToLive(_ octets: [UInt8], _ expected: UInt32) throws {
        let packet = head([0, 1, 0, 0]) + [0, 0, 1, 0, 1] + octets + [0, 4, 127, 0, 0, 1]
        #expect(try read(packet).answers.map(\.timeToLive) == [expected])
    }

    @Test(.rfc(3597, "5"), arguments: [(1 as UInt16, "A"), (65, "HTTPS"), (731, "TYPE731")])
    func namesTypes(_ number: UInt16, _ text: String) {
        #expect("\(RecordType(rawValue: number))" == text)
    }
}

@Suite(.rfc(6891, "6.1"))
struct EDNSTests {
    static let opt: [UInt8] = [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]

    @Test(
        .rfc(6891, "6.1.3"),
        arguments: [
            (0x00 as UInt8, 0x00 as UInt8, 0 as UInt16), (0x01, 0x00, 16), (0x01, 0x07, 23), (0xFF, 0x0F, 4095),
            (0, 5, 5),
        ]
    )
    func extendsTheResponseCode(_ high: UInt8, _ low: UInt8, _ code: UInt16) throws {
        var packet = head([0, 0, 0, 1]) + Self.opt
        packet[3] |= low
        packet[17] = high
        let message = try read(packet)
        #expect(message.responseCode == ResponseCode(rawValue: code))
        #expect(message.encoded() == packet)
    }

    @Test func saysFailureForACodeWithoutPlace() throws {
        let message = Message(header: Header(id: 1, isResponse: true), responseCode: .badVersion)
        #expect(try read(message.encoded()).responseCode == .serverFailure)
    }

    @Test func readsVersionAndFlags() throws {
        var packet = head([0, 0, 0, 1]) + Self.opt
        packet[18] = 1
        packet[19] = 0xFF
        packet[20] = 0xFF
        // Flags other than DO are not looked at (§6.1.4).
        #expect(try read(packet).edns == EDNS(udpSize: 1232, version: 1, wantsDNSSEC: true))
    }

    @Test(
        .rfc(6891, "6.1.1"),
        arguments: [
            ("two", [0, 0, 0, 2], opt + opt), ("in the answer", [0, 1, 0, 0], opt),
            ("in the authority", [0, 0, 1, 0], opt),
            ("of a name", [0, 0, 0, 1], [1, 0x61] + opt),
            ("with half an option", [0, 0, 0, 1], opt.dropLast() + [3, 0, 1, 0]),
            ("with a cut option", [0, 0, 0, 1], opt.dropLast() + [5, 0, 1, 0, 2, 0]),
        ] as [(String, [Int], [UInt8])]
    )
    func refuses(_ what: String, _ counts: [Int], _ records: [UInt8]) {
        #expect(throws: SyntaxError.self, "\(what)") { try read(head(counts) + records) }
    }

    /// OPT may stand anywhere among the additional records, and the others keep their order.
    @Test func standsAnywhere() throws {
        let record: [UInt8] = [0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3]
        let message = try read(head([0, 0, 0, 3]) + record + [4] + Self.opt + record + [5])
        #expect(message.additionals.map(\.data) == [.a(0x0102_0304), .a(0x0102_0305)])
        #expect(message.edns == EDNS())
    }
}
