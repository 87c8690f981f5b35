import Octets
import Testing

/// HAProxy's proxy-protocol.txt.
@Suite struct ProxyHeaderTests {
    typealias Endpoint = ProxyHeader.Endpoint

    /// The header at the start of `octets`, which is the same however many follow, and is not there before its last.
    private static func parse(_ octets: [UInt8]) throws -> ProxyHeader? {
        guard let (header, count) = try ProxyHeader.parse(octets.span) else { return nil }
        #expect(count == octets.count)
        for cut in 0..<octets.count { #expect(try ProxyHeader.parse(octets.span.extracting(..<cut)) == nil) }
        #expect(try ProxyHeader.parse((octets + Array("EHLO a\r\n".utf8)).span)?.count == count)
        return header
    }

    private static func fault(_ octets: [UInt8]) -> Int? {
        do throws(SyntaxError) {
            _ = try ProxyHeader.parse(octets.span)
            return nil
        } catch {
            return error.offset
        }
    }

    // MARK: Version 1

    static let loopback6 = [UInt8](repeating: 0, count: 15) + [1]

    static let texts: [(String, ProxyHeader.Origin)] = [
        (
            "PROXY TCP4 255.255.255.255 0.10.0.1 65535 0",
            .relayed(
                source: Endpoint(address: [255, 255, 255, 255], port: 65_535),
                destination: Endpoint(address: [0, 10, 0, 1], port: 0),
                isDatagram: false
            )
        ),
        (
            "PROXY TCP6 ::1 2001:db8::ff00:42 56324 443",
            .relayed(
                source: Endpoint(address: loopback6, port: 56_324),
                destination: Endpoint(
                    address: [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0x42],
                    port: 443
                ),
                isDatagram: false
            )
        ),
        (
            "PROXY TCP6 ::ffff:192.0.2.1 102:304:506:708:90a:b0c:d0e:f10 1 2",
            .relayed(
                source: Endpoint(
                    address: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1],
                    port: 1
                ),
                destination: Endpoint(address: Array(1...16), port: 2),
                isDatagram: false
            )
        ),
        (
            "PROXY TCP6 1:: :: 1 2",
            .relayed(
                source: Endpoint(address: [0, 1] + [UInt8](repeating: 0, count: 14), port: 1),
                destination: Endpoint(address: [UInt8](repeating: 0, count: 16), port: 2),
                isDatagram: false
            )
        ),
        ("PROXY UNKNOWN", .unknown),
        (
            "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535", .unknown
        ),
    ]

    @Test(arguments: texts)
    func readsVersion1(_ line: String, _ origin: ProxyHeader.Origin) throws {
        #expect(try Self.parse(Array("\(line)\r\n".utf8)) == ProxyHeader(origin: origin, version: 1))
    }

    static let wrongTexts: [(String, Int)] = [
        ("E", 0), ("PROXX", 4), ("PROXY\r", 5), ("PROXY TCP4\n", 10), ("PROXY UNKNOWN\rx", 14), ("PROXY \r\n", 6),
        ("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n", 6), ("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n", 6),
        ("PROXY UNKNOWNX\r\n", 6), ("PROXY TCP4\r\n", 10), ("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n", 16),
        ("PROXY TCP4 1.2.3.4 1.2.3.256 1 2\r\n", 25), ("PROXY TCP4 1.2.3.4 1.2.03.4 1 2\r\n", 19),
        ("PROXY TCP4 ::1 ::1 1 2\r\n", 11), ("PROXY TCP6 1.2.3.4 ::1 1 2\r\n", 18),
        ("PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n", 19), ("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n", 27),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", 27), ("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", 28),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n", 30), ("PROXY TCP4 1.2.3.4 1.2.3.4 1 -2\r\n", 29),
    ]

    @Test(arguments: wrongTexts)
    func refusesVersion1(_ line: String, _ offset: Int) {
        #expect(Self.fault(Array(line.utf8)) == offset)
    }

    @Test func textIsBounded() throws {
        let line = "PROXY UNKNOWN " + String(repeating: "x", count: 91)
        #expect(try Self.parse(Array("\(line)\r\n".utf8))?.origin == .unknown, "107 octets")
        #expect(Self.fault(Array("\(line)x".utf8)) == 106)
    }

    // MARK: Version 2

    /// A header of version 2.
    private static func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
        Array("\r\n\r\n\0\r\nQUIT\n".utf8) + [command, family, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    static let ends4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 2, 0xC0, 0, 0, 25]
    static let ends6: [UInt8] = Array(1...16) + loopback6 + [0, 1, 0xFF, 0xFF]

    @Test func readsVersion2() throws {
        let origin4 = { (isDatagram: Bool) in
            ProxyHeader.Origin.relayed(
                source: Endpoint(address: [192, 0, 2, 1], port: 49_152),
                destination: Endpoint(address: [198, 51, 100, 2], port: 25),
                isDatagram: isDatagram
            )
        }
        #expect(try Self.parse(Self.binary(0x21, 0x11, Self.ends4)) == ProxyHeader(origin: origin4(false), version: 2))
        #expect(try Self.parse(Self.binary(0x21, 0x12, Self.ends4))?.origin == origin4(true))
        #expect(
            try Self.parse(Self.binary(0x21, 0x21, Self.ends6))?.origin
                == .relayed(
                    source: Endpoint(address: Array(1...16), port: 1),
                    destination: Endpoint(address: Self.loopback6, port: 65_535),
                    isDatagram: false
                )
        )
        let paths = Array("/run/a".utf8) + [UInt8](repeating: 0, count: 102) + [UInt8](repeating: 7, count: 108)
        #expect(
            try Self.parse(Self.binary(0x21, 0x31, paths))?.origin
                == .unix(
                    source: Array("/run/a".utf8),
                    destination: [UInt8](repeating: 7, count: 108),
                    isDatagram: false
                )
        )
        #expect(try Self.parse(Self.binary(0x20, 0x00, []))?.origin == .local)
        #expect(try Self.parse(Self.binary(0x20, 0xFF, [1, 2, 3]))?.origin == .local, "LOCAL: whatever follows")
        #expect(try Self.parse(Self.binary(0x21, 0x00, [1, 2, 3]))?.origin == .unknown)
        #expect(try Self.parse(Self.binary(0x21, 0x10, []))?.origin == .unknown)
        let values: [UInt8] =
            [0x02, 0, 3, 0x61, 0x62, 0x63, 0x04, 0, 0, 0xEE, 1, 0] + [UInt8](repeating: 9, count: 256)
        #expect(try Self.parse(Self.binary(0x21, 0x11, Self.ends4 + values))?.origin == origin4(false), "TLVs")
    }

    /// The check of RFC 3720 §B.4, bit by bit from the other end.
    private static func checked(_ header: [UInt8], at place: Int) -> [UInt8] {
        var register: UInt32 = .max
        for byte in header {
            for bit in 0..<8 {
                let input = UInt32(byte >> UInt8(bit) & 1)
                let isSet = register >> 31 ^ input == 1
                register = register << 1 ^ (isSet ? 0x1EDC_6F41 : 0)
            }
        }
        var sum: UInt32 = 0
        for bit in 0..<32 where ~register >> UInt32(bit) & 1 == 1 { sum |= 1 << UInt32(31 - bit) }
        var header = header
        for index in 0..<4 { header[place + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index)) }
        return header
    }

    @Test func verifiesTheChecksum() throws {
        let header = Self.checked(
            Self.binary(0x21, 0x11, Self.ends4 + [0x04, 0, 1, 0, 0x03, 0, 4, 0, 0, 0, 0]),
            at: 35
        )
        #expect(try Self.parse(header)?.version == 2)
        for index in 16..<header.count where index != 28 && !(29..<31).contains(index) && !(32..<35).contains(index) {
            var damaged = header
            damaged[index] ^= 1
            #expect(Self.fault(damaged) == 35)
        }
        #expect(Self.fault(Self.binary(0x21, 0x11, Self.ends4 + [0x03, 0, 3, 0, 0, 0])) == 28, "three octets")
    }

    static let wrongBinaries: [([UInt8], Int)] = [
        (Array("\r\n\r\n\0\r\nQUIX".utf8), 10), ([0x0D, 0x0A, 0x0A], 2), ([0x16, 0x03, 0x01], 0),
        (Array(binary(0x11, 0x11, ends4).prefix(13)), 12), (Array(binary(0x22, 0x11, ends4).prefix(13)), 12),
        (Array(binary(0x21, 0x41, ends4).prefix(16)), 13), (Array(binary(0x21, 0x13, ends4).prefix(16)), 13),
        (Array(binary(0x21, 0x11, Array(ends4.dropLast())).prefix(16)), 14),
        (Array(binary(0x21, 0x21, ends4).prefix(16)), 14), (Array(binary(0x21, 0x31, ends6).prefix(16)), 14),
        (binary(0x21, 0x11, ends4 + [4, 0]), 28), (binary(0x21, 0x11, ends4 + [4, 0, 1]), 29),
        (Array(binary(0x20, 0, [UInt8](repeating: 0, count: 4097)).prefix(16)), 14),
    ]

    @Test(arguments: wrongBinaries)
    func refusesVersion2(_ octets: [UInt8], _ offset: Int) {
        #expect(Self.fault(octets) == offset)
    }
}
