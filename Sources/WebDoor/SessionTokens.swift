internal import Directory
internal import Octets
internal import Synchronization
internal import World

/// Who holds which bearer token. RFC 6750.
///
/// A token is 256 random bits, so guessing is hopeless; a table that hashes with a secret of the process's own gives
/// nothing away by the time a look-up takes.
final class SessionTokens: Sendable {
    fileprivate struct Holder {
        var principal: Principal
        var ends: Timestamp
    }

    fileprivate struct State {
        var holders: [String: Holder] = [:]
        /// Tokens of each account, oldest first.
        var tokens: [UInt64: [String]] = [:]
    }

    private let state = Mutex(State())
    private let perAccount: Int
    private let inAll: Int

    init(perAccount: Int, inAll: Int) {
        self.perAccount = perAccount
        self.inAll = inAll
    }

    /// A new token, good until `end`; nil if there are too many in all.
    func issue(to principal: Principal, until end: Timestamp, world: World) -> String? {
        let token = String(decoding: urlBase64(world.randomOctets(32)), as: UTF8.self)
        let now = world.now()
        let account = principal.account.number
        return state.withLock { state -> String? in
            if state.holders.count >= inAll { state.forgetExpired(now) }
            guard state.holders.count < inAll else { return nil }
            while let oldest = state.tokens[account]?.first,
                state.tokens[account, default: []].count >= perAccount
            {
                state.forget(oldest)
            }
            state.holders[token] = Holder(principal: principal, ends: end)
            state.tokens[account, default: []].append(token)
            return token
        }
    }

    /// Who holds `token`; nil if nobody does, or no longer.
    func holder(of token: String, at now: Timestamp) -> Principal? {
        state.withLock { state -> Principal? in
            guard let holder = state.holders[token] else { return nil }
            guard now < holder.ends else {
                state.forget(token)
                return nil
            }
            return holder.principal
        }
    }

    /// Ends a token.
    func revoke(_ token: String) { state.withLock { $0.forget(token) } }
}

extension SessionTokens.State {
    fileprivate mutating func forget(_ token: String) {
        guard let holder = holders.removeValue(forKey: token) else { return }
        tokens[holder.principal.account.number]?.removeAll { $0 == token }
        if tokens[holder.principal.account.number]?.isEmpty == true { tokens[holder.principal.account.number] = nil }
    }

    fileprivate mutating func forgetExpired(_ now: Timestamp) {
        for (token, holder) in holders where holder.ends <= now { forget(token) }
    }
}

/// Base64 with the alphabet for URLs, without padding. RFC 4648 §5.
private func urlBase64(_ octets: [UInt8]) -> [UInt8] {
    Base64.encode(octets.span).compactMap { octet -> UInt8? in
        switch octet {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: octet
        }
    }
}
