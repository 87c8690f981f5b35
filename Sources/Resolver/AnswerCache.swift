internal import DNS
internal import World

/// Answers, and failures to get one, until their time is over. Bounded: in two halves, and when the young one is full the
/// old one is dropped.
struct AnswerCache {
    struct Entry {
        var result: Result<Step, LookupError>
        var stored: Instant
        var expiry: Instant
        var weight: Int
    }

    private let half: Int
    private var young: [Question: Entry] = [:]
    private var old: [Question: Entry] = [:]
    private var youngWeight = 0

    /// A response counts once for each of these octets.
    private static let octetsForOne = 512

    /// Keeps what weighs at most `limit`.
    init(limit: Int) { half = max(0, limit / 2) }

    /// What is known now. Times to live are what is left of them.
    mutating func result(of question: Question, at now: Instant) -> Result<Step, LookupError>? {
        guard let entry = young[question] ?? old[question] else { return nil }
        guard now < entry.expiry else {
            remove(question)
            return nil
        }
        if young[question] == nil { insert(entry, question) }
        guard case .success(var step) = entry.result else { return entry.result }
        let age = UInt32(clamping: (now - entry.stored).components.seconds)
        step.answer.timeToLive -= min(step.answer.timeToLive, age)
        for index in step.answer.records.indices {
            step.answer.records[index].timeToLive -= min(step.answer.records[index].timeToLive, age)
        }
        return .success(step)
    }

    /// Keeps a result for `seconds`; not at all, if that is 0 or it is larger than half of all.
    mutating func insert(
        _ result: Result<Step, LookupError>,
        of question: Question,
        count: Int,
        seconds: UInt32,
        at now: Instant
    ) {
        let weight = 1 + max(0, count - 1) / Self.octetsForOne
        guard seconds > 0, weight <= half else { return }
        let expiry = now + .seconds(seconds)
        insert(Entry(result: result, stored: now, expiry: expiry, weight: weight), question)
    }

    private mutating func insert(_ entry: Entry, _ question: Question) {
        remove(question)
        if youngWeight + entry.weight > half {
            old = young
            young = [:]
            youngWeight = 0
        }
        young[question] = entry
        youngWeight += entry.weight
    }

    private mutating func remove(_ question: Question) {
        youngWeight -= young.removeValue(forKey: question)?.weight ?? 0
        old.removeValue(forKey: question)
    }

    /// How many there are.
    var count: Int { young.count + old.count }
}
