internal import Glibc
internal import Store
internal import World

/// What the engine does in a second, and what a call costs the processor.
struct Measurements {
    let store: any Store

    func run() async throws {
        for committers in [1, 16, 64, 256] { try await commits(committers, each: max(50, 20_000 / (committers + 40))) }
        try await scans()
        try await points()
        try await blobs()
        memory()
    }

    private func commits(_ committers: Int, each: Int) async throws {
        let rows = [3000, 1200, 500, 100, 60, 60, 40, 40]
        try await measure("commit of 8 rows, 5,000 octets, \(committers) at once", calls: committers * each) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for committer in 0..<committers {
                    group.addTask {
                        let partition = Partition("account \(committers) \(committer)")
                        let fillers = rows.map(filler)
                        var version: Version?
                        for round in 0..<each {
                            let writes = fillers.enumerated().map { kind, value in
                                Write.put(key(UInt8(kind), round), value)
                            }
                            version = try await store.commit(
                                partition,
                                expecting: version,
                                writes,
                                operation: OperationID(high: UInt64(committer), low: UInt64(round))
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private func scans() async throws {
        let partition = Partition("scan")
        for part in 0..<20 {
            let writes = (0..<5000).map { Write.put(key(0, part * 5000 + $0), filler(51)) }
            _ = try await store.commit(
                partition,
                expecting: nil,
                writes,
                operation: OperationID(high: 0, low: UInt64(part))
            )
        }
        for round in 0..<3 {
            try await measure("row of 60 octets scanned, 100,000 of them, round \(round)", calls: 100_000) {
                var range = KeyRange.all
                var count = 0
                while true {
                    let page = try await store.scan(partition, range, limit: 100_000, order: .ascending)
                    count += page.count
                    if !page.isCut { break }
                    range.lower = page.key(page.count - 1) + [0]
                }
                precondition(count == 100_000)
            }
        }
        try await measure("scan of 50 rows", calls: 10_000) {
            for start in 0..<10_000 {
                let range = KeyRange(from: key(0, start * 9), upTo: nil)
                let page = try await store.scan(partition, range, limit: 50, order: .ascending)
                precondition(page.count == 50)
            }
        }
    }

    private func points() async throws {
        for count in [1, 10, 100] {
            try await measure("read of \(count) keys", calls: 20_000 / count) {
                for round in 0..<20_000 / count {
                    let keys = (0..<count).map { key(0, (round * count + $0) * 7919 % 100_000) }
                    let values = try await store.read(Partition("scan"), keys)
                    precondition(values.values.allSatisfy { $0 != nil })
                }
            }
        }
    }

    private func blobs() async throws {
        let piece = filler(64 << 10)
        try await measure("blob of 50 MB written", calls: 1) {
            let writer = try await store.put(BlobID([1]))
            for _ in 0..<800 { try await writer.append(piece) }
            try await writer.finish()
        }
        try await measure("256 KiB of it read", calls: 200) {
            for index in 0..<200 { _ = try await store.get(BlobID([1]), index << 18..<(index + 1) << 18) }
        }
    }

    private func measure(_ name: String, calls: Int, _ body: () async throws -> Void) async throws {
        let (start, startCPU) = (World.real.uptime(), processorTime())
        try await body()
        let seconds = Double((World.real.uptime() - start) / .microseconds(1)) / 1_000_000
        let perCall = (processorTime() - startCPU) / Double(calls) * 1_000_000
        print("\(name): \(Int(Double(calls) / seconds)) /s, \(Double(Int(perCall * 100)) / 100) µs of processor each")
    }

    /// Seconds that all threads have used.
    private func processorTime() -> Double {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(
            usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        ) / 1_000_000
    }

    /// What the process has of memory and threads.
    func memory() {
        guard let file = unsafe fopen("/proc/self/status", "r") else { return }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, 256, file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            if text.hasPrefix("VmRSS") || text.hasPrefix("VmHWM") || text.hasPrefix("Threads") { print(text) }
        }
    }

    private func key(_ kind: UInt8, _ number: Int) -> [UInt8] {
        var key: [UInt8] = [kind]
        for shift in stride(from: 56, through: 0, by: -8) { key.append(UInt8(truncatingIfNeeded: number >> shift)) }
        return key
    }

    private func filler(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    }
}
