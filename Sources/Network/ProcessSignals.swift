internal import CSystem
internal import Synchronization

/// The signals by which the system, or whoever runs the service, speaks to the process.
public final class ProcessSignals: EventSource {
    /// One of them.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// SIGHUP: read the certificates again.
        case hangup = 1
        /// SIGINT: stop.
        case interrupt = 2
        /// SIGTERM: stop.
        case terminate = 15
    }

    private struct State {
        var pending: [Kind] = []
        var waiter: (@Sendable () -> Void)?
        var isStopped = false
    }

    private let kinds: [Kind]
    private let loop: EventLoop
    private let pipe: (read: Int32, write: Int32)
    private let state = Mutex(State())

    /// From now on the signals of `kinds` no longer end the process but are given by `next`. One object at a time can
    /// have them.
    public init(_ kinds: [Kind] = Kind.allCases, on loop: EventLoop) {
        self.kinds = kinds
        self.loop = loop
        var reading: Int32 = -1
        var writing: Int32 = -1
        let status = unsafe portico_pipe(&reading, &writing)
        precondition(status == 0, "no descriptor left for signals")
        pipe = (read: reading, write: writing)
        signalPipe.store(pipe.write, ordering: .sequentiallyConsistent)
        for kind in kinds { portico_handle_signal(Int32(kind.rawValue), writeToSignalPipe) }
        loop.execute { [self] in
            try? loop.add(self, descriptor: pipe.read, events: EPOLLIN.rawValue | EPOLLET.rawValue)
            becameReady(0)
        }
    }

    /// The next signal that comes, or came since the last one was taken; nil after `stop`. For one task.
    public func next() async -> Kind? {
        while true {
            let (kind, isStopped): (Kind?, Bool) = state.withLock { state in
                (state.pending.isEmpty ? nil : state.pending.removeFirst(), state.isStopped)
            }
            if kind != nil || isStopped { return kind }
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.pending.isEmpty, !state.isStopped else { return true }
                    state.waiter = { continuation.resume() }
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
    }

    /// Gives the signals their usual meaning back and ends `next`.
    public func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard isFirst else { return }
        for kind in kinds { portico_reset_signal(Int32(kind.rawValue)) }
        signalPipe.store(-1, ordering: .sequentiallyConsistent)
        wake()
        loop.execute { [self] in
            loop.remove(descriptor: pipe.read)
            portico_close(pipe.read)
            portico_close(pipe.write)
        }
    }

    private func wake() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?()
    }

    func becameReady(_ events: UInt32) {
        var octet: UInt8 = 0
        while unsafe read(pipe.read, &octet, 1) == 1 {
            guard let kind = Kind(rawValue: octet) else { continue }
            state.withLock { $0.pending.append(kind) }
        }
        wake()
    }

    func timerFired() {}
    func poked() {}
}

/// Where the handler writes the number of the signal; -1 for nowhere.
private let signalPipe = Atomic<Int32>(-1)

/// Runs in the middle of anything: may only do what is safe there.
private func writeToSignalPipe(_ number: Int32) {
    let pipe = signalPipe.load(ordering: .relaxed)
    if pipe >= 0 { portico_write_octet(pipe, UInt8(truncatingIfNeeded: number)) }
}
