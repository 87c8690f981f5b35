internal import Mailbox
internal import MIME
internal import Queue
internal import Returns
internal import Synchronization
internal import World

/// A message on its way to where its recipients are: into mailboxes, into the queue, or both.
final class ForkedMessage: IncomingMessage {
    /// For mailboxes.
    let local: (any IncomingMessage)?
    /// For other servers.
    let outgoing: IncomingOctets?
    /// For mailboxes, later.
    let held: IncomingOctets?
    private let state = Mutex(State())

    private struct State {
        var size = 0
        var head: [UInt8] = []
        var messageID = ""
        var category = SourcePlan.Category.personal
        var isTLSOptional = false
    }

    /// Octets in which header fields are looked for.
    private static let headLimit = 16 << 10

    init(local: (any IncomingMessage)?, outgoing: IncomingOctets?, held: IncomingOctets?) {
        self.local = local
        self.outgoing = outgoing
        self.held = held
    }

    private var queued: [IncomingOctets] { [outgoing, held].compactMap(\.self) }

    var size: Int { state.withLock { $0.size } }
    /// The value of its Message-ID; empty if it has none.
    var messageID: String { state.withLock { $0.messageID } }

    /// What it is by its header.
    var category: SourcePlan.Category { state.withLock { $0.category } }

    /// Whether its header says that it goes on even where TLS fails. RFC 8689 §5.
    var isTLSOptional: Bool { state.withLock { $0.isTLSOptional } }

    func push(_ octets: [UInt8]) async throws(MailboxError) {
        state.withLock { state in
            state.size += octets.count
            if !queued.isEmpty, state.head.count < Self.headLimit {
                state.head += octets.prefix(Self.headLimit - state.head.count)
            }
        }
        try await local?.push(octets)
        do throws(QueueError) {
            for each in queued { try await each.push(octets) }
        } catch { throw .store(error) }
    }

    func finish() async throws(MailboxError) {
        state.withLock { state in
            if !queued.isEmpty {
                let header = Header(parsing: state.head)
                state.messageID = header.messageID ?? ""
                state.category = SourcePlan.Category(of: header)
                state.isTLSOptional = header.isTLSOptional
            }
            state.head = []
        }
        try await local?.finish()
        do throws(QueueError) {
            for each in queued { try await each.finish() }
        } catch { throw .store(error) }
    }

    func discard() async {
        await local?.discard()
        for each in queued { await each.discard() }
    }

    // MARK: For mailboxes alone

    func share(among accounts: [AccountID]) async throws(MailboxError) { try await local?.share(among: accounts) }

    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed {
        guard let local else { throw .store(NotForMailboxes()) }
        return try await local.file(
            in: folder,
            of: account,
            prefix: prefix,
            flags: flags,
            keywords: keywords,
            date: date
        )
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
        guard let local else { throw .store(NotForMailboxes()) }
        return try await local.file(
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

/// The envelope had no recipient with a mailbox here.
struct NotForMailboxes: Error {}
