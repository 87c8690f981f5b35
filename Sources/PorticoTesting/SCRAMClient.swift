public import Cryptography
internal import Octets

/// The client's side of SCRAM, as a test needs it: right, or wrong in a known way. RFC 5802 §3.
public struct SCRAMClient {
    /// What the messages are made with.
    public var hash: HashFunction
    /// The name that is said.
    public var name: String
    /// The password that is proven.
    public var password: String
    /// The gs2-header: `n,,`, `y,,` or `p=tls-exporter,,`.
    public var header = "n,,"
    /// What TLS gave, where the header says `p`.
    public var binding: [UInt8] = []
    /// The client's nonce.
    public var nonce = "rOprNGfwEbeRWgbNEkqO"
    /// In place of the nonce that the server answered with, for one that is replayed.
    public var replayedNonce: String?
    private var serverSignature: [UInt8] = []

    /// A client of that name and password.
    public init(_ hash: HashFunction, name: String, password: String) {
        self.hash = hash
        self.name = name
        self.password = password
    }

    private var firstBare: String {
        let name = name.map { $0 == "," ? "=2C" : $0 == "=" ? "=3D" : String($0) }.joined()
        return "n=\(name),r=\(nonce)"
    }

    /// client-first-message.
    public var first: [UInt8] { Array((header + firstBare).utf8) }

    /// client-final-message for the server's first one; nil if that one is not to be taken.
    public mutating func final(_ serverFirst: [UInt8]) throws(CryptographyError) -> [UInt8]? {
        let text = String(decoding: serverFirst, as: UTF8.self)
        let fields = text.split(separator: ",")
        guard fields.count == 3, fields[0].hasPrefix("r=" + nonce), fields[1].hasPrefix("s="),
            fields[2].hasPrefix("i="),
            let salt = Base64.decodeStrictly(Array(fields[1].dropFirst(2).utf8).span),
            let iterations = Int(fields[2].dropFirst(2))
        else { return nil }
        let salted = try hash.pbkdf2(password: Array(password.utf8), salt: salt, iterations: iterations)
        let clientKey = try hash.hmac(Array("Client Key".utf8), key: salted)
        let both = replayedNonce ?? String(fields[0].dropFirst(2))
        let withoutProof = "c=\(Self.base64(Array(header.utf8) + binding)),r=\(both)"
        let message = Array("\(firstBare),\(text),\(withoutProof)".utf8)
        let signature = try hash.hmac(message, key: try hash.hash(clientKey))
        serverSignature = try hash.hmac(message, key: try hash.hmac(Array("Server Key".utf8), key: salted))
        return Array("\(withoutProof),p=\(Self.base64(zip(clientKey, signature).map { $0 ^ $1 }))".utf8)
    }

    /// Whether the server's last message proves that it knows the keys.
    public func accepts(_ serverFinal: [UInt8]) -> Bool {
        String(decoding: serverFinal, as: UTF8.self) == "v=" + Self.base64(serverSignature)
    }

    private static func base64(_ octets: [UInt8]) -> String {
        String(decoding: Base64.encode(octets.span), as: UTF8.self)
    }
}
