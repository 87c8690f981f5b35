internal import Mailbox
internal import Synchronization
internal import World

/// A message on its way in that remembers whose inbox it is in already, so that a delivery that failed half way can be
/// tried again, and what its header section says.
final class RememberingMessage: IncomingMessage {
    private struct State {
        var head = MessageHead()
        var shared: Set<AccountID> = []
        var filed: Set<AccountID> = []
    }

    private let message: any IncomingMessage
    private let state = Mutex(State())

    init(_ message: any IncomingMessage) { self.message = message }

    /// Whether the message was delivered to that account.
    func isFiled(for account: AccountID) -> Bool { state.withLock { $0.filed.contains(account) } }
    /// Notes that the message was delivered to that account.
    func didFile(for account: AccountID) { state.withLock { _ = $0.filed.insert(account) } }
    /// The header section.
    var head: MessageHead { state.withLock { $0.head } }

    var size: Int { message.size }

    func push(_ octets: [UInt8]) async throws(MailboxError) {
        state.withLock { $0.head.push(octets.span) }
        try await message.push(octets)
    }

    func finish() async throws(MailboxError) {
        state.withLock { $0.head.finish() }
        try await message.finish()
    }

    func discard() async { await message.discard() }

    /// Once for each account: at a second try one may have it, and have let it go again.
    func share(among accounts: [AccountID]) async throws(MailboxError) {
        guard !state.withLock({ $0.shared.isSuperset(of: accounts) }) else { return }
        try await message.share(among: accounts)
        state.withLock { $0.shared.formUnion(accounts) }
    }

    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed {
        try await message.file(in: folder, of: account, prefix: prefix, flags: flags, keywords: keywords, date: date)
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
        try await message.file(
            once: receipt,
            in: folder,
            of: account,
            prefix: prefix,
            flags: flags,
            keywords: keywords,
            date: date
        )
    }
}
