internal import Synchronization
internal import World

/// Something that a loop does after a while, unless it is cancelled before.
public final class LoopTimer: EventSource {
    private enum State {
        case waiting(@Sendable () -> Void)
        case over
    }

    private let loop: EventLoop
    private let state: Mutex<State>
    /// Set and read on the loop's thread.
    private let id = Mutex<TimerWheel<any EventSource>.ID?>(nil)

    fileprivate init(loop: EventLoop, body: @escaping @Sendable () -> Void) {
        self.loop = loop
        state = Mutex(.waiting(body))
    }

    fileprivate func arm(at deadline: Instant) {
        guard case .waiting = state.withLock({ $0 }) else { return }
        id.withLock { $0 = loop.addTimer(self, at: deadline) }
    }

    /// Makes sure that the body does not run, if it has not begun to. May be called from any thread.
    public func cancel() {
        guard take() != nil else { return }
        if loop.isCurrent { poked() } else { loop.poke(self) }
    }

    /// The body, for whoever asks first.
    private func take() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard case .waiting(let body) = state else { return nil }
            state = .over
            return body
        }
    }

    fileprivate func fire() { take()?() }

    func timerFired() { fire() }

    func becameReady(_ events: UInt32) {}

    func poked() {
        let id = id.withLock { id in
            defer { id = nil }
            return id
        }
        if let id { loop.cancelTimer(id) }
    }
}

extension EventLoop {
    /// Runs `body` on the loop's thread once `duration` has passed. May be called from any thread.
    @discardableResult
    public func schedule(after duration: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        let timer = LoopTimer(loop: self, body: body)
        let deadline = uptime + duration
        if isCurrent { timer.arm(at: deadline) } else { execute { timer.arm(at: deadline) } }
        return timer
    }

    /// Returns once `duration` has passed, or at once when the task is cancelled.
    public func sleep(_ duration: Duration) async { await wait(for: Signal(), upTo: duration) }

    /// Returns once the signal is raised or `duration` has passed, or at once when the task is cancelled; hears the signal.
    public func wait(for signal: Signal, upTo duration: Duration) async {
        let timer = schedule(after: duration) { signal.raise() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !signal.onRaise({ continuation.resume() }) { continuation.resume() }
            }
        } onCancel: {
            signal.raise()
        }
        timer.cancel()
        _ = signal.take()
    }
}
