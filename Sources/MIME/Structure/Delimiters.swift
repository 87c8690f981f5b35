internal import Octets

/// The multiparts that a delimiter may continue or close, outermost first. RFC 2046 §5.1.1.
struct Delimiters: Sendable {
    struct Multipart: Sendable {
        var entity: Int
        /// Its place in the path of open entities.
        var depth: Int
        var boundary: [UInt8]
        /// Whether its close delimiter was seen: the rest is epilogue.
        var isClosed = false
    }

    /// A line that ends a part.
    struct Delimiter {
        var multipart: Int
        var isClose: Bool
    }

    /// A longer boundary is not looked for. RFC 2046 §5.1.1 allows 70.
    static let longestBoundary = 250
    /// Octets looked at of a line: more than any delimiter needs.
    static let lineLimit = 512

    var multiparts: [Multipart] = []

    var isEmpty: Bool { multiparts.isEmpty }

    /// Which multipart the line belongs to, if it is a delimiter. The whole boundary must stand there, and then at most
    /// blanks; if no multipart matches so, the one with the longest boundary that the line begins with. RFC 2046 §5.1.2.
    func match(_ whole: Span<UInt8>) -> Delimiter? {
        guard whole.count > 2, whole[0] == 0x2D, whole[1] == 0x2D else { return nil }
        let line = whole.extracting(first: Self.lineLimit)
        var longest: Delimiter?
        var length = 0
        var index = multiparts.count
        while index > 0 {
            index -= 1
            let boundary = multiparts[index].boundary
            guard line.count >= boundary.count + 2, line.begins(with: boundary.span, at: 2) else { continue }
            let end = boundary.count + 2
            let isClose = line.count >= end + 2 && line[end] == 0x2D && line[end + 1] == 0x2D
            if line.isBlank(from: isClose ? end + 2 : end) { return Delimiter(multipart: index, isClose: isClose) }
            if boundary.count > length {
                longest = Delimiter(multipart: index, isClose: isClose)
                length = boundary.count
            }
        }
        return longest
    }
}
