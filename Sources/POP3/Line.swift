internal import Octets

/// Finds the end of the line that stands at the start of some input.
///
/// A line ends at LF; whether the octet before it is the CR that it must be is for the parser to say, so that a peer that
/// sends bare LF hears of it at once and both ends stay in step.
public struct LineFinder: Hashable, Sendable {
    private var searched = 0

    /// Nothing was searched yet.
    public init() {}

    /// What stands at the start of the input.
    public enum Finding: Hashable, Sendable {
        /// A line of that many octets, its LF included.
        case line(Int)
        /// No LF yet.
        case incomplete
        /// No LF within the limit.
        case tooLong
    }

    /// Looks for the end of the line at the start of `input`, of at most `limit` octets. To be called with the same
    /// input grown: what was searched before is not searched again.
    public mutating func find(in input: Span<UInt8>, limit: Int) -> Finding {
        let end = min(input.count, limit)
        while searched < end {
            if input[searched] == .lineFeed {
                defer { searched = 0 }
                return .line(searched + 1)
            }
            searched += 1
        }
        guard searched < limit else {
            searched = 0
            return .tooLong
        }
        return .incomplete
    }
}
