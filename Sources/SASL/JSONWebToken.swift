internal import Cryptography
internal import Octets
internal import World

/// A signed JSON Web Token. RFC 7519, RFC 7515 §3.1.
struct JSONWebToken {
    /// Octets of a token.
    static let limit = 16 << 10

    var algorithm: PublicKey.Algorithm
    var keyID: String?
    var claims: JSONValue
    private var signed: [UInt8]
    private var signature: [UInt8]

    /// Three parts with dots between; nil if they are anything else. A header that has an algorithm with a shared secret,
    /// none at all, or something that must be understood (RFC 7515 §4.1.11), is refused. RFC 8725 §3.1.
    init?(parsing token: String) {
        let octets = Array(token.utf8)
        guard octets.count <= Self.limit else { return nil }
        let parts = octets.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.json(parts[0]), let claims = Self.json(parts[1]),
            let signature = Base64URL.decode(Array(parts[2]).span), !signature.isEmpty,
            case .object = claims, header["crit"] == nil, header["b64"] == nil,
            let algorithm = header["alg"]?.string.flatMap(PublicKey.Algorithm.init)
        else { return nil }
        self.algorithm = algorithm
        keyID = header["kid"]?.string
        guard header["kid"] == nil || keyID != nil else { return nil }
        self.claims = claims
        signed = Array(octets[..<(parts[1].endIndex)])
        self.signature = signature
    }

    private static func json(_ part: ArraySlice<UInt8>) -> JSONValue? {
        Base64URL.decode(Array(part).span).flatMap { try? JSONValue(parsing: $0.span) }
    }

    /// Whether one of the keys made it.
    func isSigned(by keys: JSONWebKeys) -> Bool {
        keys.candidates(id: keyID, algorithm).contains { $0.verifies(signature, of: signed, algorithm) }
    }
}

/// What is asked of a token's claims, wherever they come from. RFC 7519 §4.1, RFC 7662 §2.2.
public struct TokenRules: Hashable, Sendable {
    /// Who must have made it (`iss`); empty for anybody whose key it has.
    public var issuer = ""
    /// For whom it must be made (`aud`); empty for anybody.
    public var audience = ""
    /// What it must be good for (`scope`, or Microsoft's `scp`); empty for nothing in particular.
    public var scope = ""
    /// The claim that names the account by its address.
    public var accountClaim = "email"
    /// How far clocks may differ.
    public var clockSkew = Duration.seconds(60)

    /// No issuer, audience and scope in particular; the account is the claim `email`.
    public init() {}

    /// Whose token that is, and until when (seconds since 1970), or why it is not good.
    func account(
        _ claims: JSONValue,
        now: Timestamp,
        requiresExpiry: Bool
    ) -> Result<(account: String, expires: Int64?), TokenFault> {
        let skew = clockSkew.components.seconds
        let expires = claims["exp"]?.seconds
        if requiresExpiry || claims["exp"] != nil {
            guard let expires else { return .failure(TokenFault(reason: "no time of expiry")) }
            guard now.seconds - skew < expires else { return .failure(TokenFault(reason: "expired")) }
        }
        if let begin = claims["nbf"] {
            guard let begin = begin.seconds, now.seconds + skew >= begin else {
                return .failure(TokenFault(reason: "not yet good"))
            }
        }
        if !issuer.isEmpty, claims["iss"]?.string != issuer { return .failure(TokenFault(reason: "another issuer")) }
        if !audience.isEmpty, !Self.words(claims["aud"], isList: false).contains(audience) {
            return .failure(TokenFault(reason: "for another audience"))
        }
        if !scope.isEmpty {
            let has = Self.words(claims["scope"], isList: true) + Self.words(claims["scp"], isList: true)
            guard has.contains(scope) else { return .failure(TokenFault(reason: "not for this scope")) }
        }
        // An address that its maker did not check is anybody's. OpenID Connect Core §5.1.
        if accountClaim == "email", let isVerified = claims["email_verified"], isVerified != .bool(true) {
            return .failure(TokenFault(reason: "an address that was not verified"))
        }
        guard let account = claims[accountClaim]?.string, !account.isEmpty, !account.utf8.contains(0) else {
            return .failure(TokenFault(reason: "no claim \(accountClaim)"))
        }
        return .success((account, expires))
    }

    /// A text or an array of texts; with `isList` a text is several words.
    private static func words(_ value: JSONValue?, isList: Bool) -> [String] {
        switch value {
        case .string(let text): isList ? text.split(separator: " ").map(String.init) : [text]
        case .array(let elements): elements.compactMap(\.string)
        default: []
        }
    }
}

/// What is wrong with a token; it is fit for the log.
struct TokenFault: Error {
    var reason: String
}
