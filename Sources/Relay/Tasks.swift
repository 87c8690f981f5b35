internal import Network
internal import Synchronization

/// Tasks that run by themselves: cancelled together, and waited for.
final class Tasks: Sendable {
    private struct State {
        var next: UInt64 = 0
        var tasks: [UInt64: Task<Void, Never>?] = [:]
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Starts a task on a loop; after `cancel` it begins cancelled.
    func start(on loop: EventLoop, _ body: @escaping @Sendable () async -> Void) {
        let number = state.withLock { state in
            state.next += 1
            state.tasks[state.next] = .some(nil)
            return state.next
        }
        let task = Task(executorPreference: loop) { [self] in
            await body()
            state.withLock { _ = $0.tasks.removeValue(forKey: number) }
        }
        let isCancelled = state.withLock { state in
            if state.tasks[number] != nil { state.tasks[number] = task }
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func cancel() {
        let tasks = state.withLock { state in
            state.isCancelled = true
            return state.tasks.values.compactMap(\.self)
        }
        for task in tasks { task.cancel() }
    }

    /// Until none runs.
    func wait() async {
        while true {
            let tasks = state.withLock { state in state.tasks.values.compactMap(\.self) }
            let isEmpty = state.withLock { $0.tasks.isEmpty }
            if isEmpty { return }
            for task in tasks { await task.value }
            if tasks.isEmpty { await Task.yield() }
        }
    }
}
