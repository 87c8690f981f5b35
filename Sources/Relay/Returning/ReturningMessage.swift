internal import Delivery
internal import Directory
internal import Mailbox
internal import Octets
internal import Queue
internal import Returns
internal import Store
internal import Synchronization
internal import World

/// A message for one of our return paths or a feedback address, and perhaps for mailboxes too.
final class ReturningMessage: IncomingMessage {
    /// The octets for one recipient of ours.
    struct Copies: Sendable {
        /// Kept to be looked at.
        var kept: IncomingOctets
        /// For whoever sent what came back.
        var passedOn: IncomingOctets
        /// Names the commits: what is sent twice has it twice.
        private let operation: UInt64

        /// Copies for one recipient of an envelope.
        init(for address: MailAddress, _ envelope: MailEnvelope, _ queue: MailQueue) {
            var hash = FNV1a()
            hash.add(terminated: "\(envelope.reversePath)")
            hash.add(terminated: "\(address)")
            operation = hash.value
            let name = OperationID(high: 0, low: operation)
            kept = queue.receive(for: name)
            passedOn = queue.receive(for: name)
        }

        /// The name of a commit for octets with that digest: the first, of what is kept, or the other; nil without a digest.
        func operation(_ digest: [UInt8]?, isKept: Bool) -> OperationID? {
            guard let digest else { return nil }
            let high = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            return OperationID(high: isKept ? high : ~high, low: operation)
        }
    }

    /// For mailboxes.
    let local: (any IncomingMessage)?
    /// One for each recipient of ours that is served.
    let copies: [Copies]
    private let state = Mutex(State())

    private struct State {
        var size = 0
        var start: [UInt8] = []
    }

    init(local: (any IncomingMessage)?, copies: [Copies]) {
        self.local = local
        self.copies = copies
    }

    var size: Int { state.withLock { $0.size } }
    /// What is read of it.
    var start: [UInt8] { state.withLock { $0.start } }

    func push(_ octets: [UInt8]) async throws(MailboxError) {
        state.withLock { state in
            state.size += octets.count
            state.start += octets.prefix(max(0, BounceIntake.octetLimit - state.start.count))
        }
        try await local?.push(octets)
        do throws(QueueError) {
            for copy in copies {
                try await copy.kept.push(octets)
                try await copy.passedOn.push(octets)
            }
        } catch { throw .store(error) }
    }

    func finish() async throws(MailboxError) {
        try await local?.finish()
        do throws(QueueError) {
            for copy in copies {
                try await copy.kept.finish()
                try await copy.passedOn.finish()
            }
        } catch { throw .store(error) }
    }

    func discard() async {
        await local?.discard()
        for copy in copies {
            await copy.kept.discard()
            await copy.passedOn.discard()
        }
    }

    // MARK: For mailboxes alone: delivery there is given `local`

    func share(among accounts: [AccountID]) async throws(MailboxError) { throw .store(NotForMailboxes()) }

    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed { throw .store(NotForMailboxes()) }

    func file(
        once receipt: Receipt,
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed? { throw .store(NotForMailboxes()) }
}
