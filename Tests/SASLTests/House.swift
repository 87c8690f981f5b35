import Cryptography
import Directory
import SASL
import Synchronization
import World

/// A directory of one account, which notes what it is asked.
final class OneAccount: Directory {
    static let name = "user@x.test"
    static let password = "pencil"

    struct Events {
        var begun: [SignIn] = []
        var ended: [SignIn.Proof] = []
        var checked: [SignIn] = []
        var isThrottling = false
    }

    let events = Mutex(Events())
    let account = Account(number: 7, address: MailAddress(localPart: "user", domain: "x.test"), name: "")
    let keys: [HashFunction: ScramKeys]
    let unknown: ScramKeys

    init() throws {
        let salt = Array("0123456789abcdef".utf8)
        var keys: [HashFunction: ScramKeys] = [:]
        for hash in HashFunction.allCases {
            keys[hash] = try ScramKeys(of: Array(Self.password.utf8), salt: salt, iterations: 4096, hash)
        }
        self.keys = keys
        unknown = ScramKeys(
            salt: Array("fedcba9876543210".utf8),
            iterations: 4096,
            storedKey: [UInt8](repeating: 1, count: 32),
            serverKey: [UInt8](repeating: 2, count: 32)
        )
    }

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        MailAddress(name) == account.address && password == Array(Self.password.utf8) ? account : nil
    }

    func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        if events.withLock({
            $0.checked.append(signIn); return $0.isThrottling
        }) {
            throw .tooManyFailures(wait: .seconds(9))
        }
        return try await authenticate(signIn.name, password: password).map { Principal(account: $0) }
    }

    func begin(_ signIn: SignIn) async throws(DirectoryError) {
        if events.withLock({
            $0.begun.append(signIn); return $0.isThrottling
        }) {
            throw .tooManyFailures(wait: .seconds(9))
        }
    }

    func scramKeys(of name: String, _ hash: HashFunction) async throws(DirectoryError) -> ScramKeys {
        guard MailAddress(name) == account.address, let keys = keys[hash] else {
            var unknown = unknown
            unknown.storedKey = [UInt8](repeating: 1, count: hash.count)
            unknown.serverKey = [UInt8](repeating: 2, count: hash.count)
            return unknown
        }
        return keys
    }

    func end(_ signIn: SignIn, _ proof: SignIn.Proof) async throws(DirectoryError) -> Principal? {
        events.withLock { $0.ended.append(proof) }
        guard MailAddress(signIn.name) == account.address else { return nil }
        switch proof {
        case .failure: return nil
        case .password, .keys: return Principal(account: account)
        case .credential(let permissions): return Principal(account: account, permissions: permissions)
        }
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        address == account.address ? .accounts([account]) : .unknown
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { number == 7 ? account : nil }
}

/// A service that has every mechanism which works here, and the directory behind it.
struct House {
    static let pool = BlockingPool(threads: 2)
    let directory: OneAccount
    let service: SASLService

    init(_ change: (inout SASLService.Configuration) -> Void = { _ in }) throws {
        directory = try OneAccount()
        var configuration = SASLService.Configuration(hostname: "mx.test")
        configuration.mechanisms = [
            .scramSHA1, .scramSHA256, .scramSHA512, .external, .plain, .login,
        ]
        change(&configuration)
        service = try SASLService(configuration, directory: directory, pool: Self.pool, log: .none)
    }

    /// A connection with TLS, whose bindings are known.
    static var encrypted: SASLPeer {
        var peer = SASLPeer(service: .imap, address: "192.0.2.1", network: "192.0.2.1")
        peer.isEncrypted = true
        peer.binding = { ["tls-exporter", "tls-server-end-point"].contains($0) ? Array($0.utf8) : nil }
        return peer
    }
}

extension SASLExchange.Outcome {
    var challenge: [UInt8]? { if case .challenge(let octets) = self { octets } else { nil } }
    var account: UInt64? { if case .success(let principal) = self { principal.account.number } else { nil } }

    /// The outcome in a word.
    var word: String {
        switch self {
        case .challenge: "challenge"
        case .success: "success"
        case .failure(.unknownMechanism): "unknownMechanism"
        case .failure(.needsEncryption): "needsEncryption"
        case .failure(.malformed): "malformed"
        case .failure(.refused): "refused"
        case .failure(.throttled): "throttled"
        case .failure(.unavailable): "unavailable"
        }
    }
}
