internal import MIME
internal import Store
internal import Synchronization
internal import World

/// A message on its way in: scanned as it comes, kept in memory up to the engine's inline limit, and beyond it in a blob.
final class StoreIncomingMessage: IncomingMessage {
    private struct State {
        var scanner = MessageScanner()
        var summary: MessageSummary?
        var octets: [UInt8] = []
        var size = 0
        var blob: (id: [UInt8], writer: any BlobWriter)?
        var isShared = false
        var isFiled = false
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

    var size: Int { state.withLock { $0.size } }

    func push(_ octets: [UInt8]) async throws(MailboxError) {
        let (size, writer) = state.withLock { state in
            state.size += octets.count
            guard state.size <= MailboxLimits.messageOctets else { return (state.size, state.blob?.writer) }
            state.scanner.push(octets.span)
            if state.blob == nil { state.octets.append(contentsOf: octets) }
            return (state.size, state.blob?.writer)
        }
        guard size <= MailboxLimits.messageOctets else { throw .tooLarge }
        do throws(StoreError) {
            if let writer {
                try await writer.append(octets)
            } else if size > store.inlineLimit {
                let id = world.randomOctets(16)
                let writer = try await store.put(BlobID(id))
                let octets = state.withLock { state in
                    state.blob = (id, writer)
                    defer { state.octets = [] }
                    return state.octets
                }
                try await writer.append(octets)
            }
        } catch {
            throw .store(error)
        }
    }

    func finish() async throws(MailboxError) {
        let writer = state.withLock { state in
            state.summary = state.scanner.finish()
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
        state.withLock { $0.isShared = true }
    }

    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed {
        let (summary, octets, blob, isShared, bodySize) = state.withLock { state in
            state.isFiled = true
            return (state.summary, state.octets, state.blob?.id, state.isShared, state.size)
        }
        guard let summary else { preconditionFailure("a message is filed after it is finished") }
        let size = bodySize + prefix.count
        let quota = service.quota
        let shifted = summary.shifted(by: prefix.count)
        return try await service.perform(on: account) { draft throws(MailboxError) in
            let target = try draft.folder(folder)
            if let quota, draft.state.head.size + size > quota { throw .overQuota }
            let email = draft.newEmail()
            var entry = MessageEntry(
                uid: 0,
                size: UInt32(clamping: size),
                email: email,
                modSeq: 0,
                internalDate: date?.seconds ?? draft.now.seconds,
                flags: flags
            )
            let content: ContentReference
            if let blob {
                content = .blob(blob, prefix: prefix, isShared: isShared)
                entry.storage = .elsewhere
            } else {
                content = .row(email.number)
                draft.putContent(prefix.isEmpty ? octets : prefix + octets, of: email)
            }
            draft.put(EmailRow(summary: shifted, content: content), for: email)
            let uid = try draft.append(entry, to: folder, keywords: keywords)
            draft.record(Change(modSeq: draft.modSeq(), kind: .added, folder: folder, uids: UIDSet(uid...uid)))
            return Filed(email: email, uidValidity: target.uidValidity, uid: uid)
        }
    }

    func discard() async {
        let (writer, id, isFiled) = state.withLock { state in
            defer {
                state.octets = []
                state.blob = nil
            }
            return (state.blob?.writer, state.blob?.id, state.isFiled)
        }
        guard !isFiled, let writer, let id else { return }
        await writer.cancel()
        try? await store.delete(BlobID(id))
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
