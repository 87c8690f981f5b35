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

/// Which of `ScannerLimits` a message went beyond: what is said of it is then not all there is.
public struct ReachedLimits: OptionSet, Hashable, Sendable {
    /// One bit for each limit.
    public var rawValue: UInt8

    /// The limits with those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A header has more octets than are kept.
    public static let header = ReachedLimits(rawValue: 1)
    /// There are more entities: the rest belongs to the last one.
    public static let parts = ReachedLimits(rawValue: 2)
    /// Entities lie deeper in one another: the innermost is a leaf.
    public static let depth = ReachedLimits(rawValue: 4)
    /// A list has more addresses than are shown.
    public static let addresses = ReachedLimits(rawValue: 8)
    /// Some parts are shown without names and parameters.
    public static let summary = ReachedLimits(rawValue: 16)

    /// The names of the limits, as members of `ScannerLimits`.
    public var names: [String] {
        let all: [(ReachedLimits, String)] = [
            (.header, "headerOctets"), (.parts, "parts"), (.depth, "depth"), (.addresses, "addresses"),
            (.summary, "summaryOctets"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
