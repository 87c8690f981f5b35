import Octets
import Testing

struct CompactNumberTests {
    @Test(arguments: [(0, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), ((1 << 42) - 1, 6)])
    func comesBack(_ number: Int, _ length: Int) {
        var octets: [UInt8] = [9]
        octets.append(compact: number)
        #expect(octets.count == length + 1)
        var reader = CompactNumberReader(octets, from: 1)
        #expect(reader.next() == number)
        #expect(reader.isAtEnd)
        #expect(reader.next() == nil)
        for cut in 1..<octets.count {
            var reader = CompactNumberReader(Array(octets[..<cut]), from: 1)
            #expect(reader.next() == nil)
        }
    }

    @Test(arguments: [[0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80], []] as [[UInt8]])
    func refuses(_ octets: [UInt8]) {
        var reader = CompactNumberReader(octets)
        #expect(reader.next() == nil)
    }
}
