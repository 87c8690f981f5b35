internal import Synchronization
internal import World

extension SMTPDoor {
    /// What is asked of other servers before any content, at the port for them. Nothing, unless it is configured.
    public struct Policy: Hashable, Sendable {
        /// For how long a peer is watched before it is greeted: who speaks first is no mail server. RFC 5321 §3.1.
        public var greetDelay = Duration.zero
        /// For how long the following are counted together.
        public var window = Duration.seconds(60)
        /// Sessions of one network (see `Network.Address.network`); 0 for any number.
        public var sessions = 0
        /// Messages of one network; 0 for any number.
        public var messages = 0
        /// Recipients of one network, those that were refused too; 0 for any number.
        public var recipients = 0

        /// Everybody may do everything.
        public init() {}
    }
}

/// Counts what each network does. Bounded: when there are too many networks, those not heard of for longest are forgotten.
final class NetworkRates: Sendable {
    /// What is counted.
    enum Event {
        case session
        case message
        case recipient
    }

    private struct Counts {
        var sessions = 0
        var messages = 0
        var recipients = 0
        var ends: Instant
    }

    private static let networks = 100_000
    private let policy: SMTPDoor.Policy
    private let counts = Mutex(RecentCache<String, Counts>(limit: NetworkRates.networks))

    init(_ policy: SMTPDoor.Policy) { self.policy = policy }

    /// Counts one more; false if that is too many. Where there is no limit, nothing is looked at.
    func admit(
        _ event: Event,
        from network: @autoclosure () -> String,
        at now: @autoclosure () -> Instant
    ) -> Bool {
        guard limit(of: event) > 0 else { return true }
        let (network, now) = (network(), now())
        return counts.withLock { cache in
            var counts = Counts(ends: now + policy.window)
            if let known = cache.value(network), now < known.ends { counts = known }
            let count: Int
            switch event {
            case .session:
                counts.sessions += 1
                count = counts.sessions
            case .message:
                counts.messages += 1
                count = counts.messages
            case .recipient:
                counts.recipients += 1
                count = counts.recipients
            }
            cache.insert(counts, for: network)
            return count <= limit(of: event)
        }
    }

    private func limit(of event: Event) -> Int {
        switch event {
        case .session: policy.sessions
        case .message: policy.messages
        case .recipient: policy.recipients
        }
    }
}
