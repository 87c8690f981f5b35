internal import Octets

/// The messages of an mbox, one after the other. RFC 4155 §A.
///
///     var messages = Mbox()
///     while let message = messages.next(in: octets) { … }
///
/// A line that begins with `From ` begins a message if it is the first line or comes after an empty one. What stands
/// before the first of them is a message too, so that a file that is a message and no mbox is one message.
public struct Mbox: Hashable, Sendable {
    /// Where the next line to be looked at begins.
    private var offset = 0

    /// Starts at the first octet.
    public init() {}

    /// The octets of the next message, without its `From ` line and the empty line that ends it; nil at the end. Its lines
    /// are as they stand: `unquoted` takes back what some writers do to those that begin with `From `.
    public mutating func next(in octets: Span<UInt8>) -> Range<Int>? {
        guard offset < octets.count else { return nil }
        if Self.isFromLine(octets, at: offset) {
            offset = (octets.firstLineFeed(from: offset) ?? octets.count - 1) + 1
        }
        let start = offset
        while true {
            if offset > start, Self.isFromLine(octets, at: offset), Self.isBehindEmptyLine(octets, offset, from: start)
            {
                return start..<Self.withoutLineBreak(octets, start..<offset)
            }
            // The line at `offset` is not looked at there, only those that begin behind it.
            let skipped = octets.skipLines(notBeginningWith: UInt8(ascii: "F"), UInt8(ascii: "r"), from: offset)
            if skipped.lineStart > offset {
                offset = skipped.lineStart
                continue
            }
            guard let lineFeed = octets.firstLineFeed(from: offset) else { break }
            offset = lineFeed + 1
        }
        offset = octets.count
        return
            start..<(Self.isBehindEmptyLine(octets, offset, from: start)
            ? Self.withoutLineBreak(octets, start..<offset) : offset)
    }

    private static func isFromLine(_ octets: Span<UInt8>, at start: Int) -> Bool {
        octets.count - start >= 5 && octets[start] == UInt8(ascii: "F") && octets[start + 1] == UInt8(ascii: "r")
            && octets[start + 2] == UInt8(ascii: "o") && octets[start + 3] == UInt8(ascii: "m")
            && octets[start + 4] == .space
    }

    /// Whether the line before `offset` has nothing in it; what begins at `start` counts as one.
    private static func isBehindEmptyLine(_ octets: Span<UInt8>, _ offset: Int, from start: Int) -> Bool {
        let end = withoutLineBreak(octets, start..<offset)
        return end < offset && (end == start || octets[end - 1] == .lineFeed)
    }

    /// The end of `range`, the line break that ends it left out.
    private static func withoutLineBreak(_ octets: Span<UInt8>, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        guard end > range.lowerBound, octets[end - 1] == .lineFeed else { return end }
        end -= 1
        if end > range.lowerBound, octets[end - 1] == .carriageReturn { end -= 1 }
        return end
    }

    /// The message with one `>` taken from each line that begins with `>From `, `>>From ` and so on, as the variant mboxrd
    /// puts one there.
    public static func unquoted(_ message: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(message.count)
        var start = 0
        var position = 0
        while position < message.count {
            var angle = position
            while angle < message.count, message[angle] == UInt8(ascii: ">") { angle += 1 }
            if angle > position, isFromLine(message, at: angle) {
                result.append(contentsOf: message.extracting(start..<position))
                start = position + 1
            }
            guard let lineFeed = message.firstLineFeed(from: angle) else { break }
            position = lineFeed + 1
        }
        result.append(contentsOf: message.extracting(start..<message.count))
        return result
    }
}
