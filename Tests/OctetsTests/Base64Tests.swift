import Octets
import PorticoTesting
import Testing

@Suite(.rfc(4648, "10"))
struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{0}a\u{0}b", "AGEAYg=="), ("?>~", "Pz5+"), ("???", "Pz8/"),
    ])
    func vectors(_ text: String, _ encoded: String) {
        #expect(String(decoding: Base64.encode(Array(text.utf8).span), as: UTF8.self) == encoded)
        #expect(Base64.decodeStrictly(Array(encoded.utf8).span) == Array(text.utf8))
    }

    @Test(
        .rfc(4648, "3.5"),
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm8=Zm8=", "Zg==Zg==", "Zm9v\n", " Zm9v",
            "Zm-_", "Zm=v",
            "Z=9v", "Zm9vé", "Zm9v=", "=m9v", "Zg=A",
        ]
    )
    func refuses(_ encoded: String) {
        #expect(Base64.decodeStrictly(Array(encoded.utf8).span) == nil)
    }

    @Test func everyOctetAtEveryPlace() {
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("Zm9vYmFy".utf8)
                text[place] = byte
                let isLetter = ByteClass.alphaNumeric.union(ByteClass("+/")).contains(byte)
                let decoded = Base64.decodeStrictly(text.span)
                if (decoded != nil) != isLetter { Issue.record("\(byte) at \(place)") }
                if let decoded, Base64.encode(decoded.span) != text { Issue.record("\(byte) at \(place)") }
            }
        }
    }

    @Test func everyLength() {
        for length in 0..<70 {
            let octets = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
            let text = Base64.encode(octets.span)
            #expect(text.count == (length + 2) / 3 * 4)
            #expect(Base64.decodeStrictly(text.span) == octets)
            for cut in text.indices where cut % 4 != 0 {
                #expect(Base64.decodeStrictly(text.span.extracting(..<cut)) == nil)
            }
        }
    }
}
