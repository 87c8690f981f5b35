import Foundation
import Mailbox
import PorticoTesting
import RocksStore
import Store
import World

/// A mailbox on an engine that counts, and the service to open it again.
struct Fixture {
    let engine: any Store
    let store: CountingStore
    let world: World
    let service: StoreMailboxService

    init(
        engine: any Store = MemoryStore(),
        world: World = .real,
        configuration: StoreMailboxService.Configuration = .init()
    ) {
        self.engine = engine
        self.world = world
        store = CountingStore(engine)
        service = StoreMailboxService(store: store, world: world, configuration: configuration)
    }

    /// The same data as another process sees it: nothing is warm.
    func cold() -> Fixture { Fixture(engine: engine, world: world) }

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

/// The engines that a test can run on.
enum TestEngine: CaseIterable {
    case memory, rocks

    /// Threads for reads, for all tests.
    private static let pool = BlockingPool(threads: 2)

    /// Runs `body` on an engine of its own that keeps messages of more than 2,000 octets in blobs.
    func run(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .memory:
            var configuration = MemoryStore.Configuration()
            configuration.inlineLimit = 2000
            try await body(MemoryStore(configuration))
        case .rocks:
            let directory = FileManager.default.temporaryDirectory.appending(path: "portico-mailbox-\(UUID())")
            defer { try? FileManager.default.removeItem(at: directory) }
            var configuration = RocksStore.Configuration(directory: directory.path + "/data")
            configuration.synchronizes = false
            configuration.reservedSpace = 0
            configuration.inlineLimit = 2000
            try await body(try RocksStore(configuration, pool: Self.pool))
        }
    }
}

extension Mailbox {
    func folder(_ name: String) async throws -> Folder? {
        try await folders().first { $0.path.name == name }
    }
}
