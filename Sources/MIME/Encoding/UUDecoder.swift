internal import Octets

/// Decodes uuencode in pieces of any size, a line at a time.
///
/// A line is a letter for the number of octets and then four letters for each three of them; a letter is its value plus 32, and zero
/// may be a blank or a grave accent. POSIX.1-2017, uuencode. Blanks that were lost at the end of a line are put back, and what stands
/// behind the letters (some programs add a check) is passed over. The result does not depend on how the input is cut.
public struct UUDecoder: Sendable {
    private enum State { case before, data, done }
    /// The longest line: 63 octets.
    private static var lineLimit: Int { 1 + 84 }

    private var state: State
    /// The line so far, as much of it as can matter.
    private var line: [UInt8] = []

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
        for index in text.indices {
            let octet = text[index]
            if octet == .lineFeed {
                endLine(into: &output)
            } else if line.count < Self.lineLimit {
                line.append(octet)
            }
        }
    }

    /// Takes a last line that was not ended. The decoder takes nothing more.
    public mutating func finish(into output: inout [UInt8]) {
        endLine(into: &output)
        state = .done
    }

    private mutating func endLine(into output: inout [UInt8]) {
        if line.last == .carriageReturn { line.removeLast() }
        switch state {
        case .before: if EmbeddedFiles.isUUBegin(line.span) { state = .data }
        case .data where line == Array("end".utf8): state = .done
        case .data: Self.decode(line.span, into: &output)
        case .done: break
        }
        line.removeAll(keepingCapacity: true)
    }

    private static func decode(_ line: Span<UInt8>, into output: inout [UInt8]) {
        guard line.count > 0, (0x20...0x60).contains(line[0]) else { return }
        let count = Int((line[0] - 0x20) & 63)
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
