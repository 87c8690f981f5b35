public import World

extension StrictTransport {
    /// What is known of the policy of one domain, and what to look for next (RFC 8461 §3.3, §5.1).
    ///
    /// A policy that was fetched counts until its time is over, whatever becomes of the record and the host meanwhile:
    /// else whoever can suppress these could turn it off (§10.2). It is looked for again when the record has another id,
    /// and once a day, so that it does not end unnoticed.
    ///
    /// ```
    /// need --> .record --> sawRecord --> need --> .policy(id) --> fetched
    ///      --> .nothing                                +--> failed
    /// ```
    public struct State: Hashable, Sendable {
        /// What is to be done before the policy is applied.
        public enum Need: Hashable, Sendable {
            /// Nothing: what is known will do.
            case nothing
            /// The TXT record has to be looked up.
            case record
            /// The policy has to be fetched, for the record with that id.
            case policy(id: String)
        }

        /// A policy and when it came.
        public struct Fetched: Hashable, Sendable {
            /// The policy.
            public var policy: Policy
            /// The id of the record for which it was fetched.
            public var id: String
            /// When.
            public var moment: Timestamp

            /// A policy that came at that moment.
            public init(policy: Policy, id: String, moment: Timestamp) {
                self.policy = policy
                self.id = id
                self.moment = moment
            }
        }

        /// The policy that was fetched last; to be kept where it survives a restart.
        public private(set) var fetched: Fetched?
        /// The id that the record had when it was looked at last; nil if there was none.
        private var id: String?
        private var recordMoment: Timestamp?
        private var failedID: String?
        private var failedMoment: Timestamp?

        /// How long the record is believed before it is looked up again. The resolver remembers it too.
        public static let recordAge = Duration.seconds(300)
        /// A policy is fetched again after that time, even if the record has not changed.
        public static let refreshAge = Duration.seconds(86_400)
        /// After a failure the same version is not fetched for that time (§3.3 has five minutes or more).
        public static let failureAge = Duration.seconds(300)

        /// Knows nothing but, if there is one, the policy that was kept.
        public init(fetched: Fetched? = nil) { self.fetched = fetched }

        /// What to look for now.
        ///
        /// - Parameters:
        ///   - now: the time now.
        ///   - failure: when mail failed because of the policy, and would fail for good: a record that was looked at
        ///     before is looked at again, the policy may have been changed since (§5.1).
        /// - Returns: one thing; asked again once that was told, there may be another.
        public func need(at now: Timestamp, after failure: Timestamp? = nil) -> Need {
            guard let recordMoment, !Self.isOver(Self.recordAge, since: recordMoment, at: now),
                recordMoment >= failure ?? recordMoment
            else { return .record }
            guard let id else { return .nothing }
            if failedID == id, let failedMoment, !Self.isOver(Self.failureAge, since: failedMoment, at: now) {
                return .nothing
            }
            if let fetched, fetched.id == id, policy(at: now) != nil,
                !Self.isOver(Self.refreshAge, since: fetched.moment, at: now)
            {
                return .nothing
            }
            return .policy(id: id)
        }

        /// The record was looked up. Nil if there is none; if it could not be found out, this is not called.
        public mutating func sawRecord(_ record: Record?, at now: Timestamp) {
            id = record?.id
            recordMoment = now
        }

        /// The policy was fetched, from a host with a good certificate.
        public mutating func fetched(_ policy: Policy, id: String, at now: Timestamp) {
            fetched = Fetched(policy: policy, id: id, moment: now)
            (failedID, failedMoment) = (nil, nil)
        }

        /// The policy could not be fetched, or was none.
        public mutating func failed(id: String, at now: Timestamp) {
            (failedID, failedMoment) = (id, now)
        }

        /// The policy that counts now; nil if there is none, or its time is over.
        public func policy(at now: Timestamp) -> Policy? {
            guard let fetched, !Self.isOver(.seconds(fetched.policy.maximumAge), since: fetched.moment, at: now) else {
                return nil
            }
            return fetched.policy
        }

        /// Whether the state can be forgotten: it holds no policy that counts.
        public func isEmpty(at now: Timestamp) -> Bool { policy(at: now) == nil }

        /// A clock that was set back must not make anything last longer than it may.
        private static func isOver(_ age: Duration, since moment: Timestamp, at now: Timestamp) -> Bool {
            let (passed, overflows) = now.milliseconds.subtractingReportingOverflow(moment.milliseconds)
            return overflows || passed < 0 || passed >= age.components.seconds * 1000
        }
    }
}
