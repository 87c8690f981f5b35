internal import Octets

/// Makes a message, given in pieces, the text of a multi-line response: a dot goes before every line that begins with
/// one, and CRLF `.` CRLF ends it. RFC 1939 §3.
///
/// Octets are sent as they are stored. A bare LF, which only a client's own upload can have brought, stays what it is, but
/// what follows it counts as the beginning of a line: clients that end lines at LF would otherwise take a dot after it
/// for the end of the response. For those that end lines at CRLF alone such a line has one dot more than was stored.
public struct DotStuffer: Hashable, Sendable {
    private var isEmpty = true
    private var last: UInt8 = .lineFeed
    private var beforeLast: UInt8 = .carriageReturn

    /// The beginning of a message.
    public init() {}

    /// Appends `octets[range]`, the message's next, to `output`.
    public mutating func push(_ octets: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) {
        guard let final = range.last else { return }
        let dot = UInt8(ascii: ".")
        let span = octets.span
        var copied = range.lowerBound
        if last == .lineFeed, span[range.lowerBound] == dot { output.append(dot) }
        var index = range.lowerBound + 1
        while index < range.upperBound {
            if span[index] == dot, span[index - 1] == .lineFeed {
                output.append(contentsOf: octets[copied..<index])
                output.append(dot)
                copied = index
            }
            index += 1
        }
        output.append(contentsOf: octets[copied..<range.upperBound])
        beforeLast = range.count > 1 ? span[final - 1] : last
        last = span[final]
        isEmpty = false
    }

    /// Appends `octets`, the message's next, to `output`.
    public mutating func push(_ octets: [UInt8], into output: inout [UInt8]) {
        push(octets, 0..<octets.count, into: &output)
    }

    /// Appends the end of the response; before it CRLF, if the message does not end with one.
    public func finish(into output: inout [UInt8]) {
        if !isEmpty, last != .lineFeed || beforeLast != .carriageReturn {
            output.append(.carriageReturn)
            output.append(.lineFeed)
        }
        ListingLine.end(into: &output)
    }
}
