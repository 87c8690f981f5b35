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

    private let read: @Sendable () -> (stamp: String, octets: @Sendable () -> [UInt8]?)?
    private let rules: TokenRules
    private let world: World
    private let state = Mutex(State())

    /// Tokens that follow `rules`, signed by the keys of a JWK Set (RFC 7517 §5).
    ///
    /// - Parameters:
    ///   - rules: what is asked of the claims.
    ///   - world: whose clock says whether a token is still good.
    ///   - read: gives a word that changes when the file does, and its octets if they are asked for; nil if it cannot be
    ///     read. It is called every 10 seconds at most.
    public init(
        _ rules: TokenRules,
        world: World,
        read: @escaping @Sendable () -> (stamp: String, octets: @Sendable () -> [UInt8]?)?
    ) {
        self.rules = rules
        self.world = world
        self.read = read
    }

    /// A signature is checked each time: that takes a tenth of a millisecond.
    public func account(of token: String) async -> TokenAnswer {
        guard let token = JSONWebToken(parsing: token) else { return .refused("not a signed token") }
        guard let keys = currentKeys() else { return .unavailable("there are no keys to check tokens by") }
        guard token.isSigned(by: keys) else { return .refused("signed by nobody who is known") }
        switch rules.account(token.claims, now: world.now(), requiresExpiry: true) {
        case .success(let found): return .account(found.account)
        case .failure(let fault): return .refused(fault.reason)
        }
    }

    /// A file that cannot be read, or holds no keys, leaves the ones that were read before.
    private func currentKeys() -> JSONWebKeys? {
        state.withLock { state in
            let now = world.uptime()
            if let last = state.lastLook, now - last < Self.interval { return state.keys }
            state.lastLook = now
            guard let file = read(), file.stamp != state.stamp, let octets = file.octets(),
                let keys = JSONWebKeys(parsing: octets), !keys.keys.isEmpty
            else { return state.keys }
            state.keys = keys
            state.stamp = file.stamp
            return keys
        }
    }
}
