extension WebDoor {
    /// What may differ between REST listeners.
    public struct Configuration: Sendable {
        /// Whether passwords and tokens may be sent without TLS: for loopback only.
        public var allowsPlaintextLogin = false
        /// How long a whole request head may take, from its first octet or, on a new connection, from the start.
        public var headTime: Duration = .seconds(10)
        /// How long a connection may stay open between two requests.
        public var idleTime: Duration = .seconds(60)
        /// How long a body may take, besides what `bodyRate` allows.
        public var bodyTime: Duration = .seconds(10)
        /// Octets of a body that must arrive in a second.
        public var bodyRate = 4 << 10
        /// How long the peer may take to take a piece of an answer, some 256 KiB at most or all of one in JSON.
        public var sendTime: Duration = .seconds(60)
        /// Octets of the body of a message's submission.
        public var bodyLimit = 10 << 20
        /// How long a token is good.
        public var tokenTime: Duration = .seconds(24 * 60 * 60)
        /// Tokens of one account; the oldest ends when there would be more.
        public var tokensPerAccount = 32
        /// Tokens in all.
        public var tokens = 100_000
        /// Failed logins on one connection before it is closed.
        public var failedLogins = 3
        /// How long the answer to a failed login is held back.
        public var failedLoginDelay: Duration = .seconds(1)
        /// Recipients of one message.
        public var recipients = 100

        /// The defaults: nothing without TLS.
        public init() {}
    }
}
