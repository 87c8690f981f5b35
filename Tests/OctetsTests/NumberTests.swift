import Octets
import PorticoTesting
import Testing

struct NumberTests {
    @Test(arguments: [
        ("0", 0), ("7", 7), ("0042", 42), ("4294967295", 4_294_967_295), ("4294967296", nil),
        ("99999999999999999999", nil),
        ("", nil), ("-1", nil), ("+1", nil), ("1 ", nil), (" 1", nil), ("1a", nil), ("٣", nil),
        ("000000000000000000001", nil),
    ])
    func decimals(_ text: String, _ expected: UInt32?) {
        #expect(decimal(Array(text.utf8).span, as: UInt32.self) == expected)
    }

    @Test func smallTypesOverflow() {
        #expect(decimal(Array("127".utf8).span, as: Int8.self) == 127)
        #expect(decimal(Array("128".utf8).span, as: Int8.self) == nil)
        #expect(decimal(Array("256".utf8).span, as: UInt8.self) == nil)
        #expect(decimal(Array("9223372036854775807".utf8).span, as: Int.self) == Int.max)
        #expect(decimal(Array("9223372036854775808".utf8).span, as: Int.self) == nil)
    }

    @Test(arguments: [0, 9, 10, 12_345, Int.max, Int.min, -1])
    func writes(_ number: Int) {
        var octets = Array("<".utf8)
        octets.append(decimal: number)
        #expect(String(decoding: octets, as: UTF8.self) == "<\(number)")
    }

    @Test func manySmallPiecesAreLinear() {
        let piece = Array("0123456789".utf8)
        var octets: [UInt8] = []
        for _ in 0..<20_000 { octets.append(contentsOf: piece.span) }
        #expect(octets.count == 200_000)
        #expect(octets.span.toArray() == octets)
        #expect(octets[199_990...] == piece[...])
    }
}
