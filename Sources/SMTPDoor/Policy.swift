extension SMTPDoor {
    /// What is asked of other servers before the first word, at the port for them. More asks the gatekeeper.
    public struct Policy: Hashable, Sendable {
        /// For how long a peer is watched before it is greeted: who speaks first is no mail server. RFC 5321 §3.1.
        public var greetDelay = Duration.zero

        /// Everybody may do everything.
        public init() {}
    }
}
