internal import Cryptography
internal import Directory
internal import Octets

extension ScramKeys {
    /// The keys as Cyrus' plugin wants them in authPassword, in the manner of RFC 5803.
    func secret(for hash: HashFunction) -> String {
        func text(_ octets: [UInt8]) -> String { String(decoding: Base64.encode(octets.span), as: UTF8.self) }
        return "SCRAM-\(hash.rawValue)$\(iterations):\(text(salt))$\(text(storedKey)):\(text(serverKey))"
    }
}
