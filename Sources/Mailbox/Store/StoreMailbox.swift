internal import MIME
internal import Store
internal import World

/// One account's mailbox on a store. What changes it is in the files beside this one, an operation each.
final class StoreMailbox: Mailbox {
    let writer: AccountWriter
    let store: any Store
    private let accounts: AccountCache
    let quota: QuotaLimits
    let service: StoreMailboxService
    let charsets: any CharsetDecoder

    init(
        writer: AccountWriter,
        store: any Store,
        accounts: AccountCache,
        quota: QuotaLimits,
        service: StoreMailboxService,
        charsets: any CharsetDecoder
    ) {
        self.service = service
        self.writer = writer
        self.store = store
        self.accounts = accounts
        self.quota = quota
        self.charsets = charsets
    }

    var account: AccountID { writer.account }

    // MARK: Folders

    func folders() async throws(MailboxError) -> [Folder] {
        try await writer.state().folders.values.map(\.folder).sorted { FolderPath.precedes($0.path, $1.path) }
    }

    func subscriptions() async throws(MailboxError) -> [FolderPath] {
        let state = try await writer.state()
        let subscribed = state.folders.values.filter(\.folder.isSubscribed).map(\.folder.path)
        return (subscribed + state.names).sorted(by: FolderPath.precedes)
    }

    func usage() async throws(MailboxError) -> Usage {
        let head = try await writer.state().head
        return Usage(size: head.size, count: head.count)
    }

    // MARK: Messages

    func snapshot(of folder: FolderID) async throws(MailboxError) -> FolderSnapshot {
        let state = try await writer.state()
        guard let known = state.folders[folder] else { throw .noSuchFolder }
        if let table = known.table {
            known.useTable()
            return FolderSnapshot(folder: known.folder, messages: table)
        }
        let snapshot = try await writer.perform { draft throws(MailboxError) in
            let table = try await draft.table(of: folder)
            return FolderSnapshot(folder: try draft.folder(folder), messages: table)
        }
        accounts.use(writer, hasGrown: true) { writer.memory }
        return snapshot
    }

    func claimRecent(in folder: FolderID) async throws(MailboxError) -> UID {
        // A commit that failed makes the account cold at any moment.
        while try await writer.state().folders[folder] != nil {
            if let first = writer.claimRecent(in: folder) { return first }
        }
        throw .noSuchFolder
    }

    func find(_ email: EmailID) async throws(MailboxError) -> (folder: FolderID, entry: MessageEntry)? {
        let row: [UInt8]?
        do throws(StoreError) {
            row = try await store.read(Keys.partition(account), [Keys.place(email)]).values[0]
        } catch {
            throw .store(error)
        }
        guard let row else { return nil }
        let place: PlaceRow
        do throws(DamagedRow) { place = try PlaceRow(row) } catch { throw .store(error) }
        do throws(MailboxError) {
            let entry = try await snapshot(of: place.folder).messages.entry(place.uid)
            return entry.flatMap { $0.email == email ? (place.folder, $0) : nil }
        } catch .noSuchFolder {
            return nil
        }
    }

    // MARK: Changes

    func observe(_ scope: ObservationScope, _ handler: @escaping @Sendable () -> Void) -> Observation {
        writer.observe(scope, by: account, handler)
    }

    func lastModSeq() async throws(MailboxError) -> ModSeq { try await writer.state().head.modSeq }

    func lockMaildrop() -> MaildropLock? { writer.lockMaildrop() }
}

extension FolderPath {
    /// INBOX and what is below it first, then by the octets of the name.
    public static func precedes(_ left: FolderPath, _ right: FolderPath) -> Bool {
        let (isLeftInbox, isRightInbox) = (left.components[0] == "INBOX", right.components[0] == "INBOX")
        guard isLeftInbox == isRightInbox else { return isLeftInbox }
        return left.components.lexicographicallyPrecedes(right.components) {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }
}
