internal import Synchronization

/// A bell that any thread may ring and one session may wait for beside its socket: new mail for IDLE, say.
///
/// Ringing it twice before it is heard is the same as once.
public final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var waiter: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// A silent one.
    public init() {}

    /// Rings. May be called from any thread; wakes the session that waits, if one does.
    public func raise() {
        let waiter = state.withLock { state in
            state.isRaised = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?()
    }

    /// Whether it was rung since it was last heard; hears it.
    public func take() -> Bool {
        state.withLock { state in
            defer { state.isRaised = false }
            return state.isRaised
        }
    }

    /// Whether it was rung since it was last heard; does not hear it.
    public var isRaised: Bool { state.withLock { $0.isRaised } }

    /// For transports: calls `wake` once, from any thread, at the next `raise`. Returns false, and keeps nothing, if the
    /// signal is already raised.
    public func onRaise(_ wake: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.isRaised else { return false }
            state.waiter = wake
            return true
        }
    }

    /// For transports: forgets what `onRaise` kept.
    public func forget() { state.withLock { $0.waiter = nil } }
}
