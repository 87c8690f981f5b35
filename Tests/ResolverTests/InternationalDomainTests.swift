import DNS
import PorticoTesting
import Resolver
import Testing

@Suite
struct InternationalDomainTests {
    @Test(
        .rfc(5891, "5"),
        arguments: [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.Example", "xn--bcher-kva.example"),
            ("faß.de", "xn--fa-hia.de"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("пример.испытание.", "xn--e1afmkfd.xn--80akhbyknj4f."),
            ("_25._tcp.bücher.example", "_25._tcp.xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("Plain_ASCII.Example", "Plain_ASCII.Example"),
        ]
    )
    func becomesASCII(_ text: String, _ ascii: String) throws {
        #expect(InternationalDomain.ascii(text) == ascii)
        #expect(try InternationalDomain.name(text) == Name(ascii))
    }

    @Test(arguments: [
        "a\u{200D}b.test", "\u{300}a.test", "ü" + String(repeating: "a", count: 63) + ".test", "ü\u{0}.test", "ü..test",
        String(repeating: "ü", count: 600), "\u{2FF0}.test", "ü .test",
    ])
    func refuses(_ text: String) {
        #expect(throws: LookupError.invalidName) { try InternationalDomain.name(text) }
    }

    @Test(arguments: [
        ("xn--bcher-kva.example", "bücher.example"), ("XN--BCHER-KVA.example", "bücher.example"),
        ("xn--fa-hia.de", "faß.de"), ("plain.example", "plain.example"), ("xn--a.example", nil),
        ("xn--bcher-KVAx.example", "büchÿer.example"), ("xn--55555577.example", nil), ("xn--a-.test", nil),
        ("xn--fa-.test", nil),
    ])
    func becomesUnicode(_ text: String, _ unicode: String?) { #expect(InternationalDomain.unicode(text) == unicode) }
}
