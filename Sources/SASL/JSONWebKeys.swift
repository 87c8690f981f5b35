internal import Cryptography
internal import Octets

/// The public keys of who makes tokens. RFC 7517.
struct JSONWebKeys: Sendable {
    struct Key: Sendable {
        var id: String?
        var algorithm: PublicKey.Algorithm?
        var key: PublicKey
    }

    /// Keys of one set.
    static let limit = 100

    var keys: [Key] = []

    /// The keys of a JWK Set that are for signatures and of a kind that is known; others are passed over, RFC 7517 §5.
    /// Nil if it is no JWK Set.
    init?(parsing text: [UInt8]) {
        guard let set = try? JSONValue(parsing: text.span), let members = set["keys"]?.array,
            members.count <= Self.limit
        else { return nil }
        keys = members.compactMap(Self.key)
    }

    private static func key(_ value: JSONValue) -> Key? {
        if let use = value["use"]?.string, use != "sig" { return nil }
        var algorithm: PublicKey.Algorithm?
        if let name = value["alg"]?.string {
            guard let known = PublicKey.Algorithm(rawValue: name) else { return nil }
            algorithm = known
        }
        guard let key = publicKey(value) else { return nil }
        return Key(id: value["kid"]?.string, algorithm: algorithm, key: key)
    }

    /// RFC 7518 §6, RFC 8037 §2.
    private static func publicKey(_ value: JSONValue) -> PublicKey? {
        func octets(_ name: String) -> [UInt8]? {
            value[name]?.string.flatMap { Base64URL.decode(Array($0.utf8).span) }
        }
        switch value["kty"]?.string {
        case "RSA":
            guard let modulus = octets("n"), let exponent = octets("e") else { return nil }
            return try? PublicKey(modulus: modulus, exponent: exponent)
        case "EC":
            guard let curve = value["crv"]?.string.flatMap(PublicKey.Curve.init), let x = octets("x"),
                let y = octets("y")
            else { return nil }
            return try? PublicKey(curve, x: x, y: y)
        case "OKP":
            guard value["crv"]?.string == "Ed25519", let x = octets("x") else { return nil }
            return try? PublicKey(ed25519: x)
        default: return nil
        }
    }

    /// Keys that a token of that header may be signed with: the one it names, or all of its kind if it names none.
    func candidates(id: String?, _ algorithm: PublicKey.Algorithm) -> [PublicKey] {
        keys.filter { key in
            (id == nil || key.id == id) && (key.algorithm == nil || key.algorithm == algorithm)
                && key.key.suits(algorithm)
        }.map(\.key)
    }
}
