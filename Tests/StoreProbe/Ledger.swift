internal import Glibc
internal import Store

/// Commits of which each can be checked: commit n of a partition writes two rows that belong together, sets the row `last`
/// to n, and each eighth is preceded by a blob that it names.
struct Ledger {
    let store: any Store

    /// Commits to four partitions at once, for ever; prints `partition version` once a commit was answered.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for partition in UInt8(0)..<4 {
                group.addTask { try await fill(partition) }
            }
            try await group.waitForAll()
        }
    }

    private func fill(_ partition: UInt8) async throws {
        let name = Partition([0x70, partition])
        var version = try await store.read(name, []).version
        while true {
            let number = version.number + 1
            var writes: [Write] = [
                .put(key(0x61, number), octets(number, 40 + Int(number % 7) * 900)),
                .put(key(0x62, number), octets(number + 1, 60)),
                .put([0x6C], key(0, number)),
            ]
            if number % 8 == 0 {
                let id = BlobID([partition] + key(0, number))
                let writer = try await store.put(id)
                for piece in UInt64(0)..<5 { try await writer.append(octets(number + piece, 100_000)) }
                try await writer.finish()
                writes.append(.put(key(0x63, number), id.octets))
            }
            version = try await store.commit(
                name,
                expecting: version,
                writes,
                operation: OperationID(high: UInt64(partition), low: number)
            )
            say("\(partition) \(version.number)\n")
        }
    }

    private func key(_ kind: UInt8, _ number: UInt64) -> [UInt8] {
        [kind] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    private func octets(_ seed: UInt64, _ count: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: seed), count: count)
    }

    /// At once, not when a buffer is full: what is printed was answered.
    private func say(_ line: String) {
        let octets = Array(line.utf8)
        unsafe octets.withUnsafeBytes { octets in _ = unsafe write(1, octets.baseAddress, octets.count) }
    }
}
