/// How much a new address may send: providers mistrust one that sends much and was never seen before.
public struct WarmUp: Hashable, Sendable {
    /// The day on which the address began, counted from 1970-01-01.
    public var firstDay: Int
    /// Messages to each provider on each day, the first first. After the last there is no limit.
    public var curve: [Int]

    /// An address that began on that day.
    public init(firstDay: Int, curve: [Int] = standardCurve) {
        self.firstDay = firstDay
        self.curve = curve.map { max(0, $0) }
    }

    /// Four weeks: about half as much again each day, from 50 to 200,000.
    public static let standardCurve = [
        50, 75, 110, 165, 250, 370, 560, 800, 1_100, 1_500, 2_000, 2_700, 3_600, 4_800, 6_400, 8_500, 11_000, 15_000,
        20_000, 26_000, 34_000, 45_000, 60_000, 80_000, 100_000, 130_000, 160_000, 200_000,
    ]

    /// The same rise in so many days, 1 at least.
    public static func curve(days: Int) -> [Int] {
        let last = standardCurve.count - 1
        let days = max(1, min(days, 1000))
        guard days > 1 else { return [standardCurve[last]] }
        return (0..<days).map { day in
            let (place, part) = (day * last).quotientAndRemainder(dividingBy: days - 1)
            guard part > 0 else { return standardCurve[place] }
            return standardCurve[place] + (standardCurve[place + 1] - standardCurve[place]) * part / (days - 1)
        }
    }

    /// Messages to each provider on that day; nil if there is no limit any more. Before the first day, none.
    public func limit(on day: Int) -> Int? {
        guard day >= firstDay else { return 0 }
        return day - firstDay < curve.count ? curve[day - firstDay] : nil
    }

    /// What may have been sent by a moment of that day, so that the day's mail does not go in its first minute: the part
    /// of the day that is over, and an hour's more, at least one.
    func limit(on day: Int, secondsOfDay: Int) -> Int? {
        guard let limit = limit(on: day) else { return nil }
        let seconds = min(max(secondsOfDay, 0) + 3600, 86_400)
        let (product, overflows) = limit.multipliedReportingOverflow(by: seconds)
        return limit == 0 ? 0 : overflows ? limit : max(1, product / 86_400)
    }

    /// The second of the day at which one more than `count` may have been sent; nil if not on that day.
    func second(for count: Int, on day: Int) -> Int? {
        guard let limit = limit(on: day), count < limit else { return nil }
        let (product, overflows) = (count + 1).multipliedReportingOverflow(by: 86_400)
        guard !overflows else { return 86_399 }
        // Rounded up: a second earlier it would be one too many.
        return min(max(0, (product + limit - 1) / limit - 3600), 86_399)
    }
}
