internal import Glibc
internal import Octets
internal import Synchronization
public import World

/// How often each event happened since the service started.
final class EventCounters: Sendable {
    /// By the address of the name: events are literals, so nothing is hashed but a number. The same name at two places
    /// of the code may have two addresses; they are added up when somebody asks.
    private let counts = Mutex<[UInt: (name: StaticString, count: Int)]>([:])

    func count(_ event: StaticString) {
        // The address is a key only; nothing is read through it. A literal of one scalar has none, and is no event name.
        guard event.hasPointerRepresentation else { return }
        let place = unsafe UInt(bitPattern: event.utf8Start)
        counts.withLock { $0[place, default: (event, 0)].count += 1 }
    }

    /// By name.
    var all: [(name: String, count: Int)] {
        var sums: [String: Int] = [:]
        for entry in counts.withLock({ $0.values.map { (name: $0.name, count: $0.count) } }) {
            sums[entry.name.description, default: 0] += entry.count
        }
        return sums.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
    }
}

/// Writes events as lines of `name=value` (logfmt) to standard error, and counts them.
///
/// Lines are gathered and written by one thread, so that no session waits for the terminal; while it cannot keep up,
/// lines beyond `bufferLimit` octets are dropped and their number is logged.
public final class EventLog: Sendable {
    /// Octets that may be waiting to be written.
    static let bufferLimit = 4 << 20
    /// How long lines may be gathered, in microseconds.
    static let gatherTime: UInt32 = 10_000

    private struct State {
        var buffer: [UInt8] = []
        var dropped = 0
        var isWriting = false
        var isClosed = false
    }

    private let world: World
    private let threshold: Log.Level
    let counters = EventCounters()
    private let state = Mutex(State())
    private let condition = Condition()

    /// A log of events from `threshold` up. All events are counted.
    public init(threshold: Log.Level, world: World) {
        self.world = world
        self.threshold = threshold
        startThread { [self] in work() }
    }

    /// What the floors below report to.
    public var log: Log {
        Log(threshold: threshold, counting: { [counters] in counters.count($0) }) { [self] level, event, fields in
            append(EventLog.line(world.now(), level, event.description, fields))
        }
    }

    /// Writes what is left. Nothing is written after it.
    public func close() {
        state.withLock { $0.isClosed = true }
        condition.broadcast()
        while state.withLock({ !$0.buffer.isEmpty || $0.isWriting }) { usleep(1000) }
    }

    private func append(_ line: String) {
        let isFirst = state.withLock { state in
            guard !state.isClosed, state.buffer.count < EventLog.bufferLimit else {
                state.dropped += 1
                return false
            }
            defer { state.buffer.append(contentsOf: line.utf8) }
            return state.buffer.isEmpty
        }
        if isFirst { condition.signal() }
    }

    private func work() {
        while true {
            condition.lock()
            while state.withLock({ $0.buffer.isEmpty && !$0.isClosed }) { condition.wait() }
            condition.unlock()
            if !state.withLock({ $0.isClosed }) { usleep(EventLog.gatherTime) }
            let (octets, dropped, isClosed) = state.withLock { state in
                defer {
                    state.buffer = []
                    state.dropped = 0
                    state.isWriting = true
                }
                return (state.buffer, state.dropped, state.isClosed)
            }
            EventLog.write(octets)
            if dropped > 0 {
                EventLog.write(
                    Array(EventLog.line(world.now(), .error, "log.dropped", [("lines", "\(dropped)")]).utf8)
                )
            }
            state.withLock { $0.isWriting = false }
            if isClosed { return }
        }
    }

    private static func write(_ octets: [UInt8]) {
        var rest = octets
        while !rest.isEmpty {
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe Glibc.write(STDERR_FILENO, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    static func line(_ time: Timestamp, _ level: Log.Level, _ event: String, _ fields: [Log.Field]) -> String {
        var line = "time=\(rfc3339(time)) level=\(level) event=\(event)"
        for field in fields { line += " \(field.name)=\(value(field.value))" }
        return line + "\n"
    }

    /// A value as it stands in a line: in quotes if anything could be mistaken.
    private static func value(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
        return isPlain ? text : AdministrationClient.quoted(text)
    }

    /// `2026-11-21T08:15:00.123Z`. RFC 3339 §5.6.
    static func rfc3339(_ time: Timestamp) -> String {
        let milliseconds = ((time.milliseconds % 1000) + 1000) % 1000
        let date = DateTime(secondsSince1970: (time.milliseconds - milliseconds) / 1000)
        let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        let second = "\(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))"
        return "\(day)T\(second).\(padded(Int(milliseconds), 3))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
