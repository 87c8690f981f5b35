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

    /// Which open multipart the line belongs to, if it is a delimiter. RFC 2046 §5.1.1, §5.1.2.
    ///
    /// The whole boundary must stand there, and then at most blanks; the innermost multipart comes first, but one that is
    /// closed makes room for one around it that has the same boundary. If no multipart matches so, it is the one with the
    /// longest boundary that the line begins with. What matches a closed multipart best belongs to its epilogue.
    func match(_ whole: Span<UInt8>) -> Delimiter? {
        guard whole.count > 2, whole[0] == 0x2D, whole[1] == 0x2D else { return nil }
        let line = whole.extracting(first: Self.lineLimit)
        var isOfClosed = false
        var longest: Delimiter?
        var length = 0
        var index = multiparts.count
        while index > 0 {
            index -= 1
            let boundary = multiparts[index].boundary
            guard line.count >= boundary.count + 2, line.begins(with: boundary.span, at: 2) else { continue }
            let end = boundary.count + 2
            let isClose = line.count >= end + 2 && line[end] == 0x2D && line[end + 1] == 0x2D
            let isClosed = multiparts[index].isClosed
            if line.isBlank(from: isClose ? end + 2 : end) {
                guard isClosed else { return Delimiter(multipart: index, isClose: isClose) }
                isOfClosed = true
            }
            if boundary.count > length {
                longest = isClosed ? nil : Delimiter(multipart: index, isClose: isClose)
                length = boundary.count
            }
        }
        return isOfClosed ? nil : longest
    }
}
