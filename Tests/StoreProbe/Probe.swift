internal import RocksStore
internal import World

/// A process of its own for the store's tests: one that is killed, and one that measures.
///
///     store-probe commit DIR      commits until it is killed, and prints what was answered
///     store-probe open DIR        opens the files and says what that took
///     store-probe measure DIR     measures the engine
@main struct Probe {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            print("store-probe commit|open|measure DIR")
            return
        }
        let pool = BlockingPool(threads: 2)
        var configuration = RocksStore.Configuration(directory: arguments[2])
        configuration.reservedSpace = 0
        if arguments[1] == "commit" {
            // Small buffers, so that a kill also hits while files are written and merged.
            configuration.writeBuffer = 256 << 10
            configuration.synchronizes = false
        }
        let start = World.real.uptime()
        let store = try RocksStore(configuration, pool: pool)
        switch arguments[1] {
        case "commit": try await Ledger(store: store).run()
        case "open":
            print("open after \(World.real.uptime() - start)")
            Measurements(store: store).memory()
        default: try await Measurements(store: store).run()
        }
        await store.close()
    }
}
