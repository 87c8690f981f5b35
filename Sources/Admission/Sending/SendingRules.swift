public import Directory
public import Store
internal import Synchronization
public import World

/// Decides what an account may send, for every door at which one can: how much, in whose name, and whether at all.
///
/// What an account did is counted in memory and kept in the store, so that a restart forgets little of it: it is written
/// with the first message, and then when a twentieth of a limit or a minute is over, not with each recipient.
/// Each node counts what came through it.
public final class SendingRules: Sendable {
    /// Tells an account's owner that it may not send any more; false if that did not work.
    public typealias Notify = @Sendable (Account, Suspension) async -> Bool

    private static let partitions: UInt64 = 64
    private static let remembered = 50_000
    /// Seconds after which counts are stored again.
    private static let saveAfter: Int64 = 60

    let settings: SendingSettings
    let directory: any Directory
    /// Which accounts may not send.
    public let suspensions: SuspensionStore
    private let store: any RowStore
    private let node: String
    let world: World
    let log: Log
    private let notify: Notify
    private let rates: RateCounter<UInt64>
    private let counts = Mutex(RecentCache<UInt64, SendingCounts>(limit: SendingRules.remembered))

    /// Rules for the accounts of `directory`.
    ///
    /// - Parameters:
    ///   - settings: what they may.
    ///   - directory: which addresses are whose.
    ///   - store: where counts and suspensions are kept.
    ///   - node: the name under which this node's counts are kept.
    ///   - world: time and chance.
    ///   - log: what is told of refusals and suspensions.
    ///   - notify: tells an owner.
    public init(
        settings: SendingSettings,
        directory: any Directory,
        store: any RowStore,
        node: String,
        world: World,
        log: Log,
        notify: @escaping Notify
    ) {
        self.settings = settings
        self.directory = directory
        suspensions = SuspensionStore(store: store, world: world)
        self.store = store
        self.node = node
        self.world = world
        self.log = log
        self.notify = notify
        rates = RateCounter(settings.rates, in: settings.window)
    }

    /// Octets of a header section that `complete` looks through.
    public var headerLimit: Int { settings.headerLimit }

    // MARK: Before a message

    /// Whether `address` is the account's own: the one it signs in with, with any tag, or an alias for it alone.
    public func owns(_ address: MailAddress, _ account: Account) async throws(DirectoryError) -> Bool {
        if address == account.address { return true }
        guard case .accounts(let accounts) = try await directory.resolve(address) else { return false }
        return accounts.count == 1 && accounts[0].number == account.number
    }

    /// Notes from where an account sends.
    private func watch(_ account: Account, from network: String) async {
        guard settings.signs.networks > 0, await load(account) else { return }
        let now = world.now().seconds
        let networks = change(account) { $0.come(from: network, at: now) }
        guard networks > settings.signs.networks else { return }
        await suspend(account, "it sent from \(networks) networks within an hour", by: .service)
    }

    /// Counts one more of what an account does in a short time; nil if that is not too much.
    public func admit(_ what: WritableKeyPath<RateLimits, Int>, of account: Account) -> SendingRefusal? {
        rates.admit(what, of: account.number, at: world.uptime()) ? nil : refuse(.rate, account)
    }

    /// Begins a message that comes from `network` (see `Network.Address`): the account may send, and has not sent too many.
    /// What the ticket counts is given back if it is dropped before it is used.
    public func begin(for account: Account, from network: String) async -> Result<SendingTicket, SendingRefusal> {
        await watch(account, from: network)
        do throws(StoreError) {
            if let suspension = try await suspensions.suspension(of: account.number) {
                if !suspension.isNoticed { await tell(account, suspension) }
                return .failure(refuse(.suspended(suspension), account))
            }
        } catch {
            log(.error, "sending.store-failed", [("cause", "\(error)")])
            return .failure(.unavailable)
        }
        if let refusal = admit(\.messages, of: account) { return .failure(refusal) }
        guard await load(account) else { return .failure(.unavailable) }
        return .success(SendingTicket(self, account))
    }

    func refuse(_ refusal: SendingRefusal, _ account: Account) -> SendingRefusal {
        log(.notice, refusal.event, [("account", "\(account.address)"), ("reason", "\(refusal)")])
        return refusal
    }

    // MARK: What a ticket tells

    /// Takes one more recipient, unless that is too many.
    func reserve(for account: Account) async -> SendingRefusal? {
        if let refusal = admit(\.recipients, of: account) { return refusal }
        let now = world.now().seconds
        let settings = settings
        let (refusal, attempts) = change(account) { counts -> (SendingRefusal?, Int) in
            counts.attempts.add(1, at: now)
            counts.asked.add(1, at: now)
            let attempts = counts.attempts.total(at: now)
            let reserved = counts.reserved
            if settings.hourly > 0, counts.hourly.total(at: now) + reserved >= settings.hourly {
                let wait = counts.hourly.wait(for: max(1, settings.hourly - reserved), at: now)
                return (.hourly(limit: settings.hourly, seconds: max(1, wait)), attempts)
            }
            if settings.daily > 0, counts.daily.total(at: now) + reserved >= settings.daily {
                let wait = counts.daily.wait(for: max(1, settings.daily - reserved), at: now)
                return (.daily(limit: settings.daily, seconds: max(1, wait)), attempts)
            }
            counts.reserved += 1
            return (nil, attempts)
        }
        guard let refusal else { return nil }
        let factor = settings.signs.overLimitFactor
        if factor > 0, settings.hourly > 0, attempts > factor * settings.hourly {
            await suspend(account, "it tried to send to \(attempts) recipients within an hour", by: .service)
        }
        return refuse(refusal, account)
    }

    /// The recipients of a message that was not sent.
    func release(_ recipients: Int, of account: Account) {
        change(account) { $0.reserved = max(0, $0.reserved - recipients) }
    }

    /// The recipients of a message that was sent.
    func use(_ recipients: Int, of account: Account) async {
        let now = world.now().seconds
        let share = settings.savedShare
        let octets = change(account) { counts -> [UInt8]? in
            counts.reserved = max(0, counts.reserved - recipients)
            counts.hourly.add(recipients, at: now)
            counts.daily.add(recipients, at: now)
            counts.unsaved += recipients
            guard counts.unsaved >= share || now - counts.savedAt >= Self.saveAfter else { return nil }
            counts.unsaved = 0
            counts.savedAt = now
            return counts.octets
        }
        // Without a limit nothing depends on what was counted.
        guard let octets, settings.keepsCounts else { return }
        await save(octets, of: account)
    }

    /// Recipients do not exist, or sent a message back after it was taken; complaints about it count the same.
    public func didFail(_ recipients: Int, of account: Account) async {
        guard settings.signs.refusedPercent > 0, await load(account) else { return }
        let now = world.now().seconds
        let (refused, asked) = change(account) { counts -> (Int, Int) in
            counts.refused.add(recipients, at: now)
            return (counts.refused.total(at: now), counts.asked.total(at: now))
        }
        let signs = settings.signs
        guard asked >= signs.refusedAfter, refused * 100 >= signs.refusedPercent * asked else { return }
        await suspend(account, "\(refused) of its \(asked) recipients within a day do not exist", by: .service)
    }

    // MARK: Suspension

    /// Suspends an account and tells its owner; durable on return, unless the store fails, which is logged. False then.
    @discardableResult
    public func suspend(_ account: Account, _ reason: String, by author: Suspension.Author) async -> Bool {
        let suspension = Suspension(since: world.now(), reason: reason, author: author)
        do throws(StoreError) {
            guard try await suspensions.put(suspension, for: account.number) else { return true }
        } catch {
            log(.error, "sending.store-failed", [("cause", "\(error)")])
            return false
        }
        log(
            .notice,
            "sending.suspended",
            [("account", "\(account.address)"), ("by", author.rawValue), ("reason", suspension.reason)]
        )
        await tell(account, suspension)
        return true
    }

    /// Lets an account send again, and forgets what it did; false if it could send before.
    public func resume(_ account: Account) async throws(StoreError) -> Bool {
        let wasSuspended = try await suspensions.remove(account.number)
        counts.withLock { $0.remove(account.number) }
        await save(SendingCounts().octets, of: account)
        if wasSuspended { log(.notice, "sending.resumed", [("account", "\(account.address)")]) }
        return wasSuspended
    }

    private func tell(_ account: Account, _ suspension: Suspension) async {
        guard await notify(account, suspension) else { return }
        do throws(StoreError) { try await suspensions.setNoticed(suspension, of: account.number) } catch {
            // It is told again with the next message.
            log(.error, "sending.store-failed", [("cause", "\(error)")])
        }
    }

    // MARK: Counts

    @discardableResult
    private func change<Value>(_ account: Account, _ body: (inout SendingCounts) -> Value) -> Value {
        counts.withLock { cache in
            var counts = cache.value(account.number) ?? SendingCounts()
            let value = body(&counts)
            cache.insert(counts, for: account.number)
            return value
        }
    }

    /// Makes sure that what the store knows is in memory; false if the store failed.
    private func load(_ account: Account) async -> Bool {
        guard settings.keepsCounts, counts.withLock({ $0.value(account.number) }) == nil else { return true }
        do throws(StoreError) {
            let found = try await store.read(Self.partition(of: account), [key(account)])
            counts.withLock { cache in
                guard cache.value(account.number) == nil else { return }
                cache.insert(SendingCounts(found.values[0]), for: account.number)
            }
            return true
        } catch {
            log(.error, "sending.store-failed", [("cause", "\(error)")])
            return false
        }
    }

    private func save(_ octets: [UInt8], of account: Account) async {
        let operation = OperationID(high: world.random(), low: world.random())
        do throws(StoreError) {
            let write = Write.put(key(account), octets)
            _ = try await store.commit(Self.partition(of: account), expecting: nil, [write], operation: operation)
        } catch {
            log(.error, "sending.store-failed", [("cause", "\(error)")])
        }
    }

    private func key(_ account: Account) -> RowKey { SuspensionStore.key(account.number) + Array(node.utf8) }

    private static func partition(of account: Account) -> Partition {
        Partition("sending/\(account.number % partitions)")
    }
}

extension SendingSettings {
    /// Whether anything depends on what was counted before.
    fileprivate var keepsCounts: Bool {
        hourly > 0 || daily > 0 || signs.refusedPercent > 0 || signs.networks > 0
    }

    /// Recipients after which counts are stored again: what a crash lets an account have beyond its limit.
    fileprivate var savedShare: Int { max(1, [hourly, daily].filter { $0 > 0 }.min().map { $0 / 20 } ?? 50) }
}
