internal import Octets

/// Writes text line by line as a browser would flow it: white space collapsed, lines begun where blocks begin, with `> `
/// before quoted lines and with list markers. Nothing is written for white space at the start or end of a line.
struct HTMLTextWriter {
    private(set) var octets: [UInt8] = []
    /// How deep the text that follows is quoted.
    var quotes = 0
    /// In how many lists it is.
    var lists = 0
    /// What the next line begins with, if it is the first of a list item.
    var marker: [UInt8] = []

    /// White space was passed and is written if text follows on the same line.
    private var isSpaced = false
    private var joiner: Unicode.Scalar?
    /// Line feeds to be written before the next text.
    private var breaks = 0
    /// How deep the last line was quoted.
    private var lastQuotes = 0

    /// Deeper quotes and lists look like these, so that the text cannot become much longer than the HTML.
    private static var deepestQuotes: Int { 10 }
    private static var deepestLists: Int { 8 }
    /// More empty lines than these are not kept.
    private static var mostBreaks: Int { 3 }

    /// Whether the next text begins a line.
    var isAtLineStart: Bool { breaks > 0 || octets.isEmpty }
    /// Whether a blank at this place would not show.
    var isBlankBefore: Bool { isSpaced || isAtLineStart }

    /// A joiner: it is written if text follows at once.
    mutating func join(_ scalar: Unicode.Scalar) {
        if !isBlankBefore { joiner = scalar }
    }

    /// White space between words.
    mutating func space() { isSpaced = true }

    /// What follows begins a line; with an empty line before it if `isApart`.
    mutating func breakLine(isApart: Bool = false) {
        isSpaced = false
        if !octets.isEmpty { breaks = max(breaks, isApart ? 2 : 1) }
    }

    /// `<br>`: ends the line, even if it is empty.
    mutating func lineFeed(isPreformatted: Bool = false) {
        isSpaced = false
        if !octets.isEmpty, isPreformatted || breaks < Self.mostBreaks { breaks += 1 }
    }

    /// Text without white space at its ends.
    mutating func write(_ text: Span<UInt8>) {
        prepare()
        octets.append(contentsOf: text)
    }

    /// Plain words of our own.
    mutating func write(words text: StaticString) {
        prepare()
        octets.append(contentsOf: text.description.utf8)
    }

    mutating func write(scalar: Unicode.Scalar) {
        prepare()
        octets.append(scalar: scalar)
    }

    /// A blank that stays, as in `<pre>`.
    mutating func writeBlank(_ byte: UInt8) {
        prepare()
        octets.append(byte)
    }

    /// The text, its last line ended.
    mutating func finish() -> [UInt8] {
        while let last = octets.last, last == .lineFeed || last == .space || last == .tab { octets.removeLast() }
        if !octets.isEmpty { octets.append(.lineFeed) }
        return octets
    }

    @inline(__always)
    private mutating func prepare() {
        if breaks > 0 || octets.isEmpty {
            beginLine()
        } else if isSpaced {
            octets.append(.space)
            isSpaced = false
        } else if let joiner {
            octets.append(scalar: joiner)
        }
        joiner = nil
    }

    private mutating func beginLine() {
        while breaks > 1 {
            octets.append(.lineFeed)
            breaks -= 1
            if breaks > 0 { quote(min(quotes, lastQuotes), isEmpty: true) }
        }
        if breaks > 0 { octets.append(.lineFeed) }
        breaks = 0
        isSpaced = false
        quote(quotes, isEmpty: false)
        lastQuotes = quotes
        let depth = min(lists, Self.deepestLists)
        let indent = marker.isEmpty ? depth * 2 : max(depth - 1, 0) * 2
        for _ in 0..<indent { octets.append(.space) }
        octets += marker
        marker.removeAll(keepingCapacity: true)
    }

    private mutating func quote(_ depth: Int, isEmpty: Bool) {
        guard depth > 0 else { return }
        for _ in 0..<min(depth, Self.deepestQuotes) { octets.append(0x3E) }
        if !isEmpty { octets.append(.space) }
    }
}
