/// How a regular base64 text is laid out: with this and the decoded octets, the very octets of the text come back.
///
/// A text is regular if all lines but the last have the same number of letters and end alike, the last line is not longer, padding is
/// right and its unused bits are zero, and nothing follows but line endings. RFC 4648 §3.5, RFC 2045 §6.8.
public struct CanonicalBase64: Hashable, Sendable {
    /// Letters, with padding, of each line but the last; at least 1. Of a text that is one line, not less than it has.
    public let lineLength: Int
    /// What ends every line.
    public let lineEnding: LineEnding
    /// Line endings behind the last letter.
    public let finalLineEndings: Int

    /// More octets of line endings than this are not found at the end of a text.
    public static let finalOctetsLimit = 64

    /// A layout; nil if a number is out of its range.
    public init?(lineLength: Int, lineEnding: LineEnding, finalLineEndings: Int) {
        let limit = Self.finalOctetsLimit / lineEnding.count
        guard lineLength > 0, (0...limit).contains(finalLineEndings) else { return nil }
        self.lineLength = lineLength
        self.lineEnding = lineEnding
        self.finalLineEndings = finalLineEndings
    }

    /// Octets of the text that `decodedCount` octets make, which may be up to 2^60.
    public func encodedCount(decodedCount: Int) -> Int {
        let letters = (decodedCount + 2) / 3 * 4
        return start(ofLetter: letters) + finalLineEndings * lineEnding.count
    }

    /// An encoder of the whole text, but for the final line endings, which `appendFinalLineEndings` adds.
    public func encoder() -> Base64Encoder { Base64Encoder(lineLength: lineLength, lineEnding: lineEnding) }

    /// Appends what follows the last letter.
    public func appendFinalLineEndings(to text: inout [UInt8]) {
        for _ in 0..<finalLineEndings { text.append(lineEnding) }
    }

    /// The text of `octets`.
    public func encode(_ octets: Span<UInt8>) -> [UInt8] {
        var encoder = encoder()
        var text: [UInt8] = []
        text.reserveCapacity(encodedCount(decodedCount: octets.count) + 16)
        encoder.push(octets, into: &text)
        encoder.finish(into: &text)
        appendFinalLineEndings(to: &text)
        return text
    }

    /// Which of the decoded octets are needed to write `range` of the text. What lies outside of the text is passed over.
    public func decodedRange(for range: Range<Int>, decodedCount: Int) -> Range<Int> {
        let letters = letters(in: range, decodedCount: decodedCount)
        return min(letters.lowerBound / 4 * 3, decodedCount)..<min((letters.upperBound + 3) / 4 * 3, decodedCount)
    }

    /// Appends `range` of the text, whose decoded octets `octets` are those that `decodedRange` asks for.
    public func append(
        _ range: Range<Int>,
        of octets: Span<UInt8>,
        decodedCount: Int,
        to text: inout [UInt8]
    ) {
        let whole = encodedCount(decodedCount: decodedCount)
        let range = range.clamped(to: 0..<whole)
        guard !range.isEmpty else { return }
        let first = letters(in: range, decodedCount: decodedCount).lowerBound / 4 * 4
        var encoder = Base64Encoder(lineLength: lineLength, lineEnding: lineEnding, startingAtLetter: first)
        var piece: [UInt8] = []
        piece.reserveCapacity(range.count + 16)
        encoder.push(octets, into: &piece)
        encoder.finish(into: &piece)
        if range.upperBound > whole - finalLineEndings * lineEnding.count { appendFinalLineEndings(to: &piece) }
        let start = min(max(range.lowerBound - start(ofLetter: first), 0), piece.count)
        text.append(contentsOf: piece.span.extracting(start..<min(start + range.count, piece.count)))
    }

    /// Where a letter is, or the line ending before it if there is one.
    private func start(ofLetter letter: Int) -> Int {
        letter + max(letter - 1, 0) / lineLength * lineEnding.count
    }

    /// The letters that write a range of the text: a line ending comes with the letter behind it.
    private func letters(in range: Range<Int>, decodedCount: Int) -> Range<Int> {
        let count = (decodedCount + 2) / 3 * 4
        let lower = min(lettersBefore(range.lowerBound), count)
        return lower..<max(min(lettersBefore(range.upperBound) + 1, count), lower)
    }

    private func lettersBefore(_ offset: Int) -> Int {
        let (width, isTooWide) = lineLength.addingReportingOverflow(lineEnding.count)
        guard !isTooWide, offset > 0 else { return max(offset, 0) }
        return offset / width * lineLength + min(offset % width, lineLength)
    }
}
