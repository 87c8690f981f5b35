public import Queue

extension WebDoor {
    /// What administrators see and change beside their own mailbox.
    public struct Administration: Sendable {
        /// The addresses of accounts that are administrators.
        public var administrators: Set<String>
        /// Mail on its way; without it there are only events.
        public var queue: MailQueue?
        /// How often each event happened since the service started, by name.
        public var events: @Sendable () -> [(name: String, count: Int)]

        /// For accounts with one of the addresses in `administrators`.
        public init(
            administrators: Set<String>,
            queue: MailQueue?,
            events: @escaping @Sendable () -> [(name: String, count: Int)]
        ) {
            self.administrators = administrators
            self.queue = queue
            self.events = events
        }
    }
}
