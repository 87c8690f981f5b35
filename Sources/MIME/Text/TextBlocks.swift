internal import Octets

/// A run of lines of a plain text that belong together.
public struct TextBlock: Hashable, Sendable {
    /// What the lines are.
    public enum Kind: Hashable, Sendable {
        /// What the author wrote.
        case text
        /// What says who is quoted: `On … Ann wrote:`, `-----Original Message-----`, and the header lines behind it.
        case attribution
        /// What the author answers to: lines that begin with `>`, and all that follows an attribution without them.
        case quote
        /// From a line `-- ` on, and lines such as `Sent from my phone`.
        case signature
    }

    /// What they are.
    public var kind: Kind
    /// The lines as they stand, each ended by LF.
    public var text: String

    /// A block of that.
    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

/// Tells what the author of a plain text wrote from what is quoted and signed, as far as lines tell it.
///
/// Nothing is lost: the blocks in a row are the text. No rule is certain, so a program should fold what is no text, not
/// throw it away.
public enum TextBlocks {
    /// The blocks of `text`, whose lines end in LF or CRLF.
    public static func split(_ text: String) -> [TextBlock] {
        var splitter = BlockSplitter(text.utf8.span)
        splitter.classify(text.utf8.span)
        return splitter.blocks(text.utf8.span)
    }

    /// `text` with one level of `>` taken off its lines.
    public static func unquoted(_ text: String) -> String {
        let octets = text.utf8.span
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        var isLineStart = true
        var index = 0
        while index < octets.count {
            if isLineStart, octets[index] == 0x3E {
                index += 1
                if index < octets.count, octets[index] == .space { index += 1 }
                isLineStart = false
                continue
            }
            isLineStart = octets[index] == .lineFeed
            output.append(octets[index])
            index += 1
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// Gives each line its kind, from the first to the last. Looks back and ahead a few lines at most.
private struct BlockSplitter {
    private struct Line {
        /// Without white space at its ends.
        var range: Range<Int>
        /// Where the next line begins.
        var next: Int
        var kind = TextBlock.Kind.text
        var isEmpty: Bool { range.isEmpty }
    }

    private var lines: [Line] = []
    /// An attribution has at most so many lines, with at most so many empty ones behind it.
    private static let attributionLines = 4
    private static let emptyLines = 2
    /// A header block's lines are looked for so far ahead; addresses may fill several lines.
    private static let headerLines = 12

    init(_ text: Span<UInt8>) {
        var position = 0
        while position < text.count {
            var end = position
            while end < text.count, text[end] != .lineFeed { end += 1 }
            lines.append(Line(range: HeaderFields.trim(text, position..<end), next: min(end + 1, text.count)))
            position = end + 1
        }
    }

    mutating func classify(_ text: Span<UInt8>) {
        var kind = TextBlock.Kind.text
        var index = 0
        while index < lines.count {
            if isQuoted(index, in: text) {
                markAttribution(before: index, in: text)
                while index < lines.count, isQuoted(index, in: text) || continuesQuote(index, in: text) {
                    lines[index].kind = .quote
                    index += 1
                }
                kind = .text
            } else if let count = separator(at: index, in: text) {
                for _ in 0..<count {
                    lines[index].kind = .attribution
                    index += 1
                }
                while index < lines.count {
                    lines[index].kind = .quote
                    index += 1
                }
            } else {
                if isSignatureMark(index, in: text) { kind = .signature }
                lines[index].kind = kind
                index += 1
            }
        }
        markSentFrom(text)
    }

    /// `>`, but not the `>From ` that mailbox files make of a line's `From `.
    private func isQuoted(_ index: Int, in text: Span<UInt8>) -> Bool {
        let range = lines[index].range
        guard !range.isEmpty, text[range.lowerBound] == 0x3E else { return false }
        let isFrom = range.count >= 6 && HeaderFields.matches(text, range.lowerBound..<range.lowerBound + 6, ">From ")
        return !isFrom || (index > 0 && lines[index - 1].kind == .quote)
    }

    /// Whether an empty line stands between two quoted ones.
    private func continuesQuote(_ index: Int, in text: Span<UInt8>) -> Bool {
        lines[index].isEmpty && index + 1 < lines.count && isQuoted(index + 1, in: text)
    }

    /// `-- `, or without the space, which many programs lose. RFC 3676 §4.3.
    private func isSignatureMark(_ index: Int, in text: Span<UInt8>) -> Bool {
        let range = lines[index].range
        return range.count == 2 && text[range.lowerBound] == 0x2D && text[range.lowerBound + 1] == 0x2D
    }

    // MARK: Attributions

    /// Marks the lines above the quote at `index` that say whom it quotes.
    private mutating func markAttribution(before index: Int, in text: Span<UInt8>) {
        var last = index - 1
        while last >= 0, index - last <= Self.emptyLines, lines[last].isEmpty { last -= 1 }
        guard last >= 0, !lines[last].isEmpty, lines[last].kind != .quote else { return }
        guard let first = attributionStart(endingAt: last, in: text) else { return }
        for line in first..<index { lines[line].kind = .attribution }
    }

    /// The first line of the attribution whose last one is `last`: that which begins as they do, or else the one line.
    private func attributionStart(endingAt last: Int, in text: Span<UInt8>) -> Int? {
        guard ReplyPhrases.endsWithColon(text, lines[last].range) else { return nil }
        let lowest = max(last - Self.attributionLines + 1, 0)
        var first = last
        var hasVerb = false
        for line in stride(from: last, through: lowest, by: -1) {
            guard !lines[line].isEmpty, lines[line].kind != .quote else { break }
            hasVerb = hasVerb || ReplyPhrases.hasVerb(text, lines[line].range)
            if ReplyPhrases.begins(text, lines[line].range) {
                first = line
                break
            }
        }
        return hasVerb || ReplyPhrases.namesAddress(text, lines[last].range) ? first : nil
    }

    /// How many lines say, at `index`, that all behind them is quoted though it has no `>`; nil if they do not.
    private func separator(at index: Int, in text: Span<UInt8>) -> Int? {
        let range = lines[index].range
        guard !range.isEmpty else { return nil }
        if ReplyPhrases.isSeparator(text, range) { return 1 + headerCount(from: index + 1, in: text) }
        if isRule(range, in: text) {
            let headers = headerCount(from: index + 1, in: text)
            return headers > 0 ? headers + 1 : nil
        }
        let headers = headerCount(from: index, in: text)
        if headers > 0 { return headers }
        return freeAttribution(at: index, in: text)
    }

    /// `________________________________`
    private func isRule(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
        guard range.count >= 5 else { return false }
        for index in range where text[index] != 0x5F { return false }
        return true
    }

    /// The lines of a header such as Outlook writes above what it answers to: one that names the sender, and then two of
    /// date, recipients and subject at least, without an empty line among them.
    private func headerCount(from index: Int, in text: Span<UInt8>) -> Int {
        var line = index
        while line < lines.count, line - index < Self.emptyLines, lines[line].isEmpty { line += 1 }
        guard line < lines.count, ReplyPhrases.header(text, lines[line].range) == .from else { return 0 }
        var found = 1
        var last = line
        var next = line + 1
        while next < lines.count, next - line < Self.headerLines, !lines[next].isEmpty {
            if ReplyPhrases.header(text, lines[next].range) != nil {
                found += 1
                last = next
            } else if last < next - 3 {
                break
            }
            next += 1
        }
        return found >= 3 ? last + 1 - index : 0
    }

    /// `On …, Ann wrote:` with a time in it, and no `>` behind it: web mail answers so.
    private func freeAttribution(at index: Int, in text: Span<UInt8>) -> Int? {
        guard ReplyPhrases.begins(text, lines[index].range) else { return nil }
        var line = index
        while line < lines.count, line - index < Self.attributionLines, !lines[line].isEmpty {
            if ReplyPhrases.endsWithColon(text, lines[line].range) {
                let whole = lines[index].range.lowerBound..<lines[line].range.upperBound
                guard ReplyPhrases.hasVerb(text, whole), ReplyPhrases.hasTime(text, whole) else { return nil }
                // A quote with `>` follows: it ends by itself.
                var next = line + 1
                while next < lines.count, next - line <= Self.emptyLines, lines[next].isEmpty { next += 1 }
                return next < lines.count && isQuoted(next, in: text) ? nil : line + 1 - index
            }
            line += 1
        }
        return nil
    }

    /// `Sent from my phone`, where it is the last of what the author wrote.
    private mutating func markSentFrom(_ text: Span<UInt8>) {
        var index = 0
        while index < lines.count {
            guard lines[index].kind == .text else {
                index += 1
                continue
            }
            var end = index
            var last = index
            while end < lines.count, lines[end].kind == .text {
                if !lines[end].isEmpty { last = end }
                end += 1
            }
            if last > index, ReplyPhrases.isSentFrom(text, lines[last].range) {
                for line in last..<end { lines[line].kind = .signature }
            }
            index = end
        }
    }

    // MARK: Result

    /// Lines of one kind in a row, put together. Empty lines go with those before them.
    func blocks(_ text: Span<UInt8>) -> [TextBlock] {
        var blocks: [TextBlock] = []
        var start = 0
        var kind = TextBlock.Kind.text
        var position = 0
        for line in lines {
            if line.kind != kind, !line.isEmpty || line.kind == .signature {
                if position > start {
                    blocks.append(TextBlock(kind, String(decoding: text.extracting(start..<position))))
                }
                start = position
                kind = line.kind
            }
            position = line.next
        }
        if position > start { blocks.append(TextBlock(kind, String(decoding: text.extracting(start..<position)))) }
        return blocks
    }
}
