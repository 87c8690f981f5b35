/// Which parts a program shows as the message, and which as attached to it. RFC 8621 §4.1.4.
///
/// This is that algorithm, as one pass without recursion. It differs in one point: of a multipart/related the part that `start`
/// names is the one that is shown, RFC 2387 §3.2; where nothing is named, the first one.
public struct BodyLists: Hashable, Sendable {
    /// Indices into the structure's parts of what is shown, by a program that prefers plain text.
    public private(set) var text: [Int] = []
    /// What is shown by a program that prefers HTML.
    public private(set) var html: [Int] = []
    /// What is attached.
    public private(set) var attachments: [Int] = []

    /// The lists of the message with that structure.
    public init(_ structure: MessageStructure, of message: Span<UInt8>, charsets: some CharsetDecoder) {
        self.init(PartList(structure, in: message, charsets: charsets))
    }

    /// A multipart whose parts are being looked at.
    private struct Open {
        var index: Int
        var type: Substring
        var isInAlternative: Bool
        /// Whether its parts still go into these lists: not into both, once an alternative decided.
        var takesText: Bool
        var takesHTML: Bool
        /// How long the lists were where it began; -1 for one that its parts do not go into.
        var textStart: Int
        var htmlStart: Int
        /// Whether only the part that `start` names can be shown.
        var hasNamedRoot = false
        /// Texts of an alternative that belong to the list that its parts do not go into.
        var left: [Int] = []
    }

    init(_ list: PartList) {
        // The message itself is as if it were the only part of a multipart/mixed.
        var open = [
            Open(
                index: -1,
                type: "mixed",
                isInAlternative: false,
                takesText: true,
                takesHTML: true,
                textStart: 0,
                htmlStart: 0
            )
        ]
        for (index, entry) in list.entries.enumerated() where !entry.isInMessage {
            while open.count > 1, let last = open.last, last.index != entry.parent { close(&open, last) }
            guard let within = open.last, within.index == entry.parent ?? -1 else { continue }
            if entry.part.isMultipart {
                let type = entry.header.mediaType.dropFirst("multipart/".count)
                open.append(
                    Open(
                        index: index,
                        type: type,
                        isInAlternative: within.isInAlternative || type == "alternative",
                        takesText: within.takesText,
                        takesHTML: within.takesHTML,
                        textStart: within.takesText ? text.count : -1,
                        htmlStart: within.takesHTML ? html.count : -1,
                        hasNamedRoot: entry.hasNamedRoot
                    )
                )
            } else if Self.isInline(entry, in: within) {
                show(index, entry, &open[open.count - 1])
            } else {
                attachments.append(index)
            }
        }
        while open.count > 1, let last = open.last { close(&open, last) }
    }

    private static func isMedia(_ type: String) -> Bool {
        type.hasPrefix("image/") || type.hasPrefix("audio/") || type.hasPrefix("video/")
    }

    /// Whether it is a body part rather than an attachment.
    private static func isInline(_ entry: PartList.Entry, in within: Open) -> Bool {
        let type = entry.header.mediaType
        guard entry.header.disposition != "attachment", type == "text/plain" || type == "text/html" || isMedia(type)
        else { return false }
        if within.hasNamedRoot { return entry.isRoot }
        // A text with a file name that is not the first part is taken for an attachment.
        return entry.place == 0 || (within.type != "related" && (isMedia(type) || entry.header.fileName == nil))
    }

    private mutating func show(_ index: Int, _ entry: PartList.Entry, _ within: inout Open) {
        let type = entry.header.mediaType
        if within.type == "alternative" {
            switch type {
            case "text/plain" where within.takesText: text.append(index)
            case "text/html" where within.takesHTML: html.append(index)
            case "text/plain", "text/html": within.left.append(index)
            default: attachments.append(index)
            }
            return
        }
        if within.isInAlternative {
            if type == "text/plain" { within.takesHTML = false }
            if type == "text/html" { within.takesText = false }
        }
        if within.takesText { text.append(index) }
        if within.takesHTML { html.append(index) }
        if !(within.takesText && within.takesHTML), Self.isMedia(type) { attachments.append(index) }
    }

    /// Ends a multipart. An alternative that has but one kind of text has it for both lists, or for the one that is left.
    private mutating func close(_ open: inout [Open], _ last: Open) {
        open.removeLast()
        guard last.type == "alternative" else { return }
        let hasText = last.takesText && text.count != last.textStart
        let hasHTML = last.takesHTML && html.count != last.htmlStart
        guard hasText != hasHTML else {
            // RFC 8621 does not say what becomes of these. They are not lost.
            if !hasText, last.takesText { text += last.left }
            if !hasHTML, last.takesHTML { html += last.left }
            return
        }
        if hasHTML, last.takesText { text += html[last.htmlStart...] }
        if hasText, last.takesHTML { html += text[last.textStart...] }
    }
}
