internal import Synchronization

/// The running sessions of one listener: whom a stopping server tells, then waits for.
final class Sessions: Sendable {
    private struct Session {
        var task: Task<Void, Never>?
        var transport: TCPTransport?
    }

    private struct State {
        var next: UInt64 = 0
        var sessions: [UInt64: Session] = [:]
        var isCancelled = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.sessions.count } }

    /// A number for a session that is about to start.
    func add() -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.sessions[state.next] = Session()
            return state.next
        }
    }

    /// Remembers the task of session `id`, if that has not ended already.
    func started(_ id: UInt64, _ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            guard state.sessions[id] != nil else { return false }
            state.sessions[id]?.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func connected(_ id: UInt64, _ transport: TCPTransport) {
        state.withLock { $0.sessions[id]?.transport = transport }
    }

    func ended(_ id: UInt64) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.sessions[id] = nil
            guard state.sessions.isEmpty else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Makes every session that waits look again at what it waits for.
    func pokeAll() {
        let transports = state.withLock { $0.sessions.values.compactMap(\.transport) }
        for transport in transports { transport.loop.poke(transport) }
    }

    /// Cancels every session, also those that only start now.
    func cancelAll() {
        let tasks = state.withLock { state in
            state.isCancelled = true
            return state.sessions.values.compactMap(\.task)
        }
        for task in tasks { task.cancel() }
    }

    /// Returns once no session is left.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.sessions.isEmpty { state.waiters.append(continuation) }
                return state.sessions.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }
}
