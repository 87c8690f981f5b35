/// Decodes base64 in pieces of any size and finds out whether it is regular.
///
/// The decoder passes over what is no letter, so it would decode fewer octets than the letters make if anything but letters stood
/// where they should; hence only the line endings need to be looked at here, and each line is one step.
public struct CanonicalBase64Detector: Sendable {
    private var decoder = Base64Decoder()
    private var decodedCount = 0
    private var isRegular = true
    /// Of the first line, when it has ended.
    private var lineLength: Int?
    private var lineEnding: LineEnding?
    private var column = 0
    private var letters = 0
    private var isBehindReturn = false
    /// The last four letters, the last one lowest.
    private var lastLetters: UInt32 = 0
    /// Line endings that nothing has followed yet.
    private var held: [UInt8] = []

    /// A detector at the start of a text.
    public init() {}

    /// Whether the text may still turn out to be regular. If not, there is no use in pushing more.
    public var mayBeRegular: Bool { isRegular }

    /// Takes the next octets of the text, and appends what they stand for to `output`, regular or not.
    public mutating func push(_ text: Span<UInt8>, into output: inout [UInt8]) {
        let before = output.count
        decoder.push(text, into: &output)
        decodedCount += output.count - before
        guard isRegular else { return }
        var end = text.count
        while end > 0, text[end - 1] == .carriageReturn || text[end - 1] == .lineFeed { end -= 1 }
        if end > 0 {
            let endings = held
            held.removeAll(keepingCapacity: true)
            take(endings.span)
            take(text.extracting(..<end))
        }
        guard held.count + text.count - end <= CanonicalBase64.finalOctetsLimit else {
            isRegular = false
            return
        }
        held.append(contentsOf: text.extracting(end...))
    }

    /// Appends what the decoder has held back, and tells the layout; nil if the text is not regular.
    public mutating func finish(into output: inout [UInt8]) -> CanonicalBase64? {
        let before = output.count
        decoder.finish(into: &output)
        decodedCount += output.count - before
        guard isRegular, !isBehindReturn, letters % 4 == 0, decodedCount == letters / 4 * 3 - padding, hasZeroBits
        else {
            return nil
        }
        let ending = lineEnding ?? (held.first == .lineFeed ? .lf : .crlf)
        let count = held.count / ending.count
        var expected: [UInt8] = []
        for _ in 0..<count { expected.append(ending) }
        guard held == expected else { return nil }
        return CanonicalBase64(lineLength: lineLength ?? max(letters, 1), lineEnding: ending, finalLineEndings: count)
    }

    /// Looks at octets that a letter follows or ends.
    private mutating func take(_ text: Span<UInt8>) {
        var index = 0
        while index < text.count, isRegular {
            if isBehindReturn {
                isRegular = text[index] == .lineFeed
                isBehindReturn = false
                column = 0
                index += 1
            } else if let lineLength, column == lineLength {
                isRegular = text[index] == (lineEnding == .crlf ? .carriageReturn : .lineFeed)
                isBehindReturn = lineEnding == .crlf
                column = 0
                index += 1
            } else {
                let end = lineLength.map { min(index + $0 - column, text.count) } ?? text.count
                takeLine(text.extracting(index..<end), index: &index)
            }
        }
    }

    /// Takes what may be letters of one line; of the first line, up to its end.
    private mutating func takeLine(_ text: Span<UInt8>, index: inout Int) {
        var end = text.count
        if lineLength == nil {
            end = 0
            while end < text.count, text[end] != .carriageReturn, text[end] != .lineFeed { end += 1 }
        }
        for place in max(end - 4, 0)..<end { lastLetters = lastLetters << 8 | UInt32(text[place]) }
        letters += end
        column += end
        index += end
        guard lineLength == nil, end < text.count else { return }
        lineLength = column
        lineEnding = text[end] == .carriageReturn ? .crlf : .lf
        if column == 0 { isRegular = false }
    }

    private var padding: Int {
        guard letters > 0, UInt8(lastLetters & 0xFF) == Base64.pad else { return 0 }
        return UInt8(lastLetters >> 8 & 0xFF) == Base64.pad ? 2 : 1
    }

    private var hasZeroBits: Bool {
        switch padding {
        case 0: true
        case 1: Base64.values[Int(lastLetters >> 8 & 0xFF)] & 0x03 == 0
        default: Base64.values[Int(lastLetters >> 16 & 0xFF)] & 0x0F == 0
        }
    }
}
