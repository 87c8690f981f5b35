internal import Charset
public import MIME
public import Store
internal import Synchronization
public import World

/// The mailboxes of all accounts, on any store engine. Each account is one partition.
public final class StoreMailboxService: MailboxService {
    /// What may be set.
    public struct Configuration: Sendable {
        /// What an account may use unless `setQuota` says otherwise.
        public var quota = QuotaLimits(annotations: 16 << 20)
        /// Text about the service for its users: the shared annotation `/comment` of every account. RFC 5464 §6.2.1.
        public var comment: String?
        /// How to reach who runs the service, a URI: the shared annotation `/admin` of every account. RFC 5464 §6.2.1.
        public var administrator: String?
        /// Octets of memory, about, that accounts nobody is using at the moment may keep.
        public var cacheOctets = 32 << 20
        /// Octets of messages on their way in, of all sessions together, that are kept in memory. Beyond it, messages of
        /// more than 4 KiB go to blobs as they come, however small they turn out to be.
        public var incomingOctets = 64 << 20
        /// Reads the text that lists and previews show of messages as they come.
        public var charsets: any CharsetDecoder = SystemCharsets()

        /// No quota but for annotations, a cache of 64 MiB, as much for messages on their way in, the system's charsets.
        public init() {}
    }

    let store: any Store
    private let world: World
    private let configuration: Configuration
    private let accounts: AccountCache
    /// Octets of messages on their way in that are in memory.
    private let incoming = Atomic(0)

    /// Mailboxes kept in `store`.
    public init(store: any Store, world: World, configuration: Configuration = Configuration()) {
        self.store = store
        self.world = world
        self.configuration = configuration
        accounts = AccountCache(octets: configuration.cacheOctets)
    }

    /// One scan if the account is cold, none if it is warm.
    public func open(_ account: AccountID) async throws(MailboxError) -> any Mailbox {
        try await openStore(account)
    }

    func openStore(_ account: AccountID) async throws(MailboxError) -> StoreMailbox {
        let writer = writer(of: account)
        let state = try await writer.state()
        accounts.use(writer) { state.memory }
        return StoreMailbox(
            writer: writer,
            store: store,
            accounts: accounts,
            quota: quota,
            service: self,
            charsets: charsets
        )
    }

    /// Kept in memory up to the engine's inline limit, beyond it in a blob.
    public func receive() async throws(MailboxError) -> any IncomingMessage {
        StoreIncomingMessage(service: self, store: store, world: world)
    }

    /// Notes that messages on their way in take `octets` more memory; returns whether there is room.
    func hold(_ octets: Int) -> Bool {
        incoming.add(octets, ordering: .relaxed).newValue <= configuration.incomingOctets
    }

    /// Files into an account that need not be open, and keeps it warm.
    func perform<Value: Sendable>(
        on account: AccountID,
        _ body: @escaping @Sendable (inout Draft) async throws(MailboxError) -> Value
    ) async throws(MailboxError) -> Value {
        let writer = writer(of: account)
        let value = try await writer.perform(body)
        accounts.use(writer) { writer.memory }
        return value
    }

    private func writer(of account: AccountID) -> AccountWriter {
        accounts.writer(of: account) { AccountWriter(account: account, store: store, world: world) }
    }

    var quota: QuotaLimits { configuration.quota }

    var charsets: any CharsetDecoder { configuration.charsets }

    func newOperation() -> OperationID { OperationID(high: world.random(), low: world.random()) }

    /// The shared annotations of every account: the configuration's.
    var annotations: [Annotation] {
        let values: [(AnnotationName, String?)] = [
            (.comment, configuration.comment), (.admin, configuration.administrator),
        ]
        return values.compactMap { name, value in value.map { Annotation(name, Array($0.utf8)) } }
    }
}

extension AccountState {
    /// Octets of memory, about.
    var memory: Int {
        folders.values.reduce(400 + settings.memory) { sum, state in
            sum + 320 + state.open.capacity * MemoryLayout<MessageEntry>.stride
                + (state.table?.count ?? 0) * MemoryLayout<MessageEntry>.stride
        }
    }
}

/// The accounts in memory: every one that a session holds, and of the others those used last, up to a size.
///
/// An account must be in memory once only, or its observers would miss changes: the dictionary knows it for as long as
/// anybody has it.
final class AccountCache: Sendable {
    private struct Known {
        weak var writer: AccountWriter?
        /// The place in the queue of its latest use, counted from 1.
        var use = 0
    }

    private struct State {
        var known: [AccountID: Known] = [:]
        var queue: [(writer: AccountWriter, octets: Int)] = []
        /// Places of the queue that were given up.
        var dropped = 0
        var octets = 0
        var sweepAt = 1024
    }

    private let state = Mutex(State())
    private let limit: Int

    init(octets limit: Int) { self.limit = limit }

    func writer(of account: AccountID, make: () -> AccountWriter) -> AccountWriter {
        state.withLock { state in
            if let writer = state.known[account]?.writer { return writer }
            if state.known.count >= state.sweepAt {
                state.known = state.known.filter { $0.value.writer != nil }
                state.sweepAt = max(1024, state.known.count * 2)
            }
            let writer = make()
            state.known[account] = Known(writer: writer)
            return writer
        }
    }

    /// Notes that an account was used, and how large it is; lets the longest unused go. With `hasGrown`, its size is
    /// asked for even if it was used a moment ago.
    func use(_ writer: AccountWriter, hasGrown: Bool = false, octets: () -> Int) {
        // What is let go is released after the lock is.
        var letGo: [AccountWriter] = []
        state.withLock { state in
            let place = state.known[writer.account]?.use ?? 0
            // In the newer half of the queue already: to queue it again would gain nothing.
            if place > state.dropped + state.queue.count / 2 {
                guard hasGrown else { return }
                let octets = octets()
                state.octets += octets - state.queue[place - state.dropped - 1].octets
                state.queue[place - state.dropped - 1].octets = octets
            } else {
                let octets = octets()
                state.queue.append((writer, octets))
                state.octets += octets
                state.known[writer.account]?.use = state.dropped + state.queue.count
            }
            guard state.octets > limit else { return }
            // An eighth at a time, so that the queue moves up seldom.
            var count = 0
            while state.octets > limit / 8 * 7, count < state.queue.count - 1 {
                state.octets -= state.queue[count].octets
                letGo.append(state.queue[count].writer)
                count += 1
            }
            guard count > 0 else { return }
            state.queue.removeFirst(count)
            state.dropped += count
        }
    }
}
