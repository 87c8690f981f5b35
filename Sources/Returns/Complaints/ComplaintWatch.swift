public import Store
internal import World

/// Watches how many complaints each account gets for what it sends, and has one suspended that gets too many.
///
/// Complaints are durable when `take` returns; what was sent is counted in memory and written now and then.
public final class ComplaintWatch: Sendable {
    /// When an account gets too many.
    public struct Limits: Hashable, Sendable {
        /// Days that are looked at, today among them: 1…30.
        public var days = 7
        /// Fewer complaints than that never suspend.
        public var minimum = 5
        /// Complaints for each 100,000 messages sent, at most. Large providers ask for less than 300, and for 100 as a rule.
        public var per100000 = 300

        /// The usual limits.
        public init() {}
    }

    /// What an account sent and got in the days that are looked at.
    public struct Rate: Hashable, Sendable {
        /// Messages sent, one for each recipient.
        public var sent: Int
        /// Complaints, without those that were forgiven.
        public var complaints: Int

        /// Complaints for each 100,000 messages; of more than were sent, as if all had been complained about.
        public var per100000: Int {
            let sent = max(self.sent, complaints, 1)
            return complaints > .max / 100_000 ? 100_000 : complaints * 100_000 / sent
        }
    }

    private let counters: DailyCounters
    private let limits: Limits
    private let suspend: @Sendable (UInt64, Rate) async throws -> Void

    /// A watch with counters of its own.
    ///
    /// - Parameters:
    ///   - counters: of the table `complaints`.
    ///   - limits: when it is too many.
    ///   - suspend: stops an account. It is called for each complaint above the limit, so for one that is stopped already, too.
    public init(
        counters: DailyCounters,
        limits: Limits = Limits(),
        suspend: @escaping @Sendable (_ account: UInt64, _ rate: Rate) async throws -> Void
    ) {
        self.counters = counters
        self.limits = limits
        self.suspend = suspend
    }

    /// Counts messages that an account sent, one for each recipient.
    public func countSent(_ count: Int = 1, by account: UInt64) { counters.add("\(account)/sent", max(count, 0)) }

    /// Takes a complaint in. When it returns, the complaint is durable, and the account is suspended if it got too many.
    ///
    /// - Returns: the account's rate with it.
    public func take(_ complaint: ComplaintIntake.Complaint) async throws -> Rate {
        let account = complaint.token.account
        counters.add("\(account)/complaints", complaint.incidents)
        if let campaign = complaint.campaign { counters.add("\(account)/campaign/\(campaign)", complaint.incidents) }
        try await counters.flush()
        let rate = try await rate(of: account)
        if isTooMuch(rate) { try await suspend(account, rate) }
        return rate
    }

    /// Whether such a rate suspends.
    public func isTooMuch(_ rate: Rate) -> Bool {
        rate.complaints >= limits.minimum && rate.per100000 > limits.per100000
    }

    /// What an account sent and got.
    public func rate(of account: UInt64) async throws(StoreError) -> Rate {
        var rate = Rate(sent: 0, complaints: 0)
        for counters in try await window(account).values {
            rate.sent &+= counters["\(account)/sent"] ?? 0
            rate.complaints &+= (counters["\(account)/complaints"] ?? 0) &- (counters["\(account)/forgiven"] ?? 0)
        }
        rate.complaints = max(rate.complaints, 0)
        return rate
    }

    /// Complaints by campaign, of the days that are looked at.
    public func campaigns(of account: UInt64) async throws(StoreError) -> [String: Int] {
        let prefix = "\(account)/campaign/"
        var campaigns: [String: Int] = [:]
        for counters in try await window(account).values {
            for (name, count) in counters where name.hasPrefix(prefix) {
                campaigns[String(name.dropFirst(prefix.utf8.count)), default: 0] &+= count
            }
        }
        return campaigns
    }

    /// Forgives what an account got until now, so that it may send again and is measured anew.
    public func forgive(_ account: UInt64) async throws(StoreError) {
        for (day, counters) in try await window(account) {
            let open = (counters["\(account)/complaints"] ?? 0) &- (counters["\(account)/forgiven"] ?? 0)
            if open > 0 { self.counters.add("\(account)/forgiven", open, day: day) }
        }
        try await counters.flush()
    }

    private func window(_ account: UInt64) async throws(StoreError) -> [Int: [String: Int]] {
        let today = counters.today
        let days = min(max(limits.days, 1), 30)
        return try await counters.totals(from: today - days + 1, through: today, prefix: "\(account)/")
    }
}
