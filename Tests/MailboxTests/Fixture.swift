import Mailbox
import PorticoTesting
import Store
import World

/// A mailbox on an in-memory engine that counts, and the service to open it again.
struct Fixture {
    let engine: MemoryStore
    let store: CountingStore
    let world = World.real
    let service: StoreMailboxService

    init(engine: MemoryStore = MemoryStore(), configuration: StoreMailboxService.Configuration = .init()) {
        self.engine = engine
        store = CountingStore(engine)
        service = StoreMailboxService(store: store, world: .real, configuration: configuration)
    }

    /// The same data as another process sees it: nothing is warm.
    func cold() -> Fixture { Fixture(engine: engine) }

    func mailbox(_ account: UInt64 = 1) async throws -> any Mailbox { try await service.open(AccountID(account)) }

    @discardableResult
    func deliver(
        _ text: String = "Subject: hello\r\n\r\nbody\r\n",
        to account: UInt64 = 1,
        folder: FolderID = .inbox,
        prefix: String = "",
        flags: Flags = [],
        keywords: [Keyword] = []
    ) async throws -> Filed {
        let message = try await service.receive()
        try await message.push(Array(text.utf8))
        try await message.finish()
        let filed = try await message.file(
            in: folder,
            of: AccountID(account),
            prefix: Array(prefix.utf8),
            flags: flags,
            keywords: keywords,
            date: nil
        )
        await message.discard()
        return filed
    }

    /// The octets of a message, read as a client would.
    func octets(_ mailbox: any Mailbox, _ folder: FolderID, _ uid: UID) async throws -> [UInt8]? {
        let snapshot = try await mailbox.snapshot(of: folder)
        guard let entry = snapshot.messages.entry(uid) else { return nil }
        guard let data = try await mailbox.read([entry][...], .octets).first ?? nil else { return nil }
        return try await mailbox.octets(of: data, 0..<Int(entry.size))
    }
}

extension Mailbox {
    func folder(_ name: String) async throws -> Folder? {
        try await folders().first { $0.path.name == name }
    }
}
