/// What a door knows of someone who signs in, whatever mechanism they do it by.
public struct SignIn: Hashable, Sendable {
    /// What is signed in to.
    public enum Service: String, Hashable, Sendable, CaseIterable {
        case imap, pop3, smtp, rest, sieve
    }

    /// The name that is signed in with, as the peer said it: a full address.
    public var name: String
    /// What is signed in to.
    public var service: Service
    /// The peer's address as text; may be empty.
    public var address: String
    /// The network that the address belongs to, as `Network.Address.network` tells networks apart.
    public var network: String
    /// What the client says it is: IMAP's ID, the name in EHLO, User-Agent. Nobody checked it; may be empty.
    public var client: String
    /// Whether the connection is under TLS.
    public var isEncrypted: Bool
    /// The mechanism by its SASL name (RFC 4422 §3.1); `LOGIN`, `USER` and `BASIC` for the doors' own.
    public var mechanism: String

    /// A sign-in with that name.
    public init(
        name: String,
        service: Service,
        address: String = "",
        network: String = "",
        client: String = "",
        isEncrypted: Bool = true,
        mechanism: String = "PLAIN"
    ) {
        self.name = name
        self.service = service
        self.address = address
        self.network = network
        self.client = client
        self.isEncrypted = isEncrypted
        self.mechanism = mechanism
    }

    /// What a mechanism that never shows us a password has found. Nobody acts for another: what was proven is `name`.
    public enum Proof: Hashable, Sendable {
        /// That the peer knows the account's password, as somebody says who is believed.
        case password
        /// That the peer knows the password that these keys are of: SCRAM. If the account has others by now, it is not the
        /// account's password any more.
        case keys(ScramKeys)
        /// That the peer holds something else that stands for the account (a certificate, a ticket, a token), which
        /// allows as much.
        case credential(Permissions)
        /// Nothing: the proof was wrong.
        case failure
    }
}

/// What a credential allows its holder to do.
public struct Permissions: OptionSet, Hashable, Sendable {
    /// A bit for each.
    public var rawValue: UInt16
    /// The permissions of those bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// To sign in to IMAP.
    public static let imap = Permissions(rawValue: 1)
    /// To sign in to POP3.
    public static let pop3 = Permissions(rawValue: 2)
    /// To sign in to SMTP: to send mail.
    public static let smtp = Permissions(rawValue: 4)
    /// To sign in to the REST interface.
    public static let rest = Permissions(rawValue: 8)
    /// To sign in to ManageSieve.
    public static let sieve = Permissions(rawValue: 16)
    /// To change anything: without it, mail can be read and nothing else.
    public static let change = Permissions(rawValue: 32)
    /// To change how one signs in: application passwords, networks that are let in.
    public static let manage = Permissions(rawValue: 64)

    /// Everything: what the account's own password allows.
    public static let all: Permissions = [.imap, .pop3, .smtp, .rest, .sieve, .change, .manage]

    /// Whether they allow to sign in to `service`. Sending mail is a change.
    public func allow(_ service: SignIn.Service) -> Bool {
        switch service {
        case .imap: contains(.imap)
        case .pop3: contains(.pop3)
        case .smtp: contains([.smtp, .change])
        case .rest: contains(.rest)
        case .sieve: contains(.sieve)
        }
    }
}

/// Who signed in: the account, and what the credential allows.
public struct Principal: Hashable, Sendable {
    /// The account.
    public var account: Account
    /// What the session may do. A door that can change something asks for `.change`.
    public var permissions: Permissions
    /// What was shown, as far as it can be taken back: see `Directory.isCurrent`.
    public var credential: Credential

    /// What someone signed in with.
    public enum Credential: Hashable, Sendable {
        /// The account's own password, which had that generation.
        case password(generation: UInt64)
        /// The application password of that id.
        case appPassword(String)
        /// Something that is kept elsewhere: a certificate, a ticket, a token.
        case other
    }

    /// Someone who may do what `permissions` say.
    public init(
        account: Account,
        permissions: Permissions = .all,
        credential: Credential = .password(generation: 0)
    ) {
        self.account = account
        self.permissions = permissions
        self.credential = credential
    }

    /// Whether the session may change anything.
    public var mayChange: Bool { permissions.contains(.change) }
}
