internal import Octets

/// `text/plain; format=flowed`: paragraphs cut into lines that end in a space. RFC 3676.
public enum FlowedText {
    /// The text with each paragraph on one line, and LF for every line end. Quoted lines begin with one `>` for each level and
    /// a space. RFC 3676 §4.
    ///
    /// With `deletesSpace` the space that marks a cut is no part of the text: DelSp=yes, RFC 3676 §4.4.
    public static func decode(_ text: Span<UInt8>, deletesSpace: Bool = false) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        /// The quote depth of the paragraph that is open: its last line was flowed.
        var open: Int?
        var position = 0
        while position < text.count {
            var end = position
            while end < text.count, text[end] != .lineFeed, text[end] != .carriageReturn { end += 1 }
            let line = Line(text, position..<end)
            if open != line.depth || line.isSignatureMark(in: text) {
                if open != nil { output.append(.lineFeed) }
                Self.beginLine(depth: line.depth, isEmpty: line.start == line.end, &output)
            }
            let isFlowed = line.isFlowed(in: text)
            output.append(
                contentsOf: text.extracting(line.start..<(isFlowed && deletesSpace ? line.end - 1 : line.end))
            )
            open = isFlowed ? line.depth : nil
            if !isFlowed { output.append(.lineFeed) }
            position = TextLines.behindBreak(at: end, in: text)
        }
        if open != nil { output.append(.lineFeed) }
        return String(decoding: output, as: UTF8.self)
    }

    /// As for octets.
    public static func decode(_ text: String, deletesSpace: Bool = false) -> String {
        decode(text.utf8.span, deletesSpace: deletesSpace)
    }

    private static func beginLine(depth: Int, isEmpty: Bool, _ output: inout [UInt8]) {
        guard depth > 0 else { return }
        for _ in 0..<depth { output.append(0x3E) }
        if !isEmpty { output.append(.space) }
    }

    /// A line, its quote marks and the space that guards its start taken off. RFC 3676 §4.4, §4.5.
    private struct Line {
        var depth = 0
        var start: Int
        var end: Int

        init(_ text: Span<UInt8>, _ range: Range<Int>) {
            start = range.lowerBound
            end = range.upperBound
            while start < end, text[start] == 0x3E {
                depth += 1
                start += 1
            }
            if start < end, text[start] == .space { start += 1 }
        }

        /// RFC 3676 §4.3: this line is fixed though it ends in a space.
        func isSignatureMark(in text: Span<UInt8>) -> Bool {
            end - start == 3 && text[start] == 0x2D && text[start + 1] == 0x2D && text[start + 2] == .space
        }

        func isFlowed(in text: Span<UInt8>) -> Bool {
            end > start && text[end - 1] == .space && !isSignatureMark(in: text)
        }
    }
}

extension FlowedText {
    /// Lines are cut before they are longer than this, in characters; RFC 3676 §4.2 has 78 as the most.
    private static var width: Int { 72 }
    /// Room for text is never less than this, however deep it is quoted.
    private static var leastWidth: Int { 24 }

    /// The text as flowed lines that end in CRLF. Each of its lines, which end in LF or CRLF, is a paragraph; one that begins
    /// with `>` is quoted. Blanks at the end of a line are left out, but for those of `-- `. RFC 3676 §4.2.
    ///
    /// With `deletesSpace`, words that are too long are cut too, and the message must say DelSp=yes.
    public static func encode(_ text: String, deletesSpace: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + text.utf8.count / 32)
        let octets = text.utf8.span
        var position = 0
        while position < octets.count {
            var end = position
            while end < octets.count, octets[end] != .lineFeed, octets[end] != .carriageReturn { end += 1 }
            encodeLine(octets.extracting(position..<end), deletesSpace: deletesSpace, &output)
            position = TextLines.behindBreak(at: end, in: octets)
        }
        return output
    }

    private static func encodeLine(_ line: Span<UInt8>, deletesSpace: Bool, _ output: inout [UInt8]) {
        var depth = 0
        var start = 0
        while start < line.count, line[start] == 0x3E {
            depth += 1
            start += 1
            // `> > text` is how many programs write what RFC 3676 §4.5 writes as `>> text`.
            if start + 1 < line.count, line[start] == .space, line[start + 1] == 0x3E { start += 1 }
        }
        if depth > 0, start < line.count, line[start] == .space { start += 1 }
        var end = line.count
        while end > start, line[end - 1] == .space { end -= 1 }
        if line.count - start == 3, end - start == 2, line[start] == 0x2D, line[start + 1] == 0x2D { end = line.count }
        let room = max(width - depth - (depth > 0 ? 1 : 0), leastWidth)
        repeat {
            let stop = cut(line, start, end, room: room, breaksWords: deletesSpace)
            let piece = line.extracting(start..<stop)
            for _ in 0..<depth { output.append(0x3E) }
            if depth > 0 ? !piece.isEmpty : needsGuard(piece) { output.append(.space) }
            output.append(contentsOf: piece)
            if stop < end, deletesSpace { output.append(.space) }
            output.append(.carriageReturn)
            output.append(.lineFeed)
            start = stop
        } while start < end
    }

    /// Space-stuffing. RFC 3676 §4.4.
    private static func needsGuard(_ piece: Span<UInt8>) -> Bool {
        guard piece.count > 0 else { return false }
        return piece[0] == .space || piece[0] == 0x3E
            || (piece.count >= 5 && equalsIgnoringCase(piece.extracting(0..<5), "From "))
    }

    /// Where the piece that begins at `start` ends: behind the last blank within `room` characters, or else the next one.
    private static func cut(_ line: Span<UInt8>, _ start: Int, _ end: Int, room: Int, breaksWords: Bool) -> Int {
        var index = start
        var characters = 0
        var best: Int?
        while index < end {
            // A blank may only end a piece if the next one begins with text; and no piece may look like a signature mark.
            let isBreak = line[index] == .space && index + 1 < end && line[index + 1] != .space
            let isMark = index - start == 2 && line[start] == 0x2D && line[start + 1] == 0x2D
            if isBreak, !isMark {
                guard characters < room else { return best ?? index + 1 }
                best = index + 1
            } else if characters >= room {
                if let best { return best }
                if breaksWords, line[index] & 0xC0 != 0x80, line[index] != .space, !isCombined(line, index, end) {
                    return index
                }
            }
            if line[index] & 0xC0 != 0x80 { characters += 1 }
            index += 1
        }
        return characters > room ? best ?? end : end
    }

    /// Whether the character at `index` belongs to the one before it: combining marks, joiners and variation selectors.
    private static func isCombined(_ line: Span<UInt8>, _ index: Int, _ end: Int) -> Bool {
        // U+0300…U+036F; U+200B…U+200F; U+FE00…U+FE0F; skin tones and tags need no care: a cut there only costs a glyph on
        // the wire, as the decoder joins the pieces again.
        guard index + 1 < end else { return false }
        switch line[index] {
        case 0xCC: return true
        case 0xCD: return line[index + 1] < 0xB0
        case 0xE2: return line[index + 1] == 0x80 && index + 2 < end && (0x8B...0x8F).contains(line[index + 2])
        case 0xEF: return line[index + 1] == 0xB8 && index + 2 < end && line[index + 2] < 0x90
        default: return false
        }
    }
}
