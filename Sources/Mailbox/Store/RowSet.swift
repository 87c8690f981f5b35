internal import Store

/// Rows of one table by email id, read in one scan where the emails came one after the other, and the rest by key.
struct RowSet {
    /// Where a row is: in the page of the scan, or by itself.
    private enum Place {
        case page(Range<Int>)
        case alone([UInt8])
    }

    private var page: Page
    private var places: [EmailID: Place] = [:]
    /// The versions of the account at which the rows were read.
    private(set) var versions: [Version] = []

    /// Emails that one set is asked for at most.
    static let limit = 1000

    /// Email ids ascend with arrival, so messages that came one after the other are neighbours: one scan fetches them.
    /// Where other folders' messages stand between them, the rest is read by key.
    init(
        of emails: [EmailID],
        in store: any Store,
        _ partition: Partition,
        _ key: (EmailID) -> RowKey
    ) async throws(StoreError) {
        page = Page(version: Version(0))
        guard let least = emails.min(), let greatest = emails.max() else { return }
        places.reserveCapacity(emails.count)
        if emails.count >= 8 {
            page = try await store.scan(
                partition,
                KeyRange(from: key(least), upTo: key(greatest) + [0]),
                limit: max(500, emails.count + emails.count / 4),
                order: .ascending
            )
            versions.append(page.version)
            for index in 0..<page.count {
                let start = page.keyRange(index).lowerBound + 1
                guard let id = try? page.octets.bigEndian(at: start, as: UInt64.self) else { continue }
                places[EmailID(id)] = .page(page.valueRange(index))
            }
        }
        let missing = emails.filter { places[$0] == nil }
        guard !missing.isEmpty else { return }
        let found = try await store.read(partition, missing.map(key))
        versions.append(found.version)
        for (email, row) in zip(missing, found.values) { places[email] = row.map { .alone($0) } }
    }

    /// Adds a row that is not stored yet.
    mutating func add(_ row: [UInt8], of email: EmailID) { places[email] = .alone(row) }

    /// Whether the email has a row.
    func has(_ email: EmailID) -> Bool { places[email] != nil }

    /// Calls `body` with the octets that the email's row is in, and where; nil if it has none.
    func read<Value>(
        _ email: EmailID,
        _ body: ([UInt8], Range<Int>) throws(DamagedRow) -> Value
    ) throws(DamagedRow) -> Value? {
        switch places[email] {
        case .page(let range): try body(page.octets, range)
        case .alone(let row): try body(row, 0..<row.count)
        case nil: nil
        }
    }
}
