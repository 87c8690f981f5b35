internal import Store
internal import World

/// What came lately, so that it is not filed twice: some rows, read with the account.
///
/// Each has a place of its own among at most `limit`. A new one takes the place of the oldest once that is older than
/// `lifetime`, or once there is no place left; so nothing has to be cleared up. They lie in blocks: most mailboxes have one,
/// and of a busy one a commit copies and looks through one or two.
struct Receipts: Sendable {
    /// Receipts that an account keeps, which for eleven messages a minute is a day's.
    static let limit = 16_384
    /// Minutes for which one counts: a day.
    private static let lifetime: UInt32 = 24 * 60

    private var blocks: [ReceiptBlock] = []
    private var count = 0
    /// The place of the latest.
    private var latest = 0

    /// Whether it came within a day.
    func contains(_ receipt: Receipt, at now: Timestamp) -> Bool {
        let minute = Self.minute(now)
        return blocks.contains { block in
            block.mayContain(receipt)
                && block.entries.contains { $0.receipt == receipt && Self.counts($0.minute, at: minute) }
        }
    }

    /// Notes that it comes now; returns its place.
    mutating func insert(_ receipt: Receipt, at now: Timestamp) -> Int {
        let entry = ReceiptBlock.Entry(receipt: receipt, minute: Self.minute(now))
        if let block = oldestBlock, count >= Self.limit || !Self.counts(blocks[block].oldest, at: entry.minute) {
            let next = (latest + 1) % count
            let start = next / ReceiptBlock.size == block ? next % ReceiptBlock.size : 0
            let place = blocks[block].replaceOldest(from: start, with: entry)
            latest = block * ReceiptBlock.size + place
            return latest
        }
        append(entry)
        latest = count - 1
        return latest
    }

    private mutating func append(_ entry: ReceiptBlock.Entry) {
        if count % ReceiptBlock.size == 0 { blocks.append(ReceiptBlock()) }
        blocks[blocks.count - 1].append(entry)
        count += 1
    }

    /// The block with the oldest of all. Of several it is the first from the latest's on: they came in the order of their
    /// places.
    private var oldestBlock: Int? {
        guard count > 0 else { return nil }
        let first = (latest + 1) % count / ReceiptBlock.size
        var oldest = first
        for step in stride(from: 1, to: blocks.count, by: 1) {
            let block = (first + step) % blocks.count
            if blocks[block].oldest < blocks[oldest].oldest { oldest = block }
        }
        return oldest
    }

    /// A clock that was set back makes some of them count for longer.
    private static func counts(_ minute: UInt32, at now: UInt32) -> Bool { now < minute || now - minute < lifetime }

    private static func minute(_ now: Timestamp) -> UInt32 { UInt32(clamping: now.seconds / 60) }

    private subscript(place: Int) -> ReceiptBlock.Entry {
        blocks[place / ReceiptBlock.size].entries[place % ReceiptBlock.size]
    }

    // MARK: Rows

    /// Takes in a row; they come in the order of their places.
    mutating func read(_ place: UInt16, _ unpacker: inout Unpacker) throws(DamagedRow) {
        guard Int(place) == count, count < Self.limit else { throw DamagedRow() }
        let minute = try unpacker.number(as: UInt32.self)
        let receipt = Receipt(high: try unpacker.fixed(), low: try unpacker.fixed())
        append(ReceiptBlock.Entry(receipt: receipt, minute: minute))
        if minute >= self[latest].minute { latest = count - 1 }
    }

    /// The row of a place.
    func row(_ place: Int) -> [UInt8] {
        AccountSettings.row { packer in
            packer.number(self[place].minute)
            packer.fixed(self[place].receipt.high)
            packer.fixed(self[place].receipt.low)
        }
    }

    /// Octets of memory, about.
    var memory: Int { count * MemoryLayout<ReceiptBlock.Entry>.stride }
}

/// Receipts of consecutive places.
struct ReceiptBlock: Sendable {
    struct Entry {
        var receipt: Receipt
        /// Minutes since 1970.
        var minute: UInt32
    }

    /// The most that a block has.
    static let size = 256
    private static let marks = 4096

    private(set) var entries: [Entry] = []
    /// The minute of the oldest.
    private(set) var oldest = UInt32.max
    /// A bit for each mark that some entry has, once the block is full; those of entries that were replaced go when the last
    /// place is.
    private var marked: [UInt64] = []

    /// False if it is surely not here.
    func mayContain(_ receipt: Receipt) -> Bool {
        guard !marked.isEmpty else { return true }
        let mark = Self.mark(receipt)
        return marked[mark / 64] & (1 << UInt64(mark % 64)) != 0
    }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        oldest = min(oldest, entry.minute)
        if entries.count == Self.size { markAll() }
    }

    /// Puts `entry` in the place of the oldest, which it returns; of several that is the first from `start` on.
    mutating func replaceOldest(from start: Int, with entry: Entry) -> Int {
        let isOldest = { [oldest] (entry: Entry) in entry.minute == oldest }
        guard let place = entries[start...].firstIndex(where: isOldest) ?? entries.firstIndex(where: isOldest) else {
            preconditionFailure("a block that has an oldest has it somewhere")
        }
        entries[place] = entry
        oldest = entries.reduce(UInt32.max) { min($0, $1.minute) }
        if place == Self.size - 1 { markAll() } else if !marked.isEmpty { set(Self.mark(entry.receipt)) }
        return place
    }

    private mutating func markAll() {
        marked = [UInt64](repeating: 0, count: Self.marks / 64)
        for entry in entries { set(Self.mark(entry.receipt)) }
    }

    private mutating func set(_ mark: Int) { marked[mark / 64] |= 1 << UInt64(mark % 64) }

    /// Receipts are digests; both halves are used, so that it does not matter which is more even.
    private static func mark(_ receipt: Receipt) -> Int {
        Int(truncatingIfNeeded: ((receipt.high ^ receipt.low) &* 0x9E37_79B9_7F4A_7C15) >> 52)
    }
}

extension Draft {
    /// Notes what comes; false if it came before.
    mutating func note(_ receipt: Receipt) -> Bool {
        guard !state.settings.receipts.contains(receipt, at: now) else { return false }
        let place = state.settings.receipts.insert(receipt, at: now)
        writes.append(.put(Keys.receipt(place), state.settings.receipts.row(place)))
        return true
    }
}
