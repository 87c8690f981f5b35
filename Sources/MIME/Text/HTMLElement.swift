internal import Octets

/// What an element means for text that is not laid out.
enum HTMLElement: Hashable, Sendable {
    /// Flows with the text around it: `b`, `span`, and all that are not known.
    case inline
    /// Begins and ends a line.
    case block
    /// A block with an empty line around it.
    case paragraph
    case lineBreak, rule, item, pre, blockquote, table, row, cell, link, image
    case list(isNumbered: Bool)
    /// Its content is not markup, and not shown: it ends at its end tag only.
    case hiddenText
    /// Its content is markup that is not shown.
    case hiddenTree
    /// Has no content and no end tag.
    case void

    /// Whether a `</p>` that was left out is meant where it begins.
    var endsParagraph: Bool {
        switch self {
        case .block, .paragraph, .rule, .item, .pre, .blockquote, .table, .list: true
        case .inline, .lineBreak, .row, .cell, .link, .image, .hiddenText, .hiddenTree, .void: false
        }
    }

    /// The element of that name, packed by `HTMLName`.
    static func named(_ name: HTMLName) -> HTMLElement {
        let table = known
        var slot = name.slot
        while table[slot].name.value != 0 {
            if table[slot].name == name { return table[slot].element }
            slot = (slot + 1) % table.count
        }
        return .inline
    }

    /// A table with open addressing: names are looked up for every tag, and a dictionary's hash takes longer than the tag.
    private static let known: [(name: HTMLName, element: HTMLElement)] = {
        var known = [(name: HTMLName, element: HTMLElement)](repeating: (HTMLName(), .inline), count: HTMLName.slots)
        func add(_ names: String, _ element: HTMLElement) {
            for name in names.split(separator: " ").map({ HTMLName(String($0)) }) {
                var slot = name.slot
                while known[slot].name.value != 0 { slot = (slot + 1) % known.count }
                known[slot] = (name, element)
            }
        }
        add(
            "address article aside body caption center dd details dialog div dt fieldset figcaption figure footer",
            .block
        )
        add("form header hgroup html legend main menu nav optgroup option section summary tbody tfoot thead", .block)
        add("p h1 h2 h3 h4 h5 h6 dl", .paragraph)
        add("br", .lineBreak)
        add("hr", .rule)
        add("li", .item)
        add("pre listing xmp plaintext", .pre)
        add("blockquote", .blockquote)
        add("table", .table)
        add("tr", .row)
        add("td th", .cell)
        add("a", .link)
        add("img image", .image)
        add("ul dir", .list(isNumbered: false))
        add("ol", .list(isNumbered: true))
        // A mail reader runs no scripts, so the content of noscript is what it shows.
        add("script style title iframe noembed noframes", .hiddenText)
        // Office leaves its settings as `xml` in the head.
        add("template xml datalist", .hiddenTree)
        add("area base basefont bgsound col embed frame input keygen link meta param source track wbr", .void)
        return known
    }()
}

/// An element's name in lower case, packed: names up to 8 octets exactly, longer ones mixed.
struct HTMLName: Hashable, Sendable {
    private(set) var value: UInt64 = 0

    /// The empty name.
    init() {}

    init(_ name: String) {
        for byte in name.utf8 { append(byte) }
    }

    /// Slots of a table of names: several times as many as there are names.
    static var slots: Int { 512 }
    var slot: Int { Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) >> 55) }

    /// Adds the next octet of the name.
    mutating func append(_ byte: UInt8) {
        let lost = value >> 56
        value = (value << 8 | UInt64(byte.asciiLowercased)) ^ (lost &* 0x9E37_79B9_7F4A_7C15)
    }

    static let paragraph = HTMLName("p")
    static let lineBreak = HTMLName("br")
    static let head = HTMLName("head")
    static let body = HTMLName("body")
}
