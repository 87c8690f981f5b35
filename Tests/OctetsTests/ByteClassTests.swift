import Octets
import PorticoTesting
import Testing

struct ByteClassTests {
    @Test(.rfc(5234, "B.1"), arguments: UInt8.min...UInt8.max)
    func classes(_ byte: UInt8) {
        let scalar = Unicode.Scalar(byte)
        let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        let isDigit = ("0"..."9").contains(scalar)
        #expect(ByteClass.alpha.contains(byte) == isLetter)
        #expect(ByteClass.digit.contains(byte) == isDigit)
        #expect(ByteClass.alphaNumeric.contains(byte) == (isLetter || isDigit))
        #expect(ByteClass.hexDigit.contains(byte) == (isDigit || "abcdefABCDEF".unicodeScalars.contains(scalar)))
        #expect(ByteClass.whitespace.contains(byte) == (scalar == " " || scalar == "\t"))
        #expect(ByteClass.visible.contains(byte) == (byte > 32 && byte < 127))
        #expect(ByteClass("ab").contains(byte) == (scalar == "a" || scalar == "b"))
        #expect(ByteClass.visible.subtracting(.alpha).contains(byte) == (byte > 32 && byte < 127 && !isLetter))
        #expect(byte.digitValue == (isDigit ? byte - 48 : nil))
        #expect(byte.hexValue == (byte < 128 ? UInt8(String(scalar), radix: 16) : nil))
        #expect(byte.asciiLowercased == (isLetter ? byte | 0x20 : byte))
        #expect(byte.asciiUppercased == (isLetter ? byte & 0xDF : byte))
    }

    @Test func equality() {
        #expect(ByteClass("ab") == ByteClass { $0 == 97 || $0 == 98 })
        #expect(ByteClass("ab") != ByteClass("a"))
    }
}
