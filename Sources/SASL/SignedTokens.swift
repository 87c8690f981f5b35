internal import Cryptography
internal import Octets
internal import Synchronization
public import World

/// Checks tokens that are JSON Web Tokens by the keys in a file. RFC 9068 is such a form of them.
public final class SignedTokens: TokenChecker {
    private struct State {
        var keys: JSONWebKeys?
        /// What the file said of itself when it was read.
        var stamp: String?
        var lastLook: Instant?
    }

    /// How often it is looked whether the file has changed.
    private static let interval = Duration.seconds(10)

    /// Gives the file's octets and a word that changes when the file does, unless that word is the one it is told.
    public typealias Read = @Sendable (_ known: String?) async -> (stamp: String, octets: [UInt8])?

    private let read: Read
    private let rules: TokenRules
    private let world: World
    private let state = Mutex(State())

    /// Tokens that follow `rules`, signed by the keys of a JWK Set (RFC 7517 §5), which `read` reads. It is asked every
    /// 10 seconds at most. `world`'s clock says whether a token is still good.
    public init(_ rules: TokenRules, world: World, read: @escaping Read) {
        self.rules = rules
        self.world = world
        self.read = read
    }

    /// A signature is checked each time: that takes a tenth of a millisecond.
    public func account(of token: String) async -> TokenAnswer {
        guard let token = JSONWebToken(parsing: token) else { return .refused("not a signed token") }
        if isDue() { await refresh() }
        guard let keys = state.withLock({ $0.keys }) else {
            return .unavailable("there are no keys to check tokens by")
        }
        guard token.isSigned(by: keys) else { return .refused("signed by nobody who is known") }
        switch rules.account(token.claims, now: world.now(), requiresExpiry: true) {
        case .success(let found): return .account(found.account)
        case .failure(let fault): return .refused(fault.reason)
        }
    }

    private func isDue() -> Bool {
        let now = world.uptime()
        return state.withLock { state in
            if let last = state.lastLook, now - last < Self.interval { return false }
            state.lastLook = now
            return true
        }
    }

    /// Looks whether the file has changed. One that cannot be read, or holds no keys, leaves those that were read before.
    ///
    /// - Returns: whether there are keys.
    @discardableResult
    public func refresh() async -> Bool {
        if let file = await read(state.withLock { $0.stamp }) {
            let keys = JSONWebKeys(parsing: file.octets)
            state.withLock { state in
                state.stamp = file.stamp
                if let keys, !keys.keys.isEmpty { state.keys = keys }
            }
        }
        return state.withLock { $0.keys != nil }
    }
}
