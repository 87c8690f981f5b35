internal import Octets

/// HTML reduced to the text that a reader would see. It does not lay out: blocks begin new lines, that is all.
public enum HTMLText {
    /// The text of `html`: tags, comments, scripts, styles and the head's title left out, references resolved, white
    /// space collapsed.
    public static func plain(_ html: String) -> String {
        var reducer = Reducer(html: Array(html.utf8))
        return String(decoding: reducer.reduced(), as: UTF8.self)
    }

    /// `text` with LF for every CRLF and CR.
    static func withLineFeeds(_ text: String) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count)
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte != .lineFeed || last != .carriageReturn {
                octets.append(byte == .carriageReturn ? .lineFeed : byte)
            }
            last = byte
        }
        return String(decoding: octets, as: UTF8.self)
    }
}

private struct Reducer {
    let html: [UInt8]
    private var output: [UInt8] = []
    private var position = 0
    /// White space was passed and is written if text follows on the same line.
    private var isSpaced = false
    /// An attribute's quote was never closed: quotes are not looked at any more, so that time stays linear.
    private var hasBrokenQuotes = false

    init(html: [UInt8]) { self.html = html }

    /// Elements whose content is no text to be read.
    private static let hidden: Set<String> = ["script", "style", "title", "template", "noscript"]
    /// Elements that begin and end a line.
    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset",
        "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
        "table", "tr", "ul",
    ]

    mutating func reduced() -> [UInt8] {
        output.reserveCapacity(html.count / 2)
        while position < html.count {
            let byte = html[position]
            switch byte {
            case 0x3C: tag()
            case 0x26: reference()
            case .space, .tab, .lineFeed, .carriageReturn, 0x0C:
                isSpaced = true
                position += 1
            default:
                space()
                output.append(byte)
                position += 1
            }
        }
        while output.last == .lineFeed { output.removeLast() }
        if !output.isEmpty { output.append(.lineFeed) }
        return output
    }

    private mutating func space() {
        if isSpaced, let last = output.last, last != .lineFeed, last != .tab { output.append(.space) }
        isSpaced = false
    }

    private mutating func breakLine() {
        isSpaced = false
        if output.last != .lineFeed, !output.isEmpty { output.append(.lineFeed) }
    }

    /// A tag or comment; a `<` that begins neither is text.
    private mutating func tag() {
        let start = position
        if starts("<!--") {
            position = end(of: "-->", from: start + 4)
            return
        }
        var index = start + 1
        let isEnd = index < html.count && html[index] == 0x2F
        if isEnd { index += 1 }
        guard index < html.count, isLetter(html[index]) || html[index] == 0x21 || html[index] == 0x3F else {
            space()
            output.append(0x3C)
            position += 1
            return
        }
        let nameStart = index
        while index < html.count, index - nameStart < 20, isLetter(html[index]) || html[index].digitValue != nil {
            index += 1
        }
        let name = String(decoding: html[nameStart..<index].map(\.asciiLowercased), as: UTF8.self)
        position = tagEnd(from: index)
        if Self.blocks.contains(name) {
            if name == "br", output.last == .lineFeed { output.append(.lineFeed) } else { breakLine() }
        } else if name == "td" || name == "th", !isEnd {
            isSpaced = true
        }
        if !isEnd, Self.hidden.contains(name) { position = end(of: "</" + name, from: position) }
    }

    /// Behind the `>` that ends a tag; one in a quoted attribute value does not end it, unless the quote is never closed.
    private mutating func tagEnd(from start: Int) -> Int {
        var index = start
        var quote: UInt8 = 0
        var firstClose: Int?
        while index < html.count, index - start < 65_536 {
            let byte = html[index]
            index += 1
            if byte == 0x3E, firstClose == nil { firstClose = index }
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if (byte == 0x22 || byte == 0x27) && !hasBrokenQuotes {
                quote = byte
            } else if byte == 0x3E {
                return index
            }
        }
        hasBrokenQuotes = hasBrokenQuotes || quote != 0 || firstClose != nil
        return firstClose ?? index
    }

    private func starts(_ word: String) -> Bool { matches(word, at: position) }

    private func matches(_ word: String, at start: Int) -> Bool {
        guard html.count - start >= word.utf8.count else { return false }
        var index = start
        for byte in word.utf8 {
            guard html[index].asciiLowercased == byte else { return false }
            index += 1
        }
        return true
    }

    /// Behind `word`, or the end.
    private func end(of word: String, from start: Int) -> Int {
        var index = start
        let first = word.utf8.first ?? 0
        while index < html.count {
            if html[index] == first, matches(word, at: index) { return index + (word.hasSuffix(">") ? 3 : 0) }
            index += 1
        }
        return html.count
    }

    private func isLetter(_ byte: UInt8) -> Bool { byte.asciiLowercased &- 0x61 < 26 }

    /// `&amp;`, `&#38;`, `&#x26;`; what is none of them is text.
    private mutating func reference() {
        var index = position + 1
        while index < html.count, index - position < 12, html[index] != 0x3B, isReferenceOctet(html[index]) {
            index += 1
        }
        let name = String(decoding: html[(position + 1)..<index], as: UTF8.self)
        guard let scalar = scalar(of: name) else {
            space()
            output.append(0x26)
            position += 1
            return
        }
        position = index < html.count && html[index] == 0x3B ? index + 1 : index
        if scalar == "\u{A0}" || scalar.value < 0x20 {
            isSpaced = true
        } else {
            space()
            output.append(scalar: scalar)
        }
    }

    private func isReferenceOctet(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte.digitValue != nil || byte == 0x23
    }

    private func scalar(of name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return HTMLReferences.named[name].flatMap { Unicode.Scalar($0) } }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        guard let value = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits) else { return nil }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}
