import Octets
import PorticoTesting
import Testing

@Suite(.rfc(1952, "8"))
struct CRC32Tests {
    @Test(arguments: [
        ("", 0), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926),
        ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
    ])
    func vectors(_ text: String, _ expected: UInt32) {
        let octets = Array(text.utf8)
        for cut in 0...octets.count {
            var check = CRC32()
            check.push(octets.span.extracting(..<cut))
            check.push(octets.span.extracting(cut...))
            #expect(check.value == expected)
        }
    }
}
