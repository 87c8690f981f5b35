internal import Synchronization

/// Of many who wait for the next commit of a partition, one leads: it commits for all who came until then, tells them, and
/// hands the lead on. One who waits has a baton, by which it is woken.
public final class Baton: Sendable {
    /// Why one who waits is woken.
    public enum Turn: Sendable {
        /// Its operation was committed, or failed.
        case done
        /// It leads the next batch, its own operation among it.
        case lead
    }

    private struct State {
        var turn: Turn?
        var waiter: CheckedContinuation<Turn, Never>?
    }

    private let state = Mutex(State())

    /// For one who waits.
    public init() {}

    /// Wakes the one who waits, or who will. Once.
    public func take(_ turn: Turn) {
        let waiter = state.withLock { state in
            if state.waiter == nil { state.turn = turn }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: turn)
    }

    /// Waits until it is woken.
    public func turn() async -> Turn {
        await withCheckedContinuation { continuation in
            let turn = state.withLock { state in
                if state.turn == nil { state.waiter = continuation }
                return state.turn
            }
            if let turn { continuation.resume(returning: turn) }
        }
    }
}
