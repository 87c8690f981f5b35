internal import Store
internal import Synchronization
internal import World

/// The one place in the process where an account changes.
///
/// Operations that come while a commit is under way wait for the next one and share it: a busy account makes fewer, larger
/// commits instead of conflicts. There is no task of its own: one of those that wait leads a batch and then hands over.
final class AccountWriter: Sendable {
    private struct Inner {
        var state: AccountState?
        var pending: [any Operation] = []
        var isLed = false
        var observers: [Int: Observer] = [:]
        var nextObserver = 0
        var isMaildropLocked = false
    }

    private struct Observer {
        var scope: ObservationScope
        var user: AccountID
        var handler: @Sendable () -> Void
    }

    /// Operations that one commit carries at most.
    private static let batchLimit = 64
    /// How often a commit that met another node's is tried again.
    private static let conflictLimit = 16

    let account: AccountID
    let store: any Store
    private let world: World
    private let inner = Mutex(Inner())

    init(account: AccountID, store: any Store, world: World) {
        self.account = account
        self.store = store
        self.world = world
    }

    // MARK: Reading

    /// The account as the last commit left it; one scan if it is cold.
    func state() async throws(MailboxError) -> AccountState {
        if let state = inner.withLock({ $0.state }), !state.isNew { return state }
        return try await perform { draft throws(MailboxError) in draft.current }
    }

    /// Octets of memory that the account takes, about.
    var memory: Int { inner.withLock { $0.state }?.memory ?? 0 }

    private func load() async throws(StoreError) -> AccountState {
        if let state = inner.withLock({ $0.state }) { return state }
        var state = AccountState(version: Version(0), head: Head(), folders: [:], names: [], isNew: true)
        var uncounted: [FolderID] = []
        var range = Keys.account
        while true {
            let page = try await store.scan(Keys.partition(account), range, limit: 8192, order: .ascending)
            do throws(DamagedRow) {
                for index in 0..<page.count { try AccountWriter.read(page, index, into: &state, &uncounted) }
            } catch {
                throw .corrupt("account \(account)")
            }
            if range.lower != Keys.head, page.version != state.version { return try await load() }
            state.version = page.version
            guard page.isCut, page.count > 0 else { break }
            range.lower = page.key(page.count - 1) + [0]
        }
        for id in uncounted {
            guard try await count(id, &state) else { return try await load() }
        }
        return state
    }

    /// Reads a folder that a former version wrote, for what that did not count; returns false if it changed meanwhile.
    private func count(_ id: FolderID, _ state: inout AccountState) async throws(StoreError) -> Bool {
        guard let known = state.folders[id] else { return true }
        let loaded = try await Block.load(id, of: account, from: store)
        guard loaded.versions.allSatisfy({ $0 == state.version }) else { return false }
        var edit = FolderEdit(known)
        edit.load(loaded.table)
        edit.countDeleted()
        state.folders[id] = edit.state
        return true
    }

    private static func read(
        _ page: Page,
        _ index: Int,
        into state: inout AccountState,
        _ uncounted: inout [FolderID]
    ) throws(DamagedRow) {
        let key = page.keyRange(index)
        switch Table(rawValue: page.octets[key.lowerBound]) {
        case .head:
            state.head = try Head(page.value(index))
            state.isNew = false
        case .folder:
            let id = FolderID(try page.octets.bigEndian(at: key.lowerBound + 1, as: UInt32.self))
            let row = try FolderRow(id: id, page.value(index))
            // With no closed block behind it, the open one is the whole folder.
            let isWhole = row.folder.total == row.open.count
            var table = MessageTable()
            table.setChunk(row.folder.uidNext / MessageTable.span, row.open)
            state.folders[id] = FolderState(
                folder: row.folder,
                open: row.open,
                table: isWhole ? table : nil,
                expunged: row.expunged
            )
            if !row.isCounted { uncounted.append(id) }
        case .names: state.names = try NamesRow.names(page.value(index))
        case .setting: try state.settings.read(page.key(index), page.value(index))
        default: throw DamagedRow()
        }
    }

    // MARK: Writing

    /// Runs `body` on the account's next commit and returns what it returned, once that is durable.
    ///
    /// `body` may run more than once, if another node changed the account meanwhile.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (inout Draft) async throws(MailboxError) -> Value
    ) async throws(MailboxError) -> Value {
        let ticket = Ticket(body)
        let leads = inner.withLock { inner in
            inner.pending.append(ticket)
            defer { inner.isLed = true }
            return !inner.isLed
        }
        if !leads, case .done = await ticket.baton.turn() { return try ticket.result() }
        let batch = inner.withLock { inner in
            let batch = Array(inner.pending.prefix(AccountWriter.batchLimit))
            inner.pending.removeFirst(batch.count)
            return batch
        }
        await commit(batch[...])
        for other in batch where other !== ticket { other.baton.take(.done) }
        let next: (any Operation)? = inner.withLock { inner in
            inner.isLed = !inner.pending.isEmpty
            return inner.pending.first
        }
        next?.baton.take(.lead)
        return try ticket.result()
    }

    private func commit(_ batch: ArraySlice<any Operation>) async {
        let operation = OperationID(high: world.random(), low: world.random())
        for _ in 0..<AccountWriter.conflictLimit {
            do throws(StoreError) {
                var draft = Draft(account: account, store: store, now: world.now(), state: try await load())
                for operation in batch {
                    let before = draft
                    if await operation.run(on: &draft) { draft.endOperation() } else { draft.takeBack(to: before) }
                }
                try await commit(draft, operation)
                return
            } catch {
                inner.withLock { $0.state = nil }
                if case .conflict = error { continue }
                if case .tooLarge = error, batch.count > 1 {
                    // Together they were, or one of them is.
                    let middle = batch.startIndex + batch.count / 2
                    await commit(batch[..<middle])
                    return await commit(batch[middle...])
                }
                for operation in batch { operation.fail(.store(error)) }
                return
            }
        }
        for operation in batch { operation.fail(.store(StoreError.conflict(Version(0)))) }
    }

    private func commit(_ draft: Draft, _ operation: OperationID) async throws(StoreError) {
        guard !draft.isStale else { throw .conflict(draft.state.version) }
        guard !draft.isClean else { return install(draft, draft.state.version) }
        var draft = draft
        try await draft.foldLog()
        guard !draft.isStale else { throw .conflict(draft.state.version) }
        let writes = draft.allWrites()
        var version: Version?
        var attempts = 0
        while version == nil {
            do throws(StoreError) {
                version = try await store.commit(
                    Keys.partition(account),
                    expecting: draft.state.version,
                    writes,
                    operation: operation
                )
            } catch {
                // Perhaps it was applied: the same name again is the same as once, unless others came between.
                guard case .unknown = error, attempts < 5 else { throw error }
                attempts += 1
                version = try? await store.version(of: operation, in: Keys.partition(account))
            }
        }
        guard let version else { return }
        install(draft, version)
        notify(draft.touched, draft.opened)
        for blob in draft.released { await release(blob) }
    }

    /// Makes what was committed what readers see. A session may have claimed recent messages meanwhile.
    private func install(_ draft: Draft, _ version: Version) {
        inner.withLock { inner in
            var state = draft.state
            state.version = version
            state.isNew = false
            if let folders = inner.state?.folders { state.folders = folders }
            for id in draft.touched {
                guard let new = draft.folderState(id) else {
                    state.folders[id] = nil
                    continue
                }
                let claimed = state.folders[id]?.folder.firstRecent ?? 1
                state.folders[id] = claimed > new.folder.firstRecent ? new.with(firstRecent: claimed) : new
            }
            inner.state = state
        }
    }

    /// Takes the messages of a folder that no session has seen; returns the first of their UIDs. Written with the
    /// folder's next commit: if the process dies before, they are recent once more, as RFC 3501 §2.3.2 allows.
    func claimRecent(in id: FolderID) -> UID? {
        inner.withLock { inner in
            guard let state = inner.state?.folders[id] else { return nil }
            let first = state.folder.firstRecent
            guard first < state.folder.uidNext else { return first }
            inner.state?.folders[id] = state.with(firstRecent: state.folder.uidNext)
            return first
        }
    }

    // MARK: Blobs

    /// Lets a blob go, after the commit that removed the last row naming it here. If this fails, the blob stays unused.
    private func release(_ blob: ReleasedBlob) async {
        do throws(StoreError) {
            if blob.isShared {
                try await SharedBlob.release(blob.id, from: CollectionOfOne(account), store, world)
            } else {
                try await store.delete(BlobID(blob.id))
            }
        } catch {
            // An unused blob costs room, nothing else.
        }
    }

    // MARK: Observers

    /// Tells `user` of what they may see.
    func observe(
        _ scope: ObservationScope,
        by user: AccountID,
        _ handler: @escaping @Sendable () -> Void
    ) -> Observation {
        let number = inner.withLock { inner in
            inner.nextObserver += 1
            inner.observers[inner.nextObserver] = Observer(scope: scope, user: user, handler: handler)
            return inner.nextObserver
        }
        return Observation { [self] in inner.withLock { _ = $0.observers.removeValue(forKey: number) } }
    }

    private func notify(_ touched: Set<FolderID>, _ opened: Set<FolderID>) {
        let handlers = inner.withLock { inner in
            inner.observers.values.filter { observer in
                if case .folder(let id) = observer.scope, !touched.contains(id) { return false }
                guard observer.user != account, let state = inner.state else { return true }
                let isSeen = { (id: FolderID) in
                    opened.contains(id) || id.number > 0 && state.folders[id] == nil
                        || state.rights(of: observer.user, in: id, owner: self.account).contains(.lookup)
                }
                if case .folder(let id) = observer.scope { return isSeen(id) }
                return touched.contains(where: isSeen)
            }.map(\.handler)
        }
        for handler in handlers { handler() }
    }

    func lockMaildrop() -> MaildropLock? {
        let isMine = inner.withLock { inner in
            defer { inner.isMaildropLocked = true }
            return !inner.isMaildropLocked
        }
        guard isMine else { return nil }
        return MaildropLock { [self] in inner.withLock { $0.isMaildropLocked = false } }
    }
}
