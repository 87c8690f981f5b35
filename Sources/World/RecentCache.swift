/// A bounded map that keeps what was used lately: two halves, and when the young one is full the old one is dropped.
public struct RecentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let half: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// Keeps at most `limit` values.
    public init(limit: Int) { half = max(1, limit / 2) }

    /// The value of `key`, which counts as used.
    public mutating func value(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    /// Keeps `value` for `key`.
    public mutating func insert(_ value: Value, for key: Key) {
        if young.count >= half, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
        old.removeValue(forKey: key)
    }

    /// Forgets the value of `key`.
    public mutating func remove(_ key: Key) {
        young.removeValue(forKey: key)
        old.removeValue(forKey: key)
    }

    /// Forgets all.
    public mutating func removeAll() {
        young = [:]
        old = [:]
    }

    /// How many values are kept.
    public var count: Int { young.count + old.count }
}
