public import World

/// How fast to send from one address to one provider: as configured, and slower once it was asked for. It halves at each
/// refusal, and comes back little by little while messages are taken.
public struct Pace: Hashable, Sendable {
    /// As configured.
    public let shaping: Provider.Shaping
    /// Connections at a time.
    public private(set) var concurrency: Int
    /// Messages on one connection.
    public private(set) var messagesPerConnection: Int
    /// The time between two messages.
    public private(set) var interval: Duration
    /// Until when nothing is sent; nil if something may be.
    public private(set) var pausedUntil: Timestamp?
    /// Messages that were taken since the last change.
    private var taken = 0

    /// The longest time between two messages.
    public static let longestInterval = Duration.seconds(600)
    /// Messages that must be taken before it gets a step faster.
    public static let step = 20

    /// As configured.
    public init(_ shaping: Provider.Shaping) {
        self.shaping = shaping
        concurrency = shaping.concurrency
        messagesPerConnection = shaping.messagesPerConnection
        interval = shaping.interval
    }

    /// The server asked to go slower.
    ///
    /// Several messages on their way are refused for one reason: while it is paused already, only a longer pause counts.
    public mutating func slow(_ hint: RateHint, at now: Timestamp) {
        let until = now + hint.pause
        let isPaused = pausedUntil.map { $0 > now } ?? false
        pausedUntil = max(pausedUntil ?? until, until)
        taken = 0
        guard !isPaused else { return }
        concurrency = max(1, min(hint.concurrency ?? concurrency, concurrency / 2))
        messagesPerConnection = max(1, min(hint.messagesPerConnection ?? messagesPerConnection, messagesPerConnection))
        interval = min(max(interval * 2, .milliseconds(200)), Self.longestInterval)
    }

    /// A message was taken.
    public mutating func succeed(at now: Timestamp) {
        if let until = pausedUntil, until <= now { pausedUntil = nil }
        taken += 1
        guard taken >= Self.step else { return }
        taken = 0
        concurrency = min(concurrency + 1, shaping.concurrency)
        messagesPerConnection = min(messagesPerConnection * 2, shaping.messagesPerConnection)
        interval = max(interval * 3 / 4, shaping.interval)
    }
}
