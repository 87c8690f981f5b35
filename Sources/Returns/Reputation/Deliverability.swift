public import Octets
public import Store

/// Counts what became of messages, by provider, pool and reason, and tells of it day by day.
public final class Deliverability: Sendable {
    /// What became of messages to one provider from one pool.
    public struct Line: Hashable, Sendable {
        /// Days from 1970-01-01.
        public var day: Int
        /// The provider's name.
        public var provider: String
        /// The pool.
        public var pool: String
        /// Messages that were taken, one for each recipient.
        public var delivered = 0
        /// Refusals that may pass, by reason.
        public var deferred: [String: Int] = [:]
        /// Refusals for good, by reason.
        public var failed: [String: Int] = [:]
    }

    private let counters: DailyCounters

    /// What is counted in counters of the table `delivery`.
    public init(counters: DailyCounters) { self.counters = counters }

    /// A message was taken.
    public func countDelivered(to provider: Provider, from pool: SourcePlan.Category) {
        counters.add("\(provider.name)\t\(pool.rawValue)\t+")
    }

    /// A message was refused.
    public func countRefused(_ meaning: Classification, by provider: Provider, from pool: SourcePlan.Category) {
        let sign = meaning.isTransient ? "~" : "-"
        counters.add("\(provider.name)\t\(pool.rawValue)\t\(sign)\(meaning.reason.rawValue)")
    }

    /// What was counted on those days, at most 400, by day, provider and pool.
    public func lines(from first: Int, through last: Int) async throws(StoreError) -> [Line] {
        var lines: [Line] = []
        for (day, names) in try await counters.totals(from: first, through: last).sorted(by: { $0.key < $1.key }) {
            for (name, count) in names.sorted(by: { $0.key < $1.key }) {
                let fields = name.split(separator: "\t").map(String.init)
                guard fields.count == 3, let sign = fields[2].first else { continue }
                if lines.last.map({ ($0.day, $0.provider, $0.pool) != (day, fields[0], fields[1]) }) ?? true {
                    lines.append(Line(day: day, provider: fields[0], pool: fields[1]))
                }
                let reason = String(fields[2].dropFirst())
                switch sign {
                case "+": lines[lines.count - 1].delivered &+= count
                case "~": lines[lines.count - 1].deferred[reason, default: 0] &+= count
                default: lines[lines.count - 1].failed[reason, default: 0] &+= count
                }
            }
        }
        return lines
    }

    /// The lines as a table for people, the columns apart by two blanks at least.
    public static func table(_ lines: [Line]) -> String {
        var rows = [["day", "provider", "pool", "delivered", "deferred", "failed", "reasons"]]
        for line in lines {
            let reasons = (line.failed.map { ($0.value, $0.key) } + line.deferred.map { ($0.value, "\($0.key)?") })
                .sorted { ($1.0, $0.1) < ($0.0, $1.1) }
                .prefix(5).map { "\($0.1) \($0.0)" }
            rows.append([
                Self.date(line.day), line.provider, line.pool, "\(line.delivered)",
                "\(line.deferred.values.reduce(0, &+))", "\(line.failed.values.reduce(0, &+))",
                reasons.joined(separator: ", "),
            ])
        }
        let widths = (0..<7).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        return rows.map { row in
            var text = ""
            for (column, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[column] - cell.utf8.count)
                let isNumber = (3...5).contains(column)
                text += column == 6 ? cell : (isNumber ? blanks + cell : cell + blanks) + "  "
            }
            while text.utf8.last == UInt8.space { text.removeLast() }
            return text + "\n"
        }
        .joined()
    }

    static func date(_ day: Int) -> String {
        String(DateTime(secondsSince1970: Int64(day) * 86_400).internetFormat.prefix(10))
    }
}

extension Deliverability.Line: JSONWritable {
    /// Writes an object.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("day", Deliverability.date(day))
            json.member("provider", provider)
            json.member("pool", pool)
            json.member("delivered", delivered)
            Self.write("deferred", deferred, to: &json)
            Self.write("failed", failed, to: &json)
        }
    }

    private static func write(_ name: StaticString, _ counts: [String: Int], to json: inout JSONWriter) {
        json.member(name) { json in
            json.object { json in
                for (reason, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(named: reason, count) }
            }
        }
    }
}
