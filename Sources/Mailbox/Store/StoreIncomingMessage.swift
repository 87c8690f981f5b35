internal import MIME
internal import Store
internal import Synchronization
internal import World

/// A message on its way in: scanned as it comes, kept in memory up to the engine's inline limit, and beyond it in a blob.
final class StoreIncomingMessage: IncomingMessage {
    private struct State {
        var scanner = MessageScanner()
        var prepared: Preparation?
        var octets: [UInt8] = []
        /// The first octets, once the others are in the blob.
        var head: [UInt8] = []
        var size = 0
        var blob: (id: [UInt8], writer: any BlobWriter)?
        /// Whom `share` named.
        var sharers: Set<AccountID> = []
        /// Accounts that have the message, or may have it: the engine did not say.
        var filed: Set<AccountID> = []
    }

    private let service: StoreMailboxService
    private let store: any Store
    private let world: World
    /// Calls do not overlap, but for `file`, which only reads what is behind it.
    private let state = Mutex(State())

    init(service: StoreMailboxService, store: any Store, world: World) {
        self.service = service
        self.store = store
        self.world = world
    }

    deinit { state.withLock { _ = letGo(&$0) } }

    /// With no room in memory, larger messages go to blobs.
    private static let leastBlob = 4 << 10

    /// Takes out what is in memory.
    private func letGo(_ state: inout State) -> [UInt8] {
        _ = service.hold(-state.octets.count)
        defer { state.octets = [] }
        return state.octets
    }

    var size: Int { state.withLock { $0.size } }

    func push(_ octets: [UInt8]) async throws(MailboxError) {
        let (size, writer, hasRoom) = state.withLock { state in
            state.size += octets.count
            guard state.size <= MailboxLimits.messageOctets else { return (state.size, state.blob?.writer, true) }
            state.scanner.push(octets.span)
            guard state.blob == nil else { return (state.size, state.blob?.writer, true) }
            state.octets.append(contentsOf: octets)
            return (state.size, nil, service.hold(octets.count))
        }
        guard size <= MailboxLimits.messageOctets else { throw .tooLarge }
        do throws(StoreError) {
            if let writer {
                try await writer.append(octets)
            } else if size > store.inlineLimit || !hasRoom && size > Self.leastBlob {
                let id = world.randomOctets(16)
                let writer = try await store.put(BlobID(id))
                let octets = state.withLock { state in
                    state.blob = (id, writer)
                    state.head = Array(state.octets.prefix(Preparation.headLimit))
                    return letGo(&state)
                }
                try await writer.append(octets)
            }
        } catch {
            throw .store(error)
        }
    }

    func finish() async throws(MailboxError) {
        let charsets = service.charsets
        let writer = state.withLock { state in
            let summary = state.scanner.finish()
            let head = state.blob == nil ? state.octets : state.head
            state.prepared = Preparation(
                summary,
                head: head.span.extracting(first: Preparation.headLimit),
                isWhole: state.size <= Preparation.headLimit,
                charsets: charsets
            )
            state.head = []
            return state.blob?.writer
        }
        do throws(StoreError) { try await writer?.finish() } catch { throw .store(error) }
    }

    func share(among accounts: [AccountID]) async throws(MailboxError) {
        guard accounts.count > 1, let id = state.withLock({ $0.blob?.id }) else { return }
        do throws(StoreError) {
            _ = try await store.commit(
                Keys.partition(ofBlob: id),
                expecting: nil,
                accounts.map { .put(Keys.sharer($0), []) },
                operation: OperationID(high: world.random(), low: world.random())
            )
        } catch {
            throw .store(error)
        }
        state.withLock { $0.sharers.formUnion(accounts) }
    }

    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed {
        let arrival = arrival(for: account, prefix: prefix, flags: flags, keywords: keywords, date: date)
        do throws(MailboxError) {
            let filed = try await service.perform(on: account) { draft throws(MailboxError) in
                try draft.checkQuota(arrival.quota, adding: arrival.size)
                return try await draft.file([arrival], in: folder)
            }
            return filed[0]
        } catch {
            didFail(arrival, for: account, error)
            throw error
        }
    }

    func file(
        once receipt: Receipt,
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed? {
        let arrival = arrival(for: account, prefix: prefix, flags: flags, keywords: keywords, date: date)
        do throws(MailboxError) {
            let filed: Filed? = try await service.perform(on: account) { draft throws(MailboxError) in
                guard draft.note(receipt) else { return nil }
                try draft.checkQuota(arrival.quota, adding: arrival.size)
                return try await draft.file([arrival], in: folder)[0]
            }
            if filed == nil { isNotNeeded(arrival, for: account) }
            return filed
        } catch {
            didFail(arrival, for: account, error)
            throw error
        }
    }

    /// The message as one account is to have it, which from now on may have it.
    func arrival(
        for account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) -> Arrival {
        let (prepared, octets, blob, isShared, bodySize, isAgain) = state.withLock { state in
            let isAgain = !state.filed.insert(account).inserted
            return (state.prepared, state.octets, state.blob?.id, !state.sharers.isEmpty, state.size, isAgain)
        }
        guard var prepared else { preconditionFailure("a message is filed after it is finished") }
        prepared.summary = prepared.summary.shifted(by: prefix.count)
        let content = blob.map { ContentReference.blob($0, prefix: prefix, isShared: isShared) }
        return Arrival(
            size: bodySize + prefix.count,
            prepared: prepared,
            octets: content == nil ? prefix.isEmpty ? octets : prefix + octets : [],
            content: content,
            isContentKnown: isAgain,
            flags: flags,
            keywords: keywords,
            date: date,
            quota: service.quota
        )
    }

    /// What was refused is not there. After a failure of the engine it may be.
    func didFail(_ arrival: Arrival, for account: AccountID, _ error: MailboxError) {
        if case .store = error { return }
        isNotNeeded(arrival, for: account)
    }

    private func isNotNeeded(_ arrival: Arrival, for account: AccountID) {
        if !arrival.isContentKnown { state.withLock { _ = $0.filed.remove(account) } }
    }

    func discard() async {
        let (blob, sharers, filed) = state.withLock { state in
            defer { state.blob = nil }
            _ = letGo(&state)
            return (state.blob, state.sharers, state.filed)
        }
        guard let blob else { return }
        if filed.isEmpty { await blob.writer.cancel() }
        do throws(StoreError) {
            let others = sharers.subtracting(filed)
            if !others.isEmpty {
                try await SharedBlob.release(blob.id, from: others, store, world)
            } else if filed.isEmpty {
                try await store.delete(BlobID(blob.id))
            }
        } catch {
            // An unused blob costs room, nothing else.
        }
    }
}

/// A message as it is filed in one account.
struct Arrival: Sendable {
    var size: Int
    var prepared: Preparation
    /// All octets, if they ride in the commit.
    var octets: [UInt8]
    /// The blob that has them otherwise.
    var content: ContentReference?
    /// Whether the account may have an email of that content already.
    var isContentKnown: Bool
    var flags: Flags
    var keywords: [Keyword]
    var date: Timestamp?
    var quota: QuotaLimits
}

extension Draft {
    /// Adds messages that came from outside, in their order.
    mutating func file(_ arrivals: [Arrival], in folder: FolderID) async throws(MailboxError) -> [Filed] {
        let target = try self.folder(folder)
        guard !arrivals.isEmpty else { return [] }
        try await loadThreadKeys(arrivals.flatMap(\.prepared.threadKeys))
        var filed: [Filed] = []
        for arrival in arrivals {
            let email = newEmail()
            var entry = MessageEntry(
                uid: 0,
                size: UInt32(clamping: arrival.size),
                email: email,
                modSeq: 0,
                internalDate: arrival.date?.seconds ?? now.seconds,
                flags: arrival.flags
            )
            if let content = arrival.content {
                entry.storage = .elsewhere
                if arrival.isContentKnown { try await referAgain(to: content) }
            } else {
                putContent(arrival.octets, of: email)
            }
            putRows(of: email, arrival)
            let uid = try append(entry, to: folder, keywords: arrival.keywords)
            filed.append(Filed(email: email, uidValidity: target.uidValidity, uid: uid))
        }
        let uids = UIDSet(filed.lazy.map(\.uid))
        record(Change(modSeq: modSeq(), kind: .added, folder: folder, uids: uids))
        return filed
    }

    private mutating func putRows(of email: EmailID, _ arrival: Arrival) {
        let prepared = arrival.prepared
        let row = EmailRow(
            summary: prepared.summary,
            preview: prepared.preview,
            content: arrival.content ?? .row(email.number)
        )
        let thread = join(prepared.threadKeys, email)
        let index = IndexRow(thread: thread, subject: prepared.subject, keys: prepared.keys)
        writes.append(.put(Keys.email(email), row.row))
        writes.append(.put(Keys.index(email), index.row(of: email)))
        writes.append(.put(Keys.thread(thread, email), []))
    }
}
extension MessageSummary {
    /// The summary of the same message with `count` octets of header fields before it.
    func shifted(by count: Int) -> MessageSummary {
        guard count > 0 else { return self }
        var shifted = self
        for index in shifted.structure.parts.indices {
            if index > 0 { shifted.structure.parts[index].headerStart += count }
            shifted.structure.parts[index].bodyStart += count
            shifted.structure.parts[index].bodyEnd += count
        }
        return shifted
    }
}
