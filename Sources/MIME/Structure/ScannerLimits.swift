/// How much of a message is looked at. Beyond a limit the rest is a leaf, never an error.
public struct ScannerLimits: Hashable, Sendable {
    /// Octets kept of one header; fields behind them are not seen.
    public var headerOctets = 256 << 10
    /// Entities: the message, its parts, and messages in them.
    public var parts = 2000
    /// Entities in one another.
    public var depth = 64
    /// Addresses shown of one list.
    public var addresses = 10_000
    /// Octets of envelope and body structure after which further parts are shown without names and parameters.
    public var summaryOctets = 1 << 20

    /// The limits that mail servers should use.
    public static let standard = ScannerLimits()

    /// The standard limits, to be changed.
    public init() {}
}
