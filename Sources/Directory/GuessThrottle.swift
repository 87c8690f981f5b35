internal import Synchronization
public import World

/// Counts wrong passwords at all doors together, so that guessing many takes for ever and nobody is locked out by it.
///
/// Three things are counted within a window: what a network got wrong, what it got wrong of one name, and what all got
/// wrong of that name. A network that is over its limit waits. One that signed in to an account lately may go on signing
/// in to it, whatever its neighbours behind the same address do. An account that many guess at stays open to everybody,
/// but a network that it does not know has `attemptsUnderAttack` only: so its owner always gets in from a new place.
///
/// The same wrong password again is no other guess: a telephone that still has the old one, and tries it every minute, keeps
/// nobody out who is behind the same address.
///
/// It is kept in memory, bounded: when it is full, what was not used for longest is forgotten.
public final class GuessThrottle: Sendable {
    /// How many wrong passwords, of whom, in what time.
    public struct Limits: Hashable, Sendable {
        /// For how long wrong passwords are counted together.
        public var window = Duration.seconds(600)
        /// From one network, of whatever names.
        public var failuresPerNetwork = 50
        /// From one network, of one name.
        public var failuresPerName = 10
        /// Of one name from everywhere; beyond, it is under attack.
        public var failuresUnderAttack = 100
        /// Of one name that is under attack, from a network that did not sign in to it lately.
        public var attemptsUnderAttack = 2
        /// Networks, names, and pairs of them that are remembered, of each.
        public var remembered = 100_000

        /// The usual limits.
        public init() {}
    }

    /// An attempt that was let through. It counts once its password is known to be wrong: a client may sign in on many
    /// connections at a time. So whoever guesses on many gets as many more looked at, once in a window, as are checked at
    /// a time.
    public struct Attempt: Sendable {
        fileprivate let pair: Pair
    }

    /// A name, and who says it.
    fileprivate struct Pair: Hashable {
        var name: String
        var network: String
    }

    private struct Count {
        var failures = 0
        /// What was guessed, of one name from one network: as many as failures at most.
        var guesses: [UInt64] = []
        var ends: Instant
    }

    private struct Counts {
        var networks: RecentCache<String, Count>
        var names: RecentCache<String, Count>
        var pairs: RecentCache<Pair, Count>
        /// Who signed in to what.
        var known: RecentCache<Pair, Void>
    }

    private let limits: Limits
    private let counts: Mutex<Counts>

    /// A throttle that has seen nothing.
    public init(limits: Limits = Limits()) {
        self.limits = limits
        counts = Mutex(
            Counts(
                networks: RecentCache(limit: limits.remembered),
                names: RecentCache(limit: limits.remembered),
                pairs: RecentCache(limit: limits.remembered),
                known: RecentCache(limit: limits.remembered)
            )
        )
    }

    /// Lets an attempt through, before its password is looked at; or says how long to wait.
    ///
    /// - Parameters:
    ///   - name: the name that is signed in with, in lower case.
    ///   - network: whom it comes from, as `Network.Address.network` tells networks apart.
    ///   - now: the moment.
    /// - Returns: what `succeed` or `fail` is told when more is known; else `.tooManyFailures`.
    public func admit(_ name: String, from network: String, at now: Instant) -> Result<Attempt, DirectoryError> {
        let pair = Pair(name: name, network: network)
        return counts.withLock { counts in
            let isKnown = counts.known.value(pair) != nil
            let ofNetwork = current(counts.networks.value(network), at: now)
            let ofName = current(counts.names.value(name), at: now)
            let ofPair = current(counts.pairs.value(pair), at: now)
            let isAttacked = !isKnown && ofName.failures >= limits.failuresUnderAttack
            let limit = isAttacked ? min(limits.attemptsUnderAttack, limits.failuresPerName) : limits.failuresPerName
            if ofPair.failures >= limit { return .failure(.tooManyFailures(wait: ofPair.ends - now)) }
            if !isKnown, ofNetwork.failures >= limits.failuresPerNetwork {
                return .failure(.tooManyFailures(wait: ofNetwork.ends - now))
            }
            return .success(Attempt(pair: pair))
        }
    }

    /// The attempt's password was right: its network is known from now on, and what it got wrong of that name before is
    /// forgotten.
    public func succeed(_ attempt: Attempt) {
        counts.withLock { counts in
            counts.pairs.remove(attempt.pair)
            counts.known.insert((), for: attempt.pair)
        }
    }

    /// The attempt's password was wrong.
    ///
    /// - Parameters:
    ///   - attempt: what `admit` returned.
    ///   - guess: a keyed digest of the password, by which the same one is known again; nil if nobody knows what it was.
    ///   - now: the moment.
    public func fail(_ attempt: Attempt, guess: UInt64? = nil, at now: Instant) {
        func more(_ count: Count?) -> Count {
            var count = current(count, at: now)
            count.failures += 1
            return count
        }
        let pair = attempt.pair
        counts.withLock { counts in
            var ofPair = more(counts.pairs.value(pair))
            if let guess {
                if ofPair.guesses.contains(guess) { return }
                ofPair.guesses.append(guess)
            }
            counts.networks.insert(more(counts.networks.value(pair.network)), for: pair.network)
            counts.names.insert(more(counts.names.value(pair.name)), for: pair.name)
            counts.pairs.insert(ofPair, for: pair)
        }
    }

    /// The count as far as its time is not over.
    private func current(_ count: Count?, at now: Instant) -> Count {
        if let count, now < count.ends { count } else { Count(ends: now + limits.window) }
    }
}
