internal import Octets

/// text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341 §7.1.3) reduced to text.
public enum EnrichedText {
    /// The text of text/enriched: a single line break is a blank, and of several one is left out, unless `nofill` says that
    /// lines stay as they are; `param` is no text; `<<` is `<`. RFC 1896 §3, §4.
    public static func plain(_ text: Span<UInt8>) -> String { reduce(text, isRichtext: false) }

    /// The text of text/richtext, where line breaks are blanks and `<nl>`, `<lt>` and such stand for what they are called.
    public static func plainRichtext(_ text: Span<UInt8>) -> String { reduce(text, isRichtext: true) }

    /// As for octets.
    public static func plain(_ text: String) -> String { plain(text.utf8.span) }

    /// As for octets.
    public static func plainRichtext(_ text: String) -> String { plainRichtext(text.utf8.span) }

    /// Whether it is one of the two media types.
    static func isType(_ type: String) -> Bool { type == "text/enriched" || type == "text/richtext" }

    /// A command is no longer than this. RFC 1896 §3.
    private static var longestCommand: Int { 62 }

    private static func reduce(_ text: Span<UInt8>, isRichtext: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var hidden = 0
        var unfilled = 0
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte == 0x3C, let command = Command(at: position, in: text, isRichtext: isRichtext) {
                position = command.end
                let step = command.isEnd ? -1 : 1
                switch command.meaning {
                case .hidden: hidden = max(hidden + step, 0)
                case .unfilled: unfilled = max(unfilled + step, 0)
                case .text(let octet): if hidden == 0, !command.isEnd { output.append(octet) }
                case .lineBreak: if hidden == 0, output.last != .lineFeed || !command.isEnd { output.append(.lineFeed) }
                case .nothing: break
                }
            } else if byte == .lineFeed || byte == .carriageReturn {
                var breaks = 0
                while position < text.count, text[position] == .lineFeed || text[position] == .carriageReturn {
                    position = TextLines.behindBreak(at: position, in: text)
                    breaks += 1
                }
                guard hidden == 0 else { continue }
                if isRichtext || (breaks == 1 && unfilled == 0) {
                    if let last = output.last, last != .space, last != .lineFeed { output.append(.space) }
                } else {
                    while unfilled == 0, output.last == .space { output.removeLast() }
                    for _ in 0..<(unfilled > 0 ? breaks : breaks - 1) { output.append(.lineFeed) }
                }
            } else {
                if hidden == 0 { output.append(byte) }
                position += 1
            }
        }
        while let last = output.last, last == .space || last == .lineFeed { output.removeLast() }
        if !output.isEmpty { output.append(.lineFeed) }
        return String(decoding: output, as: UTF8.self)
    }

    private struct Command {
        enum Meaning { case nothing, hidden, unfilled, lineBreak, text(UInt8) }

        var isEnd = false
        var meaning = Meaning.nothing
        var end: Int

        /// The command that begins with the `<` at `start`; nil if none does: then the `<` is text.
        init?(at start: Int, in text: Span<UInt8>, isRichtext: Bool) {
            var index = start + 1
            if !isRichtext, index < text.count, text[index] == 0x3C {
                meaning = .text(0x3C)
                end = index + 1
                return
            }
            if index < text.count, text[index] == 0x2F {
                isEnd = true
                index += 1
            }
            let nameStart = index
            while index < text.count, index - nameStart < EnrichedText.longestCommand,
                ByteClass.isNameOctet(text[index]) || text[index] == 0x2D
            {
                index += 1
            }
            guard index > nameStart, index < text.count, text[index] == 0x3E else { return nil }
            end = index + 1
            let name = text.extracting(nameStart..<index)
            func isNamed(_ word: StaticString) -> Bool { equalsIgnoringCase(name, word) }
            if isNamed("param") || isNamed("comment") { meaning = .hidden }
            if isNamed("nofill") || isNamed("verbatim") { meaning = .unfilled }
            guard isRichtext else { return }
            if isNamed("lt") { meaning = .text(0x3C) }
            if isNamed("nl") || isNamed("paragraph") || isNamed("np") { meaning = .lineBreak }
        }
    }
}
