public import Directory
internal import Synchronization

/// A message of an account that is on its way in, and its recipients as far as they are counted.
public final class SendingTicket: Sendable {
    private let rules: SendingRules
    /// Whose message it is.
    public let account: Account
    private let reserved = Mutex(0)

    init(_ rules: SendingRules, _ account: Account) {
        self.rules = rules
        self.account = account
    }

    deinit { rules.release(reserved.withLock { $0 }, of: account) }

    /// Counts one more recipient, before it is known whether it exists; nil if that is not too many.
    public func addRecipient() async -> SendingRefusal? {
        if let refusal = await rules.reserve(for: account) { return refusal }
        reserved.withLock { $0 += 1 }
        return nil
    }

    /// The recipient that was added last does not exist.
    public func recipientFailed() async {
        let had = reserved.withLock { reserved -> Int in
            defer { reserved = max(0, reserved - 1) }
            return min(reserved, 1)
        }
        rules.release(had, of: account)
        await rules.didFail(1, of: account)
    }

    /// The recipient that was added last was not taken, for a reason that is not the account's.
    public func recipientDeferred() {
        let had = reserved.withLock { reserved -> Int in
            defer { reserved = max(0, reserved - 1) }
            return min(reserved, 1)
        }
        rules.release(had, of: account)
    }

    /// The message was sent to all recipients that were added.
    public func use() async {
        let count = reserved.withLock { reserved -> Int in
            defer { reserved = 0 }
            return reserved
        }
        await rules.use(count, of: account)
    }
}
