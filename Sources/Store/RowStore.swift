/// Partitions of ordered rows: one half of everything that is stored. The other is `BlobStore`.
///
/// A partition is a named, ordered map from row key to value. Keys order as unsigned octets, a prefix before what it
/// begins; they may be empty. A partition that was never written is empty and has version 0.
///
/// - What one `commit` writes to one partition is atomic, and durable when `commit` returns. Nothing spans partitions.
/// - A reader sees each commit whole or not at all, and once it has returned, always.
/// - Calls may overlap freely. Two commits to one partition take effect in some order; each moves the version.
///
/// This is the common denominator of the engines that a mail service may stand on; no engine's own strength widens it.
public protocol RowStore: Sendable {
    /// The most octets that one value may have.
    var valueLimit: Int { get }

    /// The values under `keys`, in their order (nil where there is none), all from one moment, and the partition's
    /// version at that moment.
    func read(_ partition: Partition, _ keys: [RowKey]) async throws(StoreError) -> Values

    /// At most `limit` rows with keys in `range`, in `order`, all from one moment. Fewer than `limit` means that the
    /// range has no more, unless `Page.isCut` says that the engine stopped early for size.
    func scan(
        _ partition: Partition,
        _ range: KeyRange,
        limit: Int,
        order: ScanOrder
    ) async throws(StoreError) -> Page

    /// Applies `writes` in their order, or nothing of them.
    ///
    /// - Parameters:
    ///   - partition: where to.
    ///   - expecting: if given, the version that the partition must have; else nothing is compared.
    ///   - writes: what to change.
    ///   - operation: names this commit. If a commit of that name was applied to the partition among its last
    ///     `OperationID.remembered`, nothing is written again and its version is returned: twice is the same as once.
    /// - Returns: the partition's new version.
    /// - Throws: `.conflict` if the version is another one, `.tooLarge`, `.unavailable` if surely nothing was applied,
    ///   `.unknown` if it may have been: ask `version(of:in:)`, or commit again with the same operation.
    func commit(
        _ partition: Partition,
        expecting: Version?,
        _ writes: [Write],
        operation: OperationID
    ) async throws(StoreError) -> Version

    /// The version that the commit named `operation` made, if it is among the last `OperationID.remembered` of the
    /// partition; nil if it was not applied or is longer ago.
    func version(of operation: OperationID, in partition: Partition) async throws(StoreError) -> Version?
}

/// The name of a partition: 1 to 200 octets.
public struct Partition: Hashable, Sendable {
    /// The octets of the name.
    public let name: [UInt8]

    /// A partition named `name`; names outside 1…200 octets are a programming error.
    public init(_ name: [UInt8]) {
        precondition((1...200).contains(name.count), "a partition's name has 1 to 200 octets")
        self.name = name
    }

    /// A partition named by the UTF-8 octets of `name`.
    public init(_ name: String) { self.init(Array(name.utf8)) }
}

/// The key of a row in its partition: 0 to 1,000 octets.
public typealias RowKey = [UInt8]

/// How often a partition has been committed to, in an order that only grows.
public struct Version: Hashable, Comparable, Sendable {
    /// 0 for a partition that was never written.
    public var number: UInt64

    /// The version with that number.
    public init(_ number: UInt64) { self.number = number }

    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// The name of one commit, unique by chance: 128 bits.
public struct OperationID: Hashable, Sendable {
    /// How many of a partition's latest commits can be found again by name.
    public static let remembered = 8

    /// The first 64 bits.
    public var high: UInt64
    /// The last 64 bits.
    public var low: UInt64

    /// The name made of `high` and `low`, which should be random.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// One change of a commit.
public enum Write: Hashable, Sendable {
    /// Sets the value under the key, there before or not.
    case put(RowKey, [UInt8])
    /// Removes the key, there or not.
    case delete(RowKey)
}

/// The keys from `lower` up to, not including, `upper`; without `upper`, to the end of the partition.
public struct KeyRange: Hashable, Sendable {
    /// The first key that may belong.
    public var lower: RowKey
    /// The first key that is beyond.
    public var upper: RowKey?

    /// The keys from `lower` up to, not including, `upper`.
    public init(from lower: RowKey, upTo upper: RowKey?) {
        self.lower = lower
        self.upper = upper
    }

    /// Every key.
    public static let all = KeyRange(from: [], upTo: nil)

    /// The keys that begin with `prefix`.
    public init(prefix: RowKey) {
        lower = prefix
        upper = KeyRange.successor(ofPrefix: prefix)
    }

    /// The least key greater than all that begin with `prefix`; nil if there is none.
    public static func successor(ofPrefix prefix: RowKey) -> RowKey? {
        guard let last = prefix.lastIndex(where: { $0 < 0xFF }) else { return nil }
        return Array(prefix[..<last]) + [prefix[last] + 1]
    }
}

/// Which way a scan goes.
public enum ScanOrder: Sendable {
    /// From the least key up.
    case ascending
    /// From the greatest key down.
    case descending
}

/// What point reads found.
public struct Values: Sendable {
    /// The partition's version when they were read.
    public var version: Version
    /// One for each key asked for, in that order.
    public var values: [[UInt8]?]

    /// What was found, and when.
    public init(version: Version, values: [[UInt8]?]) {
        self.version = version
        self.values = values
    }
}

/// What a scan found: rows packed into one piece of memory, so that a long scan costs two allocations.
public struct Page: Sendable {
    private struct Ends { var key: Int, value: Int }

    /// The partition's version when it was scanned.
    public var version: Version
    /// Whether the engine stopped before `limit` and before the end of the range, because the page was large.
    /// The rest begins after the last key. A page has at least one row if the range has.
    public var isCut = false
    /// All keys and values, one after the other.
    public private(set) var octets: [UInt8] = []
    private var ends: [Ends] = []

    /// An empty page.
    public init(version: Version) { self.version = version }

    /// Rows in the page.
    public var count: Int { ends.count }
    /// Whether it has none.
    public var isEmpty: Bool { ends.isEmpty }

    /// Where in `octets` the key of row `index` is.
    public func keyRange(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1].value)..<ends[index].key }
    /// Where in `octets` the value of row `index` is.
    public func valueRange(_ index: Int) -> Range<Int> { ends[index].key..<ends[index].value }
    /// The key of row `index`.
    public func key(_ index: Int) -> RowKey { Array(octets[keyRange(index)]) }
    /// The value of row `index`.
    public func value(_ index: Int) -> [UInt8] { Array(octets[valueRange(index)]) }

    /// Adds a row at the end.
    public mutating func append(key: Span<UInt8>, value: Span<UInt8>) {
        // A span lends its memory for the time of the closure; copying it whole is many times faster than by octet.
        unsafe key.withUnsafeBufferPointer { unsafe octets.append(contentsOf: $0) }
        let keyEnd = octets.count
        unsafe value.withUnsafeBufferPointer { unsafe octets.append(contentsOf: $0) }
        ends.append(Ends(key: keyEnd, value: octets.count))
    }

    /// Adds a row at the end, its octets appended by `fill` to what is there: first the key, whose length it returns.
    public mutating func append<Failure: Error>(
        filling fill: (inout [UInt8]) throws(Failure) -> Int
    ) throws(Failure) {
        let start = octets.count
        let keyCount = try fill(&octets)
        ends.append(Ends(key: start + keyCount, value: octets.count))
    }
}

/// Why the store did not do what it was asked.
public enum StoreError: Error, Sendable {
    /// The partition has another version than expected; nothing was applied.
    case conflict(Version)
    /// It may have been applied or not: the engine did not say.
    case unknown(any Error)
    /// The engine cannot be reached or refused; surely nothing was applied.
    case unavailable(any Error)
    /// A key, value or commit is larger than the engine takes.
    case tooLarge
    /// There is no such blob, or not so much of it.
    case notFound
    /// What is stored cannot be what was written.
    case corrupt(String)
}
