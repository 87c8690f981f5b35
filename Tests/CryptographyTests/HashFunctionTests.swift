import Cryptography
import PorticoTesting
import Testing

@Suite struct HashFunctionTests {
    private func hex(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Those of SHA-1 are RFC 6070's; the others are what Python's hashlib says of the same.
    @Test(
        .rfc(8018, "5.2"),
        arguments: [
            (HashFunction.sha1, 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
            (.sha1, 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
            (.sha1, 4096, "4b007901b765489abead49d926f721d065a429c1"),
            (.sha256, 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
            (
                .sha512, 4096,
                "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5143f30602641b3d55cd335988cb36b84376060ec"
                    + "d532e039b742a239434af2d5"
            ),
        ]
    )
    func derives(_ function: HashFunction, _ iterations: Int, _ expected: String) throws {
        let key = try function.pbkdf2(
            password: Array("password".utf8),
            salt: Array("salt".utf8),
            iterations: iterations
        )
        #expect(hex(key) == expected)
        #expect(key.count == function.count)
    }

    @Test(arguments: [0, -1, Int.max]) func refusesRounds(_ iterations: Int) {
        #expect(throws: CryptographyError.self) {
            try HashFunction.sha256.pbkdf2(password: [1], salt: [2], iterations: iterations)
        }
    }

    @Test(
        .rfc(6234, "8.5"),
        arguments: [
            (HashFunction.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423"
                    + "643ce80e2a9ac94fa54ca49f"
            ),
        ]
    )
    func digests(_ function: HashFunction, _ expected: String) throws {
        #expect(hex(try function.hash(Array("abc".utf8))) == expected)
    }
}
