import Cryptography
import Octets
import PorticoTesting
import Testing

@testable import Directory

@Suite struct ScramKeysTests {
    /// An exchange as a standard writes it.
    struct Exchange: Sendable {
        var hash: HashFunction
        var salt: String
        var clientNonce: String
        var serverNonce: String
        var proof: String
        var signature: String
    }

    @Test(
        .rfc(5802, "5"),
        .rfc(7677, "3"),
        arguments: [
            Exchange(
                hash: .sha1,
                salt: "QSXCR+Q6sek8bf92",
                clientNonce: "fyko+d2lbbFgONRv9qkxdawL",
                serverNonce: "3rfcNHYJY1ZVvWVs7j",
                proof: "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                signature: "rmF9pqV8S7suAoZWja4dJRkFsKQ="
            ),
            Exchange(
                hash: .sha256,
                salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
                clientNonce: "rOprNGfwEbeRWgbNEkqO",
                serverNonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                proof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
            ),
        ]
    )
    func examples(_ exchange: Exchange) throws {
        func decoded(_ text: String) -> [UInt8] { Base64.decodeStrictly(Array(text.utf8).span) ?? [] }
        let keys = try ScramKeys(
            of: Array("pencil".utf8),
            salt: decoded(exchange.salt),
            iterations: 4096,
            exchange.hash
        )
        let nonce = exchange.clientNonce + exchange.serverNonce
        let message = Array(
            "n=user,r=\(exchange.clientNonce),r=\(nonce),s=\(exchange.salt),i=4096,c=biws,r=\(nonce)".utf8
        )
        let clientSignature = try exchange.hash.hmac(message, key: keys.storedKey)
        let clientKey = zip(decoded(exchange.proof), clientSignature).map { $0 ^ $1 }
        #expect(try exchange.hash.hash(clientKey) == keys.storedKey)
        #expect(try exchange.hash.hmac(message, key: keys.serverKey) == decoded(exchange.signature))
    }
}
