/// What an account did lately at this node.
struct SendingCounts: Hashable {
    private static let hour: Int64 = 3600
    private static let day: Int64 = 86_400
    /// Networks that are told apart.
    private static let networkLimit = 256

    /// Recipients of messages that were taken.
    var hourly = SlidingCount(length: hour)
    var daily = SlidingCount(length: day)
    /// Recipients that were asked for, those beyond the limit and those that do not exist too.
    var attempts = SlidingCount(length: hour)
    /// The same in a day, for the share of those that do not exist.
    var asked = SlidingCount(length: day)
    /// Recipients that do not exist or sent the message back.
    var refused = SlidingCount(length: day)
    /// Recipients of messages that are on their way in.
    var reserved = 0
    /// Recipients that were counted and are not in the store.
    var unsaved = 0
    /// When the counts were stored, in seconds since 1970.
    var savedAt: Int64 = 0
    /// When each network was last seen.
    private var networks: [String: Int64] = [:]

    /// Notes that a message comes from `network`; how many networks that are within the last hour.
    mutating func come(from network: String, at now: Int64) -> Int {
        if networks[network] == nil { networks = networks.filter { now - $0.value < Self.hour } }
        if networks.count < Self.networkLimit || networks[network] != nil { networks[network] = now }
        return networks.values.count { now - $0 < Self.hour }
    }

    // MARK: As they are stored

    /// The numbers of the sliding counts, with blanks between. The networks are not kept.
    var octets: [UInt8] {
        let numbers = [hourly, daily, attempts, asked, refused].map { "\($0.start) \($0.previous) \($0.current)" }
        return Array(numbers.joined(separator: " ").utf8)
    }

    /// Nothing, if the octets are none.
    init(_ octets: [UInt8]? = nil) {
        let numbers = String(decoding: octets ?? [], as: UTF8.self).split(separator: " ").compactMap { Int64($0) }
        // What no count can be, was not written by one.
        guard numbers.count == 15, numbers.allSatisfy({ (0..<1 << 40).contains($0) }) else { return }
        func count(_ place: Int, _ length: Int64) -> SlidingCount {
            SlidingCount(
                length: length,
                start: numbers[3 * place],
                previous: Int(numbers[3 * place + 1]),
                current: Int(numbers[3 * place + 2])
            )
        }
        hourly = count(0, Self.hour)
        daily = count(1, Self.day)
        attempts = count(2, Self.hour)
        asked = count(3, Self.day)
        refused = count(4, Self.day)
    }
}
