internal import Octets
public import World

/// A filter of jobs as administrators write it: by names and values, ages, and the addresses of accounts.
///
/// | name | value |
/// |---|---|
/// | `queue` | the queue's name, as `outgoing` |
/// | `domain` | where the jobs go: the recipients' domain, or the host that they were routed to |
/// | `sender` | the envelope's sender; nothing or `<>` for the null path |
/// | `recipient` | an address among the recipients |
/// | `older_than` | a time such as `90s`, `5m`, `2h` or `3d`, for which the messages have been here |
/// | `held` | `true` or `false`: whether an administrator holds them |
/// | `account` | the address of the account that submitted the messages |
public struct JobQuery: Hashable, Sendable {
    /// The names that it understands.
    public static let names = ["queue", "domain", "sender", "recipient", "older_than", "held", "account"]

    /// The values that were given, by name, as they were written.
    public private(set) var values: [String: String] = [:]
    private var jobs = JobFilter()
    private var age: Duration?

    /// The address of the account that it names; whoever makes a filter of it finds out the number.
    public var account: String? { values["account"] }

    /// Every job.
    public init() {}

    /// The query that `words`, each `name=value`, write.
    ///
    /// - Throws: `.refused` with what is wrong.
    public init(words: some Sequence<String>) throws(QueueError) {
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { throw .refused("'\(word)' is no name=value") }
            try set(String(word[..<equals]), to: String(word[word.index(after: equals)...]))
        }
    }

    /// The words that `init(words:)` reads.
    public var words: [String] { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

    /// Whether it means every job.
    public var isEmpty: Bool { values.isEmpty }

    /// Adds a condition.
    ///
    /// - Throws: `.refused` if the name is not known, has a value already, or cannot have that one.
    public mutating func set(_ name: String, to value: String) throws(QueueError) {
        guard values[name] == nil else { throw .refused("'\(name)' is given twice") }
        switch name {
        case "queue":
            guard let queue = QueueName(value) else {
                let names = QueueName.allCases.map(\.description).joined(separator: ", ")
                throw .refused("'\(value)' is no queue; there are \(names)")
            }
            jobs.queue = queue
        case "domain": jobs.destination = String(decoding: value.utf8.map(\.asciiLowercased), as: UTF8.self)
        case "sender": jobs.sender = value == "<>" ? "" : value
        case "recipient": jobs.recipient = value
        case "older_than":
            guard let age = JobQuery.age(value) else {
                throw .refused("'\(value)' is no time such as 90s, 5m, 2h or 3d")
            }
            self.age = age
        case "held":
            guard value == "true" || value == "false" else { throw .refused("'\(value)' is neither true nor false") }
            jobs.isHeld = value == "true"
        case "account": break
        default: throw .refused("there is no filter '\(name)'")
        }
        values[name] = value
    }

    /// The filter at the moment `now`. `submitter` is the number of the account, if one is named.
    public func filter(at now: Timestamp, submitter: UInt64?) -> JobFilter {
        var filter = jobs
        filter.submitter = submitter
        filter.before = age.map { Timestamp(milliseconds: now.milliseconds - $0.milliseconds) }
        return filter
    }

    /// At most some hundred years, so that no moment overflows.
    private static func age(_ text: String) -> Duration? {
        guard let last = text.utf8.last else { return nil }
        let unit: Int
        switch last {
        case UInt8(ascii: "s"): unit = 1
        case UInt8(ascii: "m"): unit = 60
        case UInt8(ascii: "h"): unit = 3600
        case UInt8(ascii: "d"): unit = 86_400
        default: return nil
        }
        guard let number = decimal(Array(text.utf8.dropLast()).span, as: Int.self), number <= 100_000 else {
            return nil
        }
        return .seconds(number * unit)
    }
}
