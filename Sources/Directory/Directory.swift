/// Who has mail here: domains, accounts, aliases and how they prove who they are. Doors see this protocol only.
public protocol Directory: Sendable {
    /// Checks a full address and its password, at every door the same. Slow on purpose the first time (scrypt, on the
    /// blocking pool), fast while the verified credential is remembered. Takes as long for an unknown name.
    ///
    /// - Returns: the account; nil if there is none of that name or the password is another.
    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account?

    /// The same, for someone in `network` (see `Network.Address`), whose wrong passwords are counted: what the doors ask.
    ///
    /// - Throws: `.tooManyFailures` without looking at the password, for one who guesses.
    func authenticate(
        _ name: String,
        password: [UInt8],
        from network: String
    ) async throws(DirectoryError) -> Account?

    /// Where mail for an address goes. No password, no policy: only names.
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution

    /// The account of that number; nil if there is none any more.
    func account(_ number: UInt64) async throws(DirectoryError) -> Account?
}

extension Directory {
    /// Counts nothing: for a directory that is asked by those only who are trusted.
    public func authenticate(
        _ name: String,
        password: [UInt8],
        from network: String
    ) async throws(DirectoryError) -> Account? {
        try await authenticate(name, password: password)
    }
}

/// An account.
public struct Account: Hashable, Sendable {
    /// Its number, never reused: `Mailbox.AccountID`.
    public var number: UInt64
    /// Its address, which is also the name to sign in with.
    public var address: MailAddress
    /// The display name; may be empty.
    public var name: String

    /// An account.
    public init(number: UInt64, address: MailAddress, name: String) {
        self.number = number
        self.address = address
        self.name = name
    }
}

/// An address as the directory compares it: lower case, without quotes.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    /// What stands before the last `@`, in lower case.
    public var localPart: String
    /// The domain, in lower case, without a dot at the end.
    public var domain: String

    /// The address of a local part and a domain, as a protocol parsed them.
    public init(localPart: String, domain: String) {
        self.localPart = MailAddress.lowercase(localPart)
        let domain = MailAddress.lowercase(domain)
        self.domain =
            domain.utf8.last == UInt8(ascii: ".") ? String(decoding: domain.utf8.dropLast(), as: UTF8.self) : domain
    }

    /// The address that `text` writes as `local@domain`; nil if either is missing.
    public init?(_ text: String) {
        guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return nil }
        let domain = text[text.index(after: at)...]
        guard !domain.isEmpty else { return nil }
        self.init(localPart: String(text[..<at]), domain: String(domain))
    }

    /// Only A to Z have a lower case: the Kelvin sign, whose lower case is `k`, is another name and not one of ours.
    private static func lowercase(_ text: String) -> String {
        guard text.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return text }
        return String(decoding: text.utf8.lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Octet by octet, as the store compares: to `String` some names are equal that are written differently.
    public static func == (left: Self, right: Self) -> Bool {
        left.localPart.utf8.elementsEqual(right.localPart.utf8) && left.domain.utf8.elementsEqual(right.domain.utf8)
    }

    /// `local@domain`.
    public var description: String { "\(localPart)@\(domain)" }
}

/// Where mail for an address goes.
public enum Resolution: Hashable, Sendable {
    /// To these accounts: one, or the members of an alias.
    case accounts([Account])
    /// The domain is ours and has no such address.
    case unknown
    /// The domain is not ours.
    case elsewhere
}

/// Why the directory did not answer or did not change.
public enum DirectoryError: Error, Sendable {
    /// The store failed; the cause is for the log.
    case store(any Error)
    /// There is one of that name already.
    case exists(String)
    /// There is none of that name.
    case notFound(String)
    /// The name cannot be one, and why.
    case invalid(String)
    /// Too many wrong passwords came from there; it has to wait so long.
    case tooManyFailures(wait: Duration)
}
