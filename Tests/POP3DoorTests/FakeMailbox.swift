import Directory
@testable import Mailbox
import Synchronization
import World

/// One account's INBOX in memory, with the calls that POP3 makes.
final class FakeMailbox: Mailbox, MailboxService {
    struct State {
        var messages: [(entry: MessageEntry, octets: [UInt8])] = []
        var isLocked = false
        var removals: [UIDSet] = []
        var reads: [Int] = []
        var failure: MailboxError?
    }

    let state = Mutex(State())
    /// Larger messages are not given whole.
    let wholeOctets: Int
    var account: AccountID { AccountID(7) }

    init(_ messages: [String], wholeOctets: Int = 1 << 20) {
        self.wholeOctets = wholeOctets
        state.withLock { state in
            for (index, message) in messages.enumerated() {
                let entry = MessageEntry(
                    uid: UID(index * 3 + 1),
                    size: UInt32(message.utf8.count),
                    email: EmailID(UInt64(1000 + index)),
                    modSeq: 1,
                    keywords: 0,
                    internalDate: 0,
                    flags: []
                )
                state.messages.append((entry, Array(message.utf8)))
            }
        }
    }

    /// Makes the calls to come fail.
    func fail(_ error: MailboxError?) { state.withLock { $0.failure = error } }
    /// What was asked to be removed.
    var removals: [UIDSet] { state.withLock { $0.removals } }
    /// How many messages each read asked for.
    var reads: [Int] { state.withLock { $0.reads } }
    /// Removes a message behind the session's back.
    func expunge(_ uid: UID) { state.withLock { $0.messages.removeAll { $0.entry.uid == uid } } }

    private func check() throws(MailboxError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func open(_ account: AccountID) async throws(MailboxError) -> any Mailbox {
        try check()
        return self
    }
    func receive() async throws(MailboxError) -> any IncomingMessage { throw .notPermitted("fake") }
    func folders() async throws(MailboxError) -> [Folder] { [] }
    func createFolder(_ path: FolderPath, specialUse: SpecialUse?) async throws(MailboxError) -> Folder {
        throw .notPermitted("fake")
    }
    func deleteFolder(_ folder: FolderID) async throws(MailboxError) { throw .notPermitted("fake") }
    func renameFolder(_ folder: FolderID, to path: FolderPath) async throws(MailboxError) {
        throw .notPermitted("fake")
    }
    func subscribe(_ path: FolderPath, _ isSubscribed: Bool) async throws(MailboxError) {}
    func subscriptions() async throws(MailboxError) -> [FolderPath] { [] }
    func usage() async throws(MailboxError) -> Usage { throw .notPermitted("fake") }

    func snapshot(of folder: FolderID) async throws(MailboxError) -> FolderSnapshot {
        try check()
        let entries = state.withLock { $0.messages.map(\.entry) }
        let folder = Folder(
            id: .inbox,
            path: .inbox,
            specialUse: nil,
            uidValidity: 5,
            uidNext: 1000,
            highestModSeq: 1,
            total: entries.count,
            unseen: entries.count,
            deleted: 0,
            size: 0,
            firstRecent: 1,
            keywords: [],
            isSubscribed: true
        )
        var table = MessageTable()
        for (number, chunk) in Dictionary(grouping: entries, by: { $0.uid / MessageTable.span }) {
            table.setChunk(number, chunk)
        }
        return FolderSnapshot(folder: folder, messages: table)
    }
    func claimRecent(in folder: FolderID) async throws(MailboxError) -> UID { 1 }

    func read(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws(MailboxError) -> [MessageData?] {
        try check()
        return state.withLock { state in
            state.reads.append(messages.count)
            return messages.map { entry in
                guard let stored = state.messages.first(where: { $0.entry.uid == entry.uid }) else { return nil }
                let isWhole = parts.contains(.octets) && stored.octets.count <= wholeOctets
                return MessageData(
                    entry: entry,
                    summary: nil,
                    octets: isWhole ? stored.octets : nil,
                    content: .row(UInt64(entry.uid))
                )
            }
        }
    }
    func find(_ email: EmailID) async throws(MailboxError) -> (folder: FolderID, entry: MessageEntry)? { nil }
    func octets(of message: MessageData, _ range: Range<Int>) async throws(MailboxError) -> [UInt8] {
        try check()
        let octets = state.withLock { $0.messages.first { $0.entry.uid == message.entry.uid }?.octets }
        guard let octets else { throw .expunged }
        return Array(octets[range])
    }

    func thread(_ thread: ThreadID) async throws(MailboxError) -> [EmailID] { [] }
    func append(
        _ messages: [NewMessage],
        to folder: FolderID,
        replacing replaced: MessagePlace?
    ) async throws(MailboxError) -> Appended { throw .notPermitted("fake") }
    func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?
    ) async throws(MailboxError) -> Stored { throw .notPermitted("fake") }
    func copy(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied {
        throw .notPermitted("fake")
    }
    func move(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied {
        throw .notPermitted("fake")
    }
    func expunge(_ uids: UIDSet?, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        throw .notPermitted("fake")
    }
    func remove(_ uids: UIDSet, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        try check()
        state.withLock { state in
            state.removals.append(uids)
            state.messages.removeAll { uids.contains($0.entry.uid) }
        }
        return uids
    }
    func observe(_ scope: ObservationScope, _ handler: @escaping @Sendable () -> Void) -> Observation {
        Observation {}
    }
    func lastModSeq() async throws(MailboxError) -> ModSeq { 1 }
    func changes(since modSeq: ModSeq, limit: Int) async throws(MailboxError) -> [Change] { [] }
    func changes(in folder: FolderID, since modSeq: ModSeq) async throws(MailboxError) -> FolderChanges {
        throw .notPermitted("fake")
    }

    func lockMaildrop() -> MaildropLock? {
        let isFree = state.withLock { state in
            defer { state.isLocked = true }
            return !state.isLocked
        }
        return isFree ? MaildropLock { [self] in state.withLock { $0.isLocked = false } } : nil
    }
}

/// Knows alice, whose password is `sesame`, and fails for `broken`.
struct FakeDirectory: Directory {
    struct Fault: Error {}

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        if name == "broken" { throw .store(Fault()) }
        guard name == "alice@example.test", password == Array("sesame".utf8) else { return nil }
        return Account(number: 7, address: MailAddress(localPart: "alice", domain: "example.test"), name: "Alice")
    }
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution { .elsewhere }
}
