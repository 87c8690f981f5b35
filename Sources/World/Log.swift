/// Where the service says what it did: one line for one event, with named fields. Secrets never go in.
///
/// An event's name is also the name of its counter, so whatever is logged can be watched.
public struct Log: Sendable {
    /// How much an event matters to whoever runs the service.
    public enum Level: Int, Sendable, Comparable {
        /// What happens all day: sessions, deliveries.
        case info
        /// A peer did something it should not, or something was refused.
        case notice
        /// Something of ours failed; the service goes on.
        case error

        /// Whether `left` matters less.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A named value of an event.
    public typealias Field = (name: StaticString, value: String)

    private let count: (@Sendable (StaticString) -> Void)?
    private let sink: @Sendable (Level, StaticString, [Field]) -> Void
    /// Events below it are dropped before their fields are made.
    public let threshold: Level

    /// A log whose events go to `sink`, from any thread. All of them, dropped or not, are counted by `count`.
    public init(
        threshold: Level = .info,
        counting count: (@Sendable (StaticString) -> Void)? = nil,
        _ sink: @escaping @Sendable (Level, StaticString, [Field]) -> Void
    ) {
        self.threshold = threshold
        self.count = count
        self.sink = sink
    }

    /// A log that keeps nothing.
    public static let none = Log(threshold: .error) { _, _, _ in }

    /// Reports `event`, named in lower case with dots (`smtp.refused`).
    public func callAsFunction(_ level: Level, _ event: StaticString, _ fields: @autoclosure () -> [Field] = []) {
        count?(event)
        guard level >= threshold else { return }
        sink(level, event, fields())
    }
}
