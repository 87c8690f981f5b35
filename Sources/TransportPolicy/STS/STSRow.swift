internal import Octets
internal import Store
internal import World

/// A policy as it is kept, under its domain: the edition, when it was fetched, and its lines, with tabs between.
struct STSRow: Hashable, Sendable {
    var fetched: StrictTransport.State.Fetched

    static let partition = Partition("mta-sts")

    static func isPossible(_ domain: String) -> Bool {
        (1...253).contains(domain.utf8.count) && domain.utf8.allSatisfy(ByteClass.visible.contains)
    }

    init(fetched: StrictTransport.State.Fetched) { self.fetched = fetched }

    /// nil for a row that cannot be read: it is as if there were none, and the policy is fetched again.
    init?(_ value: [UInt8]) {
        let fields = value.split(separator: UInt8.tab, maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let moment = Int64(String(decoding: fields[1], as: UTF8.self)),
            let policy = try? StrictTransport.Policy(parsing: Array(fields[2]).span)
        else { return nil }
        fetched = StrictTransport.State.Fetched(
            policy: policy,
            id: String(decoding: fields[0], as: UTF8.self),
            moment: Timestamp(milliseconds: moment)
        )
    }

    var encoded: [UInt8] {
        Array("\(fetched.id)\t\(fetched.moment.milliseconds)\t\(fetched.policy)".utf8)
    }
}
