/// Encodes base64 in pieces of any size, in lines of any length. RFC 4648 §4, RFC 2045 §6.8.
///
/// The result does not depend on how the input is cut.
public struct Base64Encoder: Sendable {
    private static var block: Int { 3072 }
    private let lineLength: Int
    private let lineEnding: LineEnding
    private let endsLastLine: Bool
    /// Octets of a group that is not whole yet.
    private var first: UInt8?
    private var second: UInt8?
    private var column = 0

    /// An encoder at the start of a body.
    /// - Parameters:
    ///   - lineLength: Letters in a line, at least 1; nil for a single line.
    ///   - lineEnding: What is between two lines.
    ///   - endsLastLine: Whether the last line is ended too, unless there are no octets at all.
    public init(lineLength: Int? = nil, lineEnding: LineEnding = .crlf, endsLastLine: Bool = false) {
        self.lineLength = max(lineLength ?? .max, 1)
        self.lineEnding = lineEnding
        self.endsLastLine = endsLastLine
    }

    /// An encoder of the rest of a text, from a letter on that begins a group. If that letter begins a line, the line ending before
    /// it comes first.
    init(lineLength: Int, lineEnding: LineEnding, startingAtLetter letter: Int) {
        self.init(lineLength: lineLength, lineEnding: lineEnding)
        column = letter == 0 ? 0 : (letter - 1) % self.lineLength + 1
    }

    /// Takes the next octets and appends the letters that are certain.
    public mutating func push(_ octets: Span<UInt8>, into text: inout [UInt8]) {
        var start = 0
        // A group that the last piece began.
        while start < octets.count, let begun = first {
            let octet = octets[start]
            start += 1
            guard let next = second else {
                second = octet
                continue
            }
            appendGroup(begun, next, octet, to: &text)
            first = nil
            second = nil
        }
        let end = start + (octets.count - start) / 3 * 3
        while start < end {
            let blockEnd = min(start + Self.block, end)
            appendGroups(octets.extracting(start..<blockEnd), to: &text)
            start = blockEnd
        }
        guard start < octets.count else { return }
        first = octets[start]
        if start + 1 < octets.count { second = octets[start + 1] }
    }

    /// Appends the last letters, the padding and the last line ending. The encoder is then as new.
    public mutating func finish(into text: inout [UInt8]) {
        if let begun = first {
            let letters = Base64Groups.lastLetters(begun, second)
            appendLetters(letters, to: &text)
        }
        if endsLastLine, column > 0 { text.append(lineEnding) }
        first = nil
        second = nil
        column = 0
    }

    /// Whole groups only.
    private mutating func appendGroups(_ octets: Span<UInt8>, to text: inout [UInt8]) {
        let letters = octets.count / 3 * 4
        let capacity = letters + (letters / lineLength + 2) * lineEnding.count + 8
        var index = 0
        while index < octets.count {
            // As many whole lines as there are, then the group that a line ending cuts in two.
            text.append(addingCapacity: capacity) { output in
                output.append(repeating: 0, count: capacity)
                var room = output.mutableSpan
                let used = encodeLines(octets, from: &index, into: &room)
                output.removeLast(capacity - used)
            }
            guard index + 3 <= octets.count else { return }
            appendGroup(octets[index], octets[index + 1], octets[index + 2], to: &text)
            index += 3
        }
    }

    /// Encodes groups until one does not fit into its line, and returns how many octets that makes.
    private mutating func encodeLines(
        _ octets: Span<UInt8>,
        from start: inout Int,
        into output: inout MutableSpan<UInt8>
    )
        -> Int
    {
        // Of their own, so that they stay in registers.
        var index = start
        var place = 0
        var column = column
        while index < octets.count {
            if column == lineLength {
                if lineEnding == .crlf {
                    output[place] = .carriageReturn
                    place += 1
                }
                output[place] = .lineFeed
                place += 1
                column = 0
            }
            let groups = (lineLength - column) / 4
            guard groups > 0 else { break }
            let lineStart = place
            Base64Groups.encode(octets, at: &index, groups: groups, into: &output, at: &place)
            column += place - lineStart
        }
        start = index
        self.column = column
        return place
    }

    private mutating func appendGroup(_ first: UInt8, _ second: UInt8, _ third: UInt8, to text: inout [UInt8]) {
        let alphabet = Base64.alphabet
        let letters = (
            alphabet[Int(first >> 2)], alphabet[Int((first << 4 | second >> 4) & 63)],
            alphabet[Int((second << 2 | third >> 6) & 63)], alphabet[Int(third & 63)]
        )
        appendLetters(letters, to: &text)
    }

    private mutating func appendLetters(_ letters: (UInt8, UInt8, UInt8, UInt8), to text: inout [UInt8]) {
        for letter in [letters.0, letters.1, letters.2, letters.3] {
            if column == lineLength {
                text.append(lineEnding)
                column = 0
            }
            text.append(letter)
            column += 1
        }
    }
}
