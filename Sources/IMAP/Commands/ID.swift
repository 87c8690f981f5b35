/// One field of ID, such as `"name" "Thunderbird"`. RFC 2971 §3.3.
public struct IDField: Hashable, Sendable {
    /// At most 30 octets.
    public var name: [UInt8]
    /// At most 1024 octets; nil for NIL.
    public var value: [UInt8]?

    /// The field `name` with `value`.
    public init(name: [UInt8], value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}
