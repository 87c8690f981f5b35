import Admission
import Directory
import PorticoTesting
import Store
import Synchronization
import World

/// alice and bob of example.test: alice has the alias sales for herself, and both are team.
struct Staff: Directory {
    static let alice = Account(
        number: 1,
        address: MailAddress(localPart: "alice", domain: "example.test"),
        name: "Alice"
    )
    static let bob = Account(number: 2, address: MailAddress(localPart: "bob", domain: "example.test"), name: "Bob")

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? { nil }
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard address.domain == "example.test" else { return .elsewhere }
        switch address.localPart.split(separator: "+").first {
        case "alice", "sales": return .accounts([Self.alice])
        case "bob": return .accounts([Self.bob])
        case "team": return .accounts([Self.alice, Self.bob])
        default: return .unknown
        }
    }
}

/// Rules for sending on a store in memory, with a clock that is moved.
final class Office: Sendable {
    let clock = TestWorld()
    let store: any RowStore
    let events = Events()
    /// Who was told of what; telling works while it is true.
    let told = Mutex<[(UInt64, String)]>([])
    let canTell = Mutex(true)

    init(store: any RowStore = MemoryStore()) { self.store = store }

    func rules(_ change: (inout SendingSettings) -> Void = { _ in }) -> SendingRules {
        var settings = SendingSettings()
        change(&settings)
        return SendingRules(
            settings: settings,
            directory: Staff(),
            store: store,
            node: "a",
            world: clock.world,
            log: events.log,
            notify: { account, suspension in
                guard self.canTell.withLock({ $0 }) else { return false }
                self.told.withLock { $0.append((account.number, suspension.reason)) }
                return true
            }
        )
    }
}

/// Keeps the names of the events that were logged.
final class Events: Sendable {
    private let names = Mutex<[String]>([])

    var log: Log { Log { [self] _, event, _ in names.withLock { $0.append("\(event)") } } }
    var all: [String] { names.withLock { $0 } }
}
