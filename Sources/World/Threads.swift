internal import CSystem

/// Starts a thread of its own that runs `body` to its end.
public func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Body(run: body)).toOpaque()
    // A thread that cannot be started at start-up leaves a service that can do nothing.
    let status = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            // The box was retained for this thread alone, just above.
            if let argument = unsafe argument { unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        },
        box
    )
    precondition(status == 0, "cannot start a thread")
    pthread_detach(thread)
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

/// A lock to sleep under until another thread signals.
@safe public final class Condition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// An unlocked one.
    public init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Takes the lock.
    public func lock() { unsafe pthread_mutex_lock(mutex) }
    /// Gives the lock back.
    public func unlock() { unsafe pthread_mutex_unlock(mutex) }
    /// Gives the lock back, sleeps until signalled, takes the lock again. May wake without reason.
    public func wait() { unsafe pthread_cond_wait(condition, mutex) }
    /// Wakes one sleeper, if any.
    public func signal() {
        lock()
        unsafe pthread_cond_signal(condition)
        unlock()
    }
    /// Wakes every sleeper.
    public func broadcast() {
        lock()
        unsafe pthread_cond_broadcast(condition)
        unlock()
    }
}
