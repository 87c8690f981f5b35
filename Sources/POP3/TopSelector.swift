internal import Octets

/// Finds where the answer to TOP ends in a message that is given in pieces: after the header, the empty line, and the
/// first lines of the body. RFC 1939 §7.
public struct TopSelector: Hashable, Sendable {
    private var linesLeft: Int
    private var isInBody = false
    /// Octets of the current line, its line break not counted.
    private var lineIsEmpty = true
    private var lastWasCarriageReturn = false
    /// Whether the answer is complete.
    public private(set) var isDone = false

    /// Selects the header and `lines` lines of the body.
    public init(lines: Int) { linesLeft = lines }

    /// How many of `octets`, the message's next, belong to the answer.
    public mutating func push(_ octets: Span<UInt8>) -> Int {
        var index = 0
        while index < octets.count, !isDone {
            let octet = octets[index]
            index += 1
            guard octet == .lineFeed else {
                if lastWasCarriageReturn || octet != .carriageReturn { lineIsEmpty = false }
                lastWasCarriageReturn = octet == .carriageReturn
                continue
            }
            if isInBody {
                linesLeft -= 1
            } else if lineIsEmpty {
                isInBody = true
            }
            isDone = isInBody && linesLeft == 0
            lineIsEmpty = true
            lastWasCarriageReturn = false
        }
        return index
    }
}
