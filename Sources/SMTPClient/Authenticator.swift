/// Signs in to a server: a smarthost, as a rule. RFC 4954.
public protocol Authenticator: Sendable {
    /// Begins an exchange with one of the mechanisms that the server offers.
    ///
    /// - Parameters:
    ///   - mechanisms: the names of what the server offers, in capitals, in its order.
    ///   - isEncrypted: whether the connection is; a password must not go over one that is not.
    /// - Returns: nil if none of them will do.
    func begin(_ mechanisms: [String], isEncrypted: Bool) -> (any AuthenticationExchange)?
}

/// One exchange of a mechanism. RFC 4422 §3.
public protocol AuthenticationExchange {
    /// The mechanism's name, in capitals.
    var mechanism: String { get }
    /// What is said first; nil if the server begins.
    mutating func initialResponse() -> [UInt8]?
    /// The answer to a challenge; nil cancels the exchange.
    mutating func respond(to challenge: [UInt8]) async -> [UInt8]?
    /// Whether the server may say that it has succeeded now: false if it has not proved yet what it must prove.
    var mayEnd: Bool { get }
}

/// Signs in with a name and a password: PLAIN (RFC 4616), else LOGIN.
public struct PasswordAuthenticator: Authenticator {
    private let name: String
    private let password: String
    private let allowsPlaintext: Bool

    /// That name and password. With `allowsPlaintext` they also go over connections that are not encrypted.
    public init(name: String, password: String, allowsPlaintext: Bool = false) {
        self.name = name
        self.password = password
        self.allowsPlaintext = allowsPlaintext
    }

    /// Begins PLAIN or LOGIN.
    public func begin(_ mechanisms: [String], isEncrypted: Bool) -> (any AuthenticationExchange)? {
        guard isEncrypted || allowsPlaintext else { return nil }
        if mechanisms.contains("PLAIN") { return Plain(name: name, password: password) }
        if mechanisms.contains("LOGIN") { return Login(answers: [name, password]) }
        return nil
    }

    private struct Plain: AuthenticationExchange {
        let name: String
        let password: String
        var mechanism: String { "PLAIN" }
        var mayEnd: Bool { true }

        mutating func initialResponse() -> [UInt8]? { [0] + Array(name.utf8) + [0] + Array(password.utf8) }

        mutating func respond(to challenge: [UInt8]) -> [UInt8]? { nil }
    }

    /// The server asks for the name, then for the password, in whatever words.
    private struct Login: AuthenticationExchange {
        var answers: [String]
        var mechanism: String { "LOGIN" }
        var mayEnd: Bool { answers.isEmpty }

        mutating func initialResponse() -> [UInt8]? { nil }

        mutating func respond(to challenge: [UInt8]) -> [UInt8]? {
            answers.isEmpty ? nil : Array(answers.removeFirst().utf8)
        }
    }
}
