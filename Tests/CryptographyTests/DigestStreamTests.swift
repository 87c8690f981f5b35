import Cryptography
import PorticoTesting
import Testing

@Suite struct DigestStreamTests {
    /// Whatever the pieces, the digest is that of the whole, and can be asked for on the way.
    @Test(.rfc(6234, "8.5"), arguments: [0, 1, 55, 56, 63, 64, 65, 1000], [1, 7, 64, 5000])
    func isThatOfTheWhole(_ count: Int, _ piece: Int) throws {
        let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let stream = SHA256.Stream()
        for start in stride(from: 0, to: count, by: piece) {
            stream.push(Array(octets[start..<min(count, start + piece)]).span)
            #expect(try stream.value() == SHA256.hash(Array(octets[..<min(count, start + piece)])))
        }
        #expect(try stream.value() == SHA256.hash(octets))
        #expect(try stream.value() == SHA256.hash(octets), "asking changes nothing")
    }
}
