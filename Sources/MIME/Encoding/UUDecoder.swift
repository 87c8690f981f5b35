internal import Octets

/// Decodes uuencode in pieces of any size, a line at a time.
///
/// A line is a letter for the number of octets and then four letters for each three of them; a letter is its value plus 32, and zero
/// may be a blank or a grave accent. POSIX.1-2017, uuencode. Blanks that were lost at the end of a line are put back, and what stands
/// behind the letters (some programs add a check) is passed over. The octets put back are at most 64 KiB more than there are others, so
/// that a small text cannot become a large file. The result does not depend on how the input is cut.
public struct UUDecoder: Sendable {
    private enum State { case before, data, done }
    /// The longest line: 63 octets.
    private static var lineLimit: Int { 1 + 84 }
    /// Octets that may be put back beyond the number of those that letters stood for.
    private static var lossLimit: Int { 64 << 10 }

    private var state: State
    /// The line so far, as much of it as can matter.
    private var line: [UInt8] = []
    /// Octets that letters stood for, less those that were put back.
    private var balance = 0

    /// A decoder of a whole body, of which the octets from the first line `begin` to `end` are decoded, and all else is passed over.
    public init() { state = .before }

    /// A decoder of the lines between `begin` and `end`.
    public static func ofData() -> UUDecoder {
        var decoder = UUDecoder()
        decoder.state = .data
        return decoder
    }

    /// Takes the next octets and appends what they stand for.
    public mutating func push(_ text: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != .lineFeed { end += 1 }
            let room = min(end - start, Self.lineLimit - line.count)
            if end < text.count, line.isEmpty {
                take(text.extracting(start..<start + room), into: &output)
            } else {
                line.append(contentsOf: text.extracting(start..<start + room))
                if end < text.count { endLine(into: &output) }
            }
            start = end + 1
        }
    }

    /// Takes a last line that was not ended. The decoder takes nothing more.
    public mutating func finish(into output: inout [UInt8]) {
        endLine(into: &output)
        state = .done
    }

    private mutating func endLine(into output: inout [UInt8]) {
        let whole = line
        line.removeAll(keepingCapacity: true)
        take(whole.span, into: &output)
    }

    /// Takes a line without its line feed, or as much of it as can matter.
    private mutating func take(_ line: Span<UInt8>, into output: inout [UInt8]) {
        let hasReturn = line.count > 0 && line[line.count - 1] == .carriageReturn
        let line = hasReturn ? line.extracting(..<(line.count - 1)) : line
        switch state {
        case .before: if EmbeddedFiles.isUUBegin(line) { state = .data }
        case .data where line.count == 3 && line.starts(with: "end"): state = .done
        case .data: decode(line, into: &output)
        case .done: break
        }
    }

    private mutating func decode(_ line: Span<UInt8>, into output: inout [UInt8]) {
        guard line.count > 0, (0x20...0x60).contains(line[0]) else { return }
        let count = Int((line[0] - 0x20) & 63)
        let present = min((line.count - 1) * 3 / 4, count)
        guard balance + present - (count - present) >= -Self.lossLimit else { return }
        balance += present - (count - present)
        func value(_ index: Int) -> UInt8 { index < line.count ? (line[index] &- 0x20) & 63 : 0 }
        var left = count
        var index = 1
        while left > 0 {
            let (first, second, third, fourth) = (value(index), value(index + 1), value(index + 2), value(index + 3))
            output.append(first << 2 | second >> 4)
            if left > 1 { output.append(second << 4 | third >> 2) }
            if left > 2 { output.append(third << 6 | fourth) }
            left -= 3
            index += 4
        }
    }
}
