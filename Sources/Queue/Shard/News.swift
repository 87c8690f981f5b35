internal import Synchronization
internal import World

/// What this process knows beside the store: who wants to hear of work, and which destinations failed just now in any
/// shard. All of it may be lost.
final class News: Sendable {
    /// What a commit did that others want to know.
    struct Event: Sendable {
        /// Jobs may be taken that could not before.
        var hasWork = false
        /// Destinations that failed, and until when they are held.
        var down: [(lane: LaneID, until: Timestamp, failures: Int, reply: String)] = []
        /// Destinations that answered, of which some was said before.
        var up: [LaneID] = []
    }

    struct Failure: Sendable {
        var until: Timestamp
        var failures: Int
        var reply: String
    }

    private struct State {
        var handlers: [Int: @Sendable () -> Void] = [:]
        var nextHandler = 0
        var down = RecentCache<LaneID, Failure>(limit: 8192)
    }

    private let state = Mutex(State())

    func tell(_ event: Event) {
        guard event.hasWork || !event.down.isEmpty || !event.up.isEmpty else { return }
        let handlers = state.withLock { state in
            for (lane, until, failures, reply) in event.down {
                state.down.insert(Failure(until: until, failures: failures, reply: reply), for: lane)
            }
            for lane in event.up { state.down.remove(lane) }
            return event.hasWork ? Array(state.handlers.values) : []
        }
        for handler in handlers { handler() }
    }

    /// How `lane` failed in another shard, if it is held for that after `now`.
    func failure(of lane: LaneID, after now: Timestamp) -> Failure? {
        state.withLock { state in
            guard let failure = state.down.value(lane), failure.until > now else { return nil }
            return failure
        }
    }

    func add(_ handler: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.nextHandler += 1
            state.handlers[state.nextHandler] = handler
            return state.nextHandler
        }
    }

    func remove(_ number: Int) { state.withLock { _ = $0.handlers.removeValue(forKey: number) } }
}
