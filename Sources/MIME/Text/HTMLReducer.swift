internal import Octets

/// Reads HTML once and writes its text.
struct HTMLReducer {
    let options: HTMLText.Options
    var writer = HTMLTextWriter()
    var open = HTMLElementStack()
    var tags = HTMLTagScanner()
    var position = 0
    /// Text that is seen was written.
    private var hasVisibleText = false
    /// A mark was passed behind which all is quoted.
    var isRestQuoted = false
    /// Elements that are not markup and of which some end tag was looked for in vain.
    var endless: Set<HTMLName> = []

    init(_ options: HTMLText.Options) { self.options = options }

    /// The text of `html`.
    mutating func reduce(_ html: Span<UInt8>) -> [UInt8] {
        while position < html.count, writer.octets.count < options.limit {
            let byte = html[position]
            switch byte {
            case 0x3C: markup(html)
            case 0x26: reference(html)
            case .space, .tab, .lineFeed, .carriageReturn, 0x0C: whiteSpace(byte, in: html)
            case 0..<0x20, 0x7F: position += 1
            default: run(html)
            }
        }
        return writer.finish()
    }

    // MARK: Text

    /// Whether text at this place is written.
    var isShown: Bool {
        let state = open.state
        return state.isVisible || (options.keepsPreheader && !hasVisibleText && !state.isNoText)
    }

    mutating func noteText() {
        if !hasVisibleText, open.state.isVisible { hasVisibleText = true }
    }

    /// Takes text up to markup, a reference, or white space that is not one blank between words.
    private mutating func run(_ html: Span<UInt8>) {
        let start = position
        if html[start] >= 0xC2, special(html) { return }
        var index = start + 1
        let isPreformatted = open.state.isPreformatted
        while index < html.count {
            let byte = html[index]
            if Self.isPlain(byte) {
                index += 1
            } else if byte == .space, !isPreformatted, index + 1 < html.count, Self.isPlain(html[index + 1]) {
                index += 2
            } else {
                break
            }
        }
        position = index
        if isShown {
            writer.write(html.extracting(start..<index))
            noteText()
        }
    }

    /// Whether the octet is text and begins no character that `special` looks at.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        if byte > 0x3C {
            return byte < 0xC2 ? byte != 0x7F : byte != 0xC2 && byte != 0xCD && byte != 0xE2 && byte != 0xEF
        }
        return byte > .space && byte != 0x26 && byte != 0x3C
    }

    private mutating func whiteSpace(_ byte: UInt8, in html: Span<UInt8>) {
        position += 1
        guard isShown else { return }
        guard open.state.isPreformatted else { return writer.space() }
        switch byte {
        case .carriageReturn:
            if position < html.count, html[position] == .lineFeed { position += 1 }
            writer.lineFeed(isPreformatted: true)
        case .lineFeed: writer.lineFeed(isPreformatted: true)
        default: writer.writeBlank(byte == .tab ? .tab : .space)
        }
    }

    /// Takes a character that is a blank or cannot be seen; false if it is another one.
    private mutating func special(_ html: Span<UInt8>) -> Bool {
        let second = position + 1 < html.count ? html[position + 1] : 0
        let third = position + 2 < html.count ? html[position + 2] : 0
        let value: UInt32
        let length: Int
        switch html[position] {
        case 0xC2, 0xCD:
            (value, length) = (UInt32(html[position] & 0x1F) << 6 | UInt32(second & 0x3F), 2)
        case 0xE2, 0xEF:
            (value, length) = (
                UInt32(html[position] & 0x0F) << 12 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F), 3
            )
        default: return false
        }
        guard second & 0xC0 == 0x80, length == 2 || third & 0xC0 == 0x80, let scalar = Unicode.Scalar(value),
            take(filler: scalar)
        else { return false }
        position += length
        return true
    }

    /// Blanks other than the space, which collapse with it, and what cannot be seen: soft hyphens, and the joiners and
    /// marks of no width that newsletters fill previews with. A joiner within a word stays.
    private mutating func take(filler scalar: Unicode.Scalar) -> Bool {
        switch InvisibleText.kind(of: scalar) {
        case .none: return false
        case .ideographicBlank: return false
        case .joiner:
            if isShown { writer.join(scalar) }
        case .blank:
            guard isShown else { return true }
            if open.state.isPreformatted { writer.writeBlank(.space) } else { writer.space() }
        case .nothing: break
        }
        return true
    }

    /// `&amp;`, `&#38;`; a `&` that begins no reference is text.
    private mutating func reference(_ html: Span<UInt8>) {
        guard let found = HTMLReferences.reference(at: position, in: html, end: html.count) else {
            position += 1
            if isShown { writer.write(words: "&") }
            return noteText()
        }
        position = found.end
        write(found.first)
        if let second = found.second { write(second) }
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if scalar.value <= 0x20 || scalar.value == 0x7F { return writer.space() }
        guard !take(filler: scalar), isShown else { return }
        writer.write(scalar: scalar)
        noteText()
    }

    /// An attribute's value, its references resolved, as one line.
    func value(_ range: Range<Int>, in html: Span<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if html[index] == 0x26,
                let found = HTMLReferences.reference(at: index, in: html, end: range.upperBound, isAttribute: true)
            {
                octets.append(scalar: found.first)
                if let second = found.second { octets.append(scalar: second) }
                index = found.end
            } else {
                octets.append(html[index])
                index += 1
            }
        }
        var line: [UInt8] = []
        line.reserveCapacity(octets.count)
        for byte in octets {
            if byte > .space { line.append(byte) } else if let last = line.last, last != .space { line.append(.space) }
        }
        if line.last == .space { line.removeLast() }
        return line
    }
}
