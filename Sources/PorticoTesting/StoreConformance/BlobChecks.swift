internal import Glibc
internal import Store
internal import Testing

extension StoreConformance {
    static let blobChecks = [
        Check("a blob is not seen before it is finished, nor after it is deleted", blobLife),
        Check("a blob of any size gives back any range", blobRanges),
        Check("putting a blob again changes nothing", blobTwice),
        Check("a blob put by two writers at once is whole", blobRace),
        Check("a blob that was given up leaves nothing", blobCancelled),
        Check("blobs whose ids begin alike are apart", blobIDs),
    ]

    /// Octets that repeat after 251, so that pieces of any usual size differ.
    private static func octets(_ count: Int, _ seed: UInt8 = 0) -> [UInt8] {
        var octets = (UInt8(0)..<251).map { $0 &* 31 &+ seed }
        octets.reserveCapacity(2 * count)
        while octets.count < count { octets.append(contentsOf: octets) }
        octets.removeLast(octets.count - count)
        return octets
    }

    /// Whether both are the same: `==` takes a hundred times longer in a debug build.
    private static func isSame(_ left: [UInt8], _ right: ArraySlice<UInt8>) -> Bool {
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                guard left.count == right.count, let start = left.baseAddress, let other = right.baseAddress else {
                    return left.count == right.count
                }
                return unsafe memcmp(start, other, left.count) == 0
            }
        }
    }

    private static func write(
        _ octets: [UInt8],
        _ id: BlobID,
        _ store: any Store,
        piece: Int = 100_000
    ) async throws(StoreError) {
        let writer = try await store.put(id)
        for start in stride(from: 0, to: octets.count, by: piece) {
            try await writer.append(Array(octets[start..<min(start + piece, octets.count)]))
        }
        try await writer.finish()
    }

    private static func isNotFound(_ body: () async throws(StoreError) -> [UInt8]) async {
        do throws(StoreError) {
            _ = try await body()
            Issue.record("found")
        } catch {
            #expect(error.isNotFound)
        }
    }

    @Sendable private static func blobLife(_ store: any Store) async throws {
        let id = BlobID([1])
        let data = octets(600_000)
        #expect(try await store.size(id) == nil)
        await isNotFound { () throws(StoreError) in try await store.get(id, 0..<0) }
        let writer = try await store.put(id)
        try await writer.append(data)
        #expect(try await store.size(id) == nil)
        await isNotFound { () throws(StoreError) in try await store.get(id, 0..<1) }
        try await writer.finish()
        await writer.cancel()
        #expect(try await store.size(id) == data.count)
        #expect(isSame(try await store.get(id, 0..<data.count), data[...]))
        try await store.delete(id)
        try await store.delete(id)
        #expect(try await store.size(id) == nil)
        await isNotFound { () throws(StoreError) in try await store.get(id, 0..<1) }
        try await write([5], id, store)
        #expect(try await store.get(id, 0..<1) == [5])
    }

    @Sendable private static func blobRanges(_ store: any Store) async throws {
        let unit = 256 << 10
        for (index, size) in [0, 1, 1000, unit - 1, unit, unit + 1, 2 * unit, 5 * unit + 77].enumerated() {
            let id = BlobID([UInt8(index), 0])
            let data = octets(size, UInt8(index))
            try await write(data, id, store, piece: [777, unit, 1 << 20, 65_536][index % 4])
            #expect(try await store.size(id) == size)
            let edges = [0, 1, unit - 1, unit, unit + 1, 2 * unit, size / 2, size - 1, size].filter {
                (0...size).contains($0)
            }
            for lower in edges {
                for upper in edges where upper >= lower {
                    #expect(
                        isSame(try await store.get(id, lower..<upper), data[lower..<upper]),
                        "\(size) \(lower)..<\(upper)"
                    )
                }
            }
            await isNotFound { () throws(StoreError) in try await store.get(id, 0..<size + 1) }
            await isNotFound { () throws(StoreError) in try await store.get(id, size + 1..<size + 1) }
        }
    }

    @Sendable private static func blobTwice(_ store: any Store) async throws {
        let id = BlobID([1, 2, 3])
        let data = octets(700_000)
        for _ in 0..<2 {
            try await write(data, id, store)
            #expect(isSame(try await store.get(id, 0..<data.count), data[...]))
        }
        let second = try await store.put(id)
        try await second.append(Array(data[..<1000]))
        await second.cancel()
        #expect(isSame(try await store.get(id, 0..<data.count), data[...]))
    }

    @Sendable private static func blobRace(_ store: any Store) async throws {
        let id = BlobID([9])
        let data = octets(900_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for piece in [10_000, 70_000, 300_000, 900_000] {
                group.addTask { try await write(data, id, store, piece: piece) }
            }
            try await group.waitForAll()
        }
        #expect(isSame(try await store.get(id, 0..<data.count), data[...]))
        try await store.delete(id)
        #expect(try await store.size(id) == nil)
    }

    @Sendable private static func blobCancelled(_ store: any Store) async throws {
        let id = BlobID([4])
        let writer = try await store.put(id)
        try await writer.append(octets(2_000_000))
        await writer.cancel()
        #expect(try await store.size(id) == nil)
        try await write([1, 2, 3], id, store)
        #expect(try await store.get(id, 1..<3) == [2, 3])
    }

    @Sendable private static func blobIDs(_ store: any Store) async throws {
        let ids = ([[0], [0, 0], [1], [1, 0], [0xFF], [0xFF, 0xFF]] + [Array(repeating: 0xFF, count: 64)]).map(
            BlobID.init
        )
        for (index, id) in ids.enumerated() { try await write(octets(300_000, UInt8(index)), id, store) }
        try await store.delete(ids[1])
        try await store.delete(ids[4])
        for (index, id) in ids.enumerated() {
            guard index != 1, index != 4 else {
                #expect(try await store.size(id) == nil)
                continue
            }
            #expect(try await store.get(id, 0..<300_000) == octets(300_000, UInt8(index)))
        }
    }
}
