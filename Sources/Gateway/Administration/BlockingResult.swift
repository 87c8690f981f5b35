internal import Synchronization
internal import World

/// A text that one task makes while a thread, which is no executor's, waits for it.
final class BlockingResult: Sendable {
    private let text = Mutex<String?>(nil)
    private let condition = Condition()

    func finish(_ text: String) {
        self.text.withLock { $0 = text }
        condition.broadcast()
    }

    func wait() -> String {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let text = text.withLock({ $0 }) { return text }
            condition.wait()
        }
    }
}
