internal import Octets
internal import Store
internal import World

/// A policy as it is kept, under its domain: the edition, when it was fetched, and its lines, with tabs between.
struct STSRow: Hashable, Sendable {
    var id: String
    var fetched: Timestamp
    var policy: StrictTransport.Policy

    static let partition = Partition("mta-sts")

    static func isPossible(_ domain: String) -> Bool {
        (1...253).contains(domain.utf8.count) && domain.utf8.allSatisfy(ByteClass.visible.contains)
    }

    init(id: String, fetched: Timestamp, policy: StrictTransport.Policy) {
        self.id = id
        self.fetched = fetched
        self.policy = policy
    }

    /// nil for a row that cannot be read: it is as if there were none, and the policy is fetched again.
    init?(_ value: [UInt8]) {
        let fields = value.split(separator: UInt8.tab, maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let fetched = Int64(String(decoding: fields[1], as: UTF8.self)),
            let policy = try? StrictTransport.Policy(parsing: Array(fields[2]).span)
        else { return nil }
        self.init(
            id: String(decoding: fields[0], as: UTF8.self),
            fetched: Timestamp(milliseconds: fetched),
            policy: policy
        )
    }

    var encoded: [UInt8] {
        Array("\(id)\t\(fetched.milliseconds)\t\(policy.lines.joined(separator: "\n"))\n".utf8)
    }

    private func age(at now: Timestamp) -> Int64 { max(0, now.seconds - fetched.seconds) }

    func isOver(at now: Timestamp) -> Bool { age(at: now) >= Int64(policy.maximumAge) }
    func isDue(at now: Timestamp) -> Bool { age(at: now) * 2 >= Int64(policy.maximumAge) }
}
