import Foundation
import Mailbox
import PorticoTesting
import RocksStore
import Store
import Synchronization
import Testing
import World

/// Threads for reads, for all tests.
private let pool = BlockingPool(threads: 2)

/// The engines that a mailbox is tested on.
enum Engine: CaseIterable, Sendable {
    case memory
    case rocks
}

/// Mailboxes on one of the engines, whose calls are counted.
final class Ground: Sendable {
    let store: CountingStore
    let service: StoreMailboxService
    private let directory: URL?

    init(_ engine: Engine, _ configuration: StoreMailboxService.Configuration = .init()) throws {
        switch engine {
        case .memory:
            store = CountingStore(MemoryStore())
            directory = nil
        case .rocks:
            let name = "portico-mailbox-" + UUID().uuidString
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
            var settings = RocksStore.Configuration(directory: directory.path)
            settings.synchronizes = false
            settings.reservedSpace = 0
            store = CountingStore(try RocksStore(settings, pool: pool))
            self.directory = directory
        }
        service = StoreMailboxService(store: store, world: .real, configuration: configuration)
    }

    deinit { if let directory { try? FileManager.default.removeItem(at: directory) } }

    /// The same data as another process sees it: nothing is warm.
    func cold(_ configuration: StoreMailboxService.Configuration = .init()) -> StoreMailboxService {
        StoreMailboxService(store: store, world: .real, configuration: configuration)
    }

    @discardableResult
    func deliver(
        _ text: String = "Subject: hello\r\n\r\nbody\r\n",
        to account: AccountID = alice,
        folder: FolderID = .inbox,
        flags: Flags = [],
        keywords: [Keyword] = []
    ) async throws -> UID {
        let message = try await service.receive()
        try await message.push(Array(text.utf8))
        try await message.finish()
        do {
            let filed = try await message.file(
                in: folder,
                of: account,
                prefix: [],
                flags: flags,
                keywords: keywords,
                date: nil
            )
            await message.discard()
            return filed.uid
        } catch {
            await message.discard()
            throw error
        }
    }
}

extension Ground {
    /// Appends a message as the mailbox's user.
    func append(
        _ text: String,
        _ mailbox: any Mailbox,
        _ folder: FolderID,
        _ flags: Flags,
        _ keywords: [Keyword],
        replacing replaced: MessagePlace? = nil
    ) async throws(MailboxError) -> Appended {
        let message = try await service.receive()
        do throws(MailboxError) {
            try await message.push(Array(text.utf8))
            try await message.finish()
            let new = NewMessage(message, flags: flags, keywords: keywords)
            let appended = try await mailbox.append([new], to: folder, replacing: replaced)
            await message.discard()
            return appended
        } catch {
            await message.discard()
            throw error
        }
    }
}

let alice = AccountID(1)
let bob = AccountID(2)
let carol = AccountID(3)

func rights(_ letters: String) -> FolderRights { FolderRights(letters: letters.utf8) ?? [] }

func path(_ name: String) throws -> FolderPath { try #require(FolderPath(name)) }

func name(_ text: String) throws -> AnnotationName { try #require(AnnotationName(text)) }

/// What a call threw, in one word: the case of the error without what it carries; "none" if nothing.
func failure(of body: () async throws(MailboxError) -> some Any) async -> String {
    do throws(MailboxError) {
        _ = try await body()
        return "none"
    } catch {
        return String("\(error)".prefix { $0.isLetter })
    }
}

/// Counts how often it rang.
final class Bell: Sendable {
    private let count = Mutex(0)
    var rings: Int { count.withLock { $0 } }
    func ring() { count.withLock { $0 += 1 } }
}
