internal import Cryptography
internal import Octets
public import World

/// A password for one program, which may do less than the account's own and can be taken back by itself.
///
/// It is made here, of 130 random bits: so a fast keyed hash keeps it as well as a slow one would. Slow hashes are for what
/// people think of, which can be guessed. It signs in where passwords are shown to us: by PLAIN, LOGIN, USER and HTTP Basic.
/// For SCRAM there is one set of keys for a name, and that is the account's own password.
public struct AppPassword: Hashable, Sendable {
    /// Names it among those of its account: eight hexadecimal digits.
    public var id: String
    /// What its owner calls it.
    public var label: String
    /// What it allows. Never `.manage`.
    public var permissions: Permissions
    /// When it was made.
    public var created: Timestamp
    /// From when on it is of no use; nil if never.
    public var expires: Timestamp?
    /// The keyed hash of the password.
    var hash: [UInt8]

    /// Whether it is still good at `now`.
    public func isGood(at now: Timestamp) -> Bool { expires.map { now < $0 } ?? true }

    // MARK: Making one

    /// The letters that a password is made of: 32, none of which is taken for another. Without i, l, o and u.
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new password: 26 letters in groups, five random bits each.
    static func make(_ world: World) -> String {
        var text: [UInt8] = []
        for (index, octet) in world.randomOctets(26).enumerated() {
            if index > 0, index % 5 == 0, index < 25 { text.append(UInt8(ascii: "-")) }
            text.append(letters[Int(octet & 31)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The letters of what someone typed, however they grouped them; nil if it cannot be one of ours.
    static func letters(of password: [UInt8]) -> [UInt8]? {
        guard password.count <= 64 else { return nil }
        var found: [UInt8] = []
        for octet in password where octet != UInt8(ascii: "-") && octet != UInt8(ascii: " ") {
            let lower = octet.asciiLowercased
            guard letters.contains(lower) else { return nil }
            found.append(lower)
        }
        return found.count == 26 ? found : nil
    }

    // MARK: As a field of a row

    init?(field: Substring) {
        let parts = field.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, let bits = UInt16(parts[1]), let created = Int64(parts[2]),
            let expires = Int64(parts[3]), let hash = Base64.decodeStrictly(Array(parts[4].utf8).span)
        else { return nil }
        id = String(parts[0])
        permissions = Permissions(rawValue: bits)
        self.created = Timestamp(milliseconds: created)
        self.expires = expires > 0 ? Timestamp(milliseconds: expires) : nil
        self.hash = hash
        label = String(parts[5])
    }

    init(
        id: String,
        label: String,
        permissions: Permissions,
        created: Timestamp,
        expires: Timestamp?,
        hash: [UInt8]
    ) {
        self.id = id
        self.label = label
        self.permissions = permissions
        self.created = created
        self.expires = expires
        self.hash = hash
    }

    var field: String {
        let hash = String(decoding: Base64.encode(hash.span), as: UTF8.self)
        return "\(id),\(permissions.rawValue),\(created.milliseconds),\(expires?.milliseconds ?? 0),\(hash),\(label)"
    }
}

extension Permissions {
    /// What people may give an application password, by name. `read-only` takes `.change` away.
    public static let names: [(name: String, permissions: Permissions)] = [
        ("imap", .imap), ("pop3", .pop3), ("smtp", .smtp), ("rest", .rest), ("sieve", .sieve),
    ]

    /// The permissions that words name: services, and perhaps `read-only`.
    ///
    /// - Throws: `.invalid` for a word that is none, if no service is named, or if only sending is, and read-only.
    public init(words: [String]) throws(DirectoryError) {
        self = .change
        for word in words {
            if word == "read-only" { continue }
            guard let named = Permissions.names.first(where: { $0.name == word }) else {
                let names = Permissions.names.map(\.name).joined(separator: ", ")
                throw .invalid("'\(word)' is no scope; there are \(names) and read-only")
            }
            insert(named.permissions)
        }
        if words.contains("read-only") { remove([.change, .smtp]) }
        guard !subtracting(.change).isEmpty else { throw .invalid("name at least one service that it may sign in to") }
    }

    /// The words that `init(words:)` reads.
    public var words: [String] {
        Permissions.names.filter { contains($0.permissions) }.map(\.name) + (contains(.change) ? [] : ["read-only"])
    }
}
