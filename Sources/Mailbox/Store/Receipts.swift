internal import Store
internal import World

/// What came lately, so that it is not filed twice: a few rows, read with the account.
///
/// Each has a place of its own among at most `limit`. A new one takes the place of the oldest once that is older than
/// `lifetime`, or once there is no place left; so nothing has to be cleared up.
struct Receipts: Sendable {
    private struct Entry {
        var receipt: Receipt
        /// Minutes since 1970.
        var minute: UInt32
    }

    /// Receipts that an account keeps.
    static let limit = 1024
    /// Minutes for which one counts: a day.
    private static let lifetime: UInt32 = 24 * 60

    private var entries: [Entry] = []
    /// The place of the latest.
    private var latest = 0

    /// Whether it came within a day.
    func contains(_ receipt: Receipt, at now: Timestamp) -> Bool {
        let minute = Self.minute(now)
        return entries.contains { $0.receipt == receipt && Self.counts($0, at: minute) }
    }

    /// Notes that it comes now; returns its place.
    mutating func insert(_ receipt: Receipt, at now: Timestamp) -> Int {
        let minute = Self.minute(now)
        let entry = Entry(receipt: receipt, minute: minute)
        if let oldest, entries.count >= Self.limit || !Self.counts(entries[oldest], at: minute) {
            entries[oldest] = entry
            latest = oldest
            return oldest
        }
        latest = entries.count
        entries.append(entry)
        return entries.count - 1
    }

    /// The place of the oldest. Of several of one minute it is the first behind the latest: they came in the order of their
    /// places.
    private var oldest: Int? {
        guard !entries.isEmpty else { return nil }
        var oldest = (latest + 1) % entries.count
        for step in stride(from: 2, through: entries.count, by: 1) {
            let place = (latest + step) % entries.count
            if entries[place].minute < entries[oldest].minute { oldest = place }
        }
        return oldest
    }

    /// A clock that was set back makes some of them count for longer.
    private static func counts(_ entry: Entry, at minute: UInt32) -> Bool {
        minute < entry.minute || minute - entry.minute < lifetime
    }

    private static func minute(_ now: Timestamp) -> UInt32 { UInt32(clamping: now.seconds / 60) }

    // MARK: Rows

    /// Takes in a row; they come in the order of their places.
    mutating func read(_ place: UInt16, _ unpacker: inout Unpacker) throws(DamagedRow) {
        guard Int(place) == entries.count, entries.count < Self.limit else { throw DamagedRow() }
        let minute = try unpacker.number(as: UInt32.self)
        let receipt = Receipt(high: try unpacker.fixed(), low: try unpacker.fixed())
        entries.append(Entry(receipt: receipt, minute: minute))
        if minute >= entries[latest].minute { latest = entries.count - 1 }
    }

    /// The row of a place.
    func row(_ place: Int) -> [UInt8] {
        AccountSettings.row { packer in
            packer.number(entries[place].minute)
            packer.fixed(entries[place].receipt.high)
            packer.fixed(entries[place].receipt.low)
        }
    }

    /// Octets of memory, about.
    var memory: Int { entries.count * MemoryLayout<Entry>.stride }
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
