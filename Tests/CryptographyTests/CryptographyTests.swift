import Cryptography
import PorticoTesting
import Testing

private func octets(_ hex: String) -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace }
    return stride(from: 0, to: digits.count, by: 2).compactMap { offset in
        let start = digits.index(digits.startIndex, offsetBy: offset)
        return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
    }
}

@Suite struct CryptographyTests {
    @Test(
        .rfc(7914, "12"),
        arguments: [
            (
                "", "", UInt8(4), UInt32(1), UInt32(1),
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17"
                    + "e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", 10, 8, 16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830da"
                    + "c727afb94a83ee6d8360cbdfa2cc0640"
            ),
            (
                "pleaseletmein", "SodiumChloride", 14, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9"
                    + "e61e85dc0d651e40dfcf017b45575887"
            ),
        ]
    )
    func derivesWithScrypt(
        _ password: String,
        _ salt: String,
        _ exponent: UInt8,
        _ blockSize: UInt32,
        _ parallelization: UInt32,
        _ expected: String
    ) throws {
        let scrypt = Scrypt(costExponent: exponent, blockSize: blockSize, parallelization: parallelization)
        let key = try scrypt.derive(password: Array(password.utf8), salt: Array(salt.utf8), count: 64)
        #expect(key == octets(expected))
    }

    @Test(arguments: [(UInt8(0), UInt32(8), UInt32(1)), (31, 8, 1), (14, 0, 1), (14, 8, 0), (14, 65, 1), (25, 64, 1)])
    func refusesParametersOutOfRange(_ exponent: UInt8, _ blockSize: UInt32, _ parallelization: UInt32) {
        let scrypt = Scrypt(costExponent: exponent, blockSize: blockSize, parallelization: parallelization)
        #expect(throws: CryptographyError.self) { try scrypt.derive(password: [1], salt: [2], count: 32) }
    }

    @Test(
        .rfc(6234, "8.5"),
        arguments: [
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ]
    )
    func hashes(_ text: String, _ expected: String) throws {
        #expect(try SHA256.hash(Array(text.utf8)) == octets(expected))
    }

    @Test(
        .rfc(4231, "4"),
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
    )
    func authenticates(_ key: [UInt8], _ message: [UInt8], _ expected: String) throws {
        #expect(try SHA256.hmac(message, key: key) == octets(expected))
    }

    @Test func comparesInConstantTime() {
        #expect(isEqualInConstantTime([], []))
        #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2]))
    }
}
