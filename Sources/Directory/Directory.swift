public import Cryptography

/// Who has mail here: domains, accounts, aliases and how they prove who they are. Doors see this protocol only.
public protocol Directory: Sendable {
    /// Checks a full address and its password, at every door the same. Slow on purpose the first time (scrypt, on the
    /// blocking pool), fast while the verified credential is remembered. Takes as long for an unknown name.
    ///
    /// - Returns: the account; nil if there is none of that name or the password is another.
    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account?

    /// The same, as a door asks it: wrong passwords are counted, the credential must allow the service, and what came of
    /// it is recorded.
    ///
    /// - Returns: who it is; nil, whatever the reason, if they may not come in.
    /// - Throws: `.tooManyFailures` without looking at the password, for one who guesses.
    func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal?

    /// To be asked first, once the name is known, by a mechanism that never shows us a password: SCRAM, EXTERNAL, GSSAPI,
    /// OAUTHBEARER. After it `end` is to be called, unless the peer cancels.
    ///
    /// - Throws: `.tooManyFailures`, for one who guesses.
    func begin(_ signIn: SignIn) async throws(DirectoryError)

    /// The keys of `name` for SCRAM with `hash`. A name without any gets keys that nobody can prove, with a salt that
    /// looks like every other and stays the same. RFC 5802 §9.
    func scramKeys(of name: String, _ hash: HashFunction) async throws(DirectoryError) -> ScramKeys

    /// What became of what `begin` began: counts and records it as `authenticate` does.
    ///
    /// - Returns: who it is; nil, whatever the reason, if they may not come in.
    func end(_ signIn: SignIn, _ proof: SignIn.Proof) async throws(DirectoryError) -> Principal?

    /// Whether what someone signed in with still stands: the account is there, its password is the same, the application
    /// password was not removed. It costs a look into memory, mostly; a session that lasts asks now and then.
    func isCurrent(_ principal: Principal) async throws(DirectoryError) -> Bool

    /// Where mail for an address goes. No password, no policy: only names.
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution

    /// The account of that number; nil if there is none any more.
    func account(_ number: UInt64) async throws(DirectoryError) -> Account?

    /// How far the POP3 settings of accounts and domains lie apart.
    func maildropSpread() async throws(DirectoryError) -> MaildropSpread
}

/// For a directory that is asked by those only who are trusted: nothing is counted, recorded or remembered.
extension Directory {
    /// Checks name and password.
    public func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        try await authenticate(signIn.name, password: password).map { Principal(account: $0) }
    }

    /// Lets everybody through.
    public func begin(_ signIn: SignIn) async throws(DirectoryError) {}

    /// There are none.
    public func scramKeys(of name: String, _ hash: HashFunction) async throws(DirectoryError) -> ScramKeys {
        throw .invalid("no keys are kept")
    }

    /// Believes the proof.
    public func end(_ signIn: SignIn, _ proof: SignIn.Proof) async throws(DirectoryError) -> Principal? {
        guard let address = MailAddress(signIn.name), case .accounts(let accounts) = try await resolve(address),
            let account = accounts.first, account.address == address
        else { return nil }
        switch proof {
        case .failure: return nil
        case .password, .keys: return Principal(account: account)
        case .credential(let permissions): return Principal(account: account, permissions: permissions)
        }
    }

    /// Not at all.
    public func maildropSpread() async throws(DirectoryError) -> MaildropSpread { MaildropSpread() }

    /// For ever.
    public func isCurrent(_ principal: Principal) async throws(DirectoryError) -> Bool { true }
}

/// An account.
public struct Account: Hashable, Sendable {
    /// Its number, never reused: `Mailbox.AccountID`.
    public var number: UInt64
    /// Its address, which is also the name to sign in with.
    public var address: MailAddress
    /// The display name; may be empty.
    public var name: String
    /// What is set for it, by itself or by its domain.
    public var settings: AccountSettings

    /// An account.
    public init(number: UInt64, address: MailAddress, name: String, settings: AccountSettings = AccountSettings()) {
        self.number = number
        self.address = address
        self.name = name
        self.settings = settings
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
