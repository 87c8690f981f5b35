/// What an engine keeps about a partition besides its rows: its version and the names of its last commits. The rule by
/// which a commit is let in is here, once for all engines that keep it themselves.
package struct PartitionHead: Hashable, Sendable {
    /// A commit that was applied.
    package struct Applied: Hashable, Sendable {
        /// Its name.
        package var operation: OperationID
        /// The version that it made.
        package var version: Version

        /// The commit of that name, which made that version.
        package init(operation: OperationID, version: Version) {
            self.operation = operation
            self.version = version
        }
    }

    /// The partition's version.
    package var version = Version(0)
    /// The last `OperationID.remembered` commits, the oldest first.
    package var applied: [Applied] = []

    /// The head of a partition that was never written.
    package init() {}

    /// The version that `operation` made, if it is remembered.
    package func version(of operation: OperationID) -> Version? {
        applied.last { $0.operation == operation }?.version
    }

    /// Moves the version for a commit named `operation` and returns true; or returns false, with nothing changed, if
    /// that commit was applied before. Throws `.conflict` if another version is expected.
    package mutating func admit(_ operation: OperationID, expecting: Version?) throws(StoreError) -> Bool {
        guard version(of: operation) == nil else { return false }
        if let expecting, expecting != version { throw .conflict(version) }
        version.number += 1
        if applied.count == OperationID.remembered { applied.removeFirst() }
        applied.append(Applied(operation: operation, version: version))
        return true
    }
}

/// Limits that are the same in every engine.
package enum StoreLimits {
    /// The most octets of a row key.
    package static let key = 1000
    /// The most octets of all keys and values of one commit.
    package static let commit = 64 << 20

    /// Throws `.tooLarge` if an engine whose values have up to `valueLimit` octets cannot take `writes`.
    package static func check(_ writes: [Write], valueLimit: Int) throws(StoreError) {
        var total = 0
        for write in writes {
            switch write {
            case .put(let key, let value):
                guard key.count <= Self.key, value.count <= valueLimit else { throw .tooLarge }
                total += key.count + value.count
            case .delete(let key):
                guard key.count <= Self.key else { throw .tooLarge }
                total += key.count
            }
        }
        guard total <= commit else { throw .tooLarge }
    }
}
