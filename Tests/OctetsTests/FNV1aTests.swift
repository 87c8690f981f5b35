import Octets
import Testing

@Suite struct FNV1aTests {
    /// Values that its authors publish.
    @Test(
        arguments: [
            ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
        ] as [(String, UInt64)]
    )
    func isWhatOthersSay(_ text: String, _ hash: UInt64) {
        #expect(FNV1a(text.utf8).value == hash)
        var inParts = FNV1a()
        for octet in text.utf8 { inParts.add(octet) }
        #expect(inParts.value == hash)
    }
}
