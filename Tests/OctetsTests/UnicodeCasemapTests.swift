import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5051, "2"))
struct UnicodeCasemapTests {
    @Test(arguments: [
        ("", ""), ("Hello, World_1", "HELLO, WORLD_1"), ("é", "E\u{301}"), ("É", "E\u{301}"), ("e\u{301}", "E\u{301}"),
        ("ß", "ß"), ("ﬁn", "fiN"), ("ǆ", "D\u{17D}".decomposed), ("Ж", "Ж"), ("ж", "Ж"), ("σς", "ΣΣ"),
        ("한", "\u{1112}\u{1161}\u{11AB}"),
        ("가", "\u{1100}\u{1161}"), ("①", "1"), ("ｱ", "ア"), ("𝒜", "A"), ("漢字", "漢字"), ("K", "K"),
    ])
    func maps(_ text: String, _ expected: String) {
        #expect(UnicodeCasemap.map(Array(text.utf8)) == Array(expected.utf8), "\(text)")
    }

    @Test func damagedTextIsReplaced() {
        #expect(UnicodeCasemap.map([0x61, 0xFF, 0x62]) == Array("A\u{FFFD}B".utf8))
    }
}

extension String {
    /// Dž, as the digraph is taken apart: the caron by itself.
    fileprivate var decomposed: String { "Dz\u{30C}" }
}
