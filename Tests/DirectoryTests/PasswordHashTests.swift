import Cryptography
import PorticoTesting
import Testing

@testable import Directory

@Suite(.rfc(7914, "2")) struct PasswordHashTests {
    private static let cheap = Scrypt(costExponent: 4, blockSize: 1, parallelization: 1)

    @Test func verifiesWhatItHashed() throws {
        let hash = try PasswordHash(of: Array("swordfish".utf8), salt: [1, 2, 3, 4], parameters: Self.cheap)
        #expect(try hash.isHash(of: Array("swordfish".utf8)))
        #expect(try !hash.isHash(of: Array("Swordfish".utf8)))
        #expect(PasswordHash(hash.text) == hash)
        #expect(hash.text.hasPrefix("scrypt$4,1,1$AQIDBA==$"))
    }

    @Test func saltMakesHashesDiffer() throws {
        let first = try PasswordHash(of: [65], salt: [1], parameters: Self.cheap)
        let second = try PasswordHash(of: [65], salt: [2], parameters: Self.cheap)
        #expect(first.text != second.text)
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$4,1,1$AQ==", "md5$4,1,1$AQ==$AQ==", "scrypt$4,1$AQ==$AQ==", "scrypt$4,1,x$AQ==$AQ==",
        "scrypt$4,1,1$AQ$AQ==", "scrypt$4,1,1$AQ==$AQ==", "scrypt$400,1,1$AQ==$AQ==",
    ])
    func refuses(_ text: String) { #expect(PasswordHash(text) == nil) }
}
