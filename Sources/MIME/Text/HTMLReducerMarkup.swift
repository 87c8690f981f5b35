internal import Octets

/// Tags and comments.
extension HTMLReducer {
    /// What begins with `<`; if nothing does, it is text.
    mutating func markup(_ html: Span<UInt8>) {
        let next = position + 1 < html.count ? html[position + 1] : 0
        switch next {
        case 0x21 where position + 3 < html.count && html[position + 2] == 0x2D && html[position + 3] == 0x2D:
            position = tags.commentEnd(at: position, in: html)
        case 0x21, 0x3F: position = tags.declarationEnd(at: position, in: html)
        case 0x2F where position + 2 < html.count && Self.isLetter(html[position + 2]), _ where Self.isLetter(next):
            var tag = HTMLTag()
            guard let end = tags.read(&tag, at: position, in: html) else { return text("<") }
            position = end
            if tag.isEnd { endTag(tag, in: html) } else { startTag(tag, in: html) }
        case 0x2F where position + 2 < html.count && html[position + 2] == 0x3E: position += 3
        default: text("<")
        }
    }

    private mutating func text(_ text: StaticString) {
        position += 1
        if isShown { writer.write(words: text) }
        noteText()
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    private mutating func startTag(_ tag: HTMLTag, in html: Span<UInt8>) {
        let element = HTMLElement.named(tag.name)
        pop(open.depth(ofImpliedEndBefore: element, tag.name), in: html)
        switch element {
        case .void: return
        case .lineBreak:
            if isShown { writer.lineFeed() }
            return
        case .rule: return rule()
        case .image: return image(tag, in: html)
        case .hiddenText: return skipContent(of: tag.name, in: html)
        default: break
        }
        let style = tag.style.map { HTMLStyle($0, in: html) } ?? HTMLStyle()
        var entry = HTMLElementStack.Entry(name: tag.name, element: element, state: open.state)
        entry.state.take(style)
        if tag.isHidden { entry.state.isHidden = true }
        quote(&entry, tag, style, in: html)
        begin(&entry, tag, style, in: html)
        open.push(entry)
        update()
    }

    /// Begins the line and notes what the element means for those in it.
    private mutating func begin(
        _ entry: inout HTMLElementStack.Entry,
        _ tag: HTMLTag,
        _ style: HTMLStyle,
        in html: Span<UInt8>
    ) {
        switch entry.element {
        case .paragraph, .table, .blockquote, .pre, .list:
            entry.isApart = isApart(entry.element, tag, style, in: html)
            if case .list = entry.element {
                entry.state.lists += 1
                entry.nextNumber = number(of: tag, in: html) ?? 1
            }
            if entry.element == .pre { entry.state.isPreformatted = true }
            if isShown { writer.breakLine(isApart: entry.isApart) }
        case .block, .row:
            if isShown { writer.breakLine() }
        case .item:
            guard isShown else { break }
            writer.breakLine()
            let number = open.nextItem(number(of: tag, in: html))
            writer.marker = number.map { Array("\($0). ".utf8) } ?? [0x2A, .space]
        case .cell:
            if isShown { writer.space() }
        case .link:
            guard options.showsLinks else { break }
            entry.target = tag.reference
            entry.textStart = writer.octets.count
        case .hiddenTree: entry.state.isNoText = true
        case .inline, .lineBreak, .rule, .image, .hiddenText, .void: break
        }
    }

    private func number(of tag: HTMLTag, in html: Span<UInt8>) -> Int? {
        tag.number.flatMap { decimal(html.extracting($0), as: Int32.self) }.map(Int.init)
    }

    /// Whether an empty line stands before and behind it. Outlook's paragraphs have no space around them.
    private func isApart(_ element: HTMLElement, _ tag: HTMLTag, _ style: HTMLStyle, in html: Span<UInt8>) -> Bool {
        switch element {
        case .table: false
        case .list: open.state.lists == 0
        case .paragraph:
            !style.hasNoMargin && !(tag.classes.map { HTMLQuoteMarks.isOutlookParagraph($0, in: html) } ?? false)
        default: true
        }
    }

    private mutating func quote(
        _ entry: inout HTMLElementStack.Entry,
        _ tag: HTMLTag,
        _ style: HTMLStyle,
        in html: Span<UInt8>
    ) {
        // Without a border it is how web mail indents.
        if entry.element == .blockquote, tag.hasType || tag.classes != nil || !style.hasNoBorder {
            entry.state.quotes += 1
        }
        guard options.marksQuotes else { return }
        switch HTMLQuoteMarks.mark(of: tag, in: html) {
        case .element: entry.state.quotes += 1
        case .rest: isRestQuoted = true
        case nil: return
        }
        writer.breakLine()
    }

    private mutating func endTag(_ tag: HTMLTag, in html: Span<UInt8>) {
        let element = HTMLElement.named(tag.name)
        let depth = open.depth(ofEnd: tag.name, element)
        if depth > 0 { return pop(depth, in: html) }
        guard isShown else { return }
        // HTML Standard §13.2.6.4.7: these stand for start tags if nothing is open that they end.
        if tag.name == .lineBreak {
            writer.lineFeed()
        } else if tag.name == .paragraph {
            writer.breakLine(isApart: true)
        }
    }

    private mutating func pop(_ depth: Int, in html: Span<UInt8>) {
        for _ in 0..<depth {
            guard let entry = open.pop() else { return }
            if isShown { end(entry, in: html) }
            update()
        }
    }

    private mutating func end(_ entry: HTMLElementStack.Entry, in html: Span<UInt8>) {
        switch entry.element {
        case .block, .paragraph, .item, .pre, .blockquote, .table, .row, .list:
            writer.breakLine(isApart: entry.isApart)
            writer.marker.removeAll(keepingCapacity: true)
        case .link: endLink(entry, in: html)
        default: if entry.state.quotes != open.state.quotes { writer.breakLine() }
        }
    }

    /// Hands on what the place in the tree means for the next line.
    private mutating func update() {
        writer.quotes = open.state.quotes + (isRestQuoted ? 1 : 0)
        writer.lists = open.state.lists
    }

    /// The address behind a link's text, unless it is that text.
    private mutating func endLink(_ entry: HTMLElementStack.Entry, in html: Span<UInt8>) {
        guard let range = entry.target, writer.octets.count > entry.textStart else { return }
        let target = value(range, in: html)
        let shown = writer.octets[entry.textStart...].drop { $0 <= .space }
        guard let colon = target.firstIndex(of: 0x3A), shown.count != 0 else { return }
        guard Self.shownSchemes.contains(String(decoding: target[..<colon], as: UTF8.self).asciiLowercased) else {
            return
        }
        var rest = target[(colon + 1)...]
        while rest.first == 0x2F { rest = rest.dropFirst() }
        while rest.last == 0x2F { rest = rest.dropLast() }
        guard !shown.elementsEqual(target), !shown.elementsEqual(rest), !shown.elementsEqual(target.dropLast()) else {
            return
        }
        let isSpaced = writer.isBlankBefore
        writer.space()
        writer.write(words: "<")
        writer.write(target.span)
        writer.write(words: ">")
        if isSpaced { writer.space() }
    }

    private static let shownSchemes: Set<String> = ["http", "https", "mailto", "ftp", "tel", "sip", "webcal"]

    private mutating func rule() {
        guard isShown else { return }
        writer.breakLine()
        writer.write(words: "----------")
        writer.breakLine()
    }

    private mutating func image(_ tag: HTMLTag, in html: Span<UInt8>) {
        guard options.showsImageText, isShown, let range = tag.alternative else { return }
        if tag.isHidden || tag.style.map({ HTMLStyle($0, in: html).isHidden }) ?? false { return }
        let text = value(range, in: html)
        guard !text.isEmpty else { return }
        writer.space()
        writer.write(text.span)
        writer.space()
    }

    /// Moves to the end tag of an element whose content is no markup. If there is none, the content ends where the head
    /// does: what is shown is not lost for a forgotten `</title>`.
    private mutating func skipContent(of name: HTMLName, in html: Span<UInt8>) {
        let start = position
        if !endless.contains(name), let end = place(ofEnd: [name], isEndTag: true, from: start, in: html) {
            position = end
            return
        }
        endless.insert(name)
        guard !endless.contains(.body) else {
            position = html.count
            return
        }
        if let end = place(ofEnd: [.head, .body], isEndTag: false, from: start, in: html) {
            position = end
        } else {
            endless.insert(.body)
            position = html.count
        }
    }

    /// The place of the next end tag of one of those names, or also of a start tag.
    private func place(ofEnd names: [HTMLName], isEndTag: Bool, from start: Int, in html: Span<UInt8>) -> Int? {
        var index = start
        while index + 2 < html.count {
            guard html[index] == 0x3C else {
                index += 1
                continue
            }
            var place = index + 1
            if html[place] == 0x2F { place += 1 } else if isEndTag { place = html.count }
            var name = HTMLName()
            while place < html.count, ByteClass.isNameOctet(html[place]), place - index < 16 {
                name.append(html[place])
                place += 1
            }
            if names.contains(name) { return index }
            index += 1
        }
        return nil
    }
}

extension HTMLElementStack.State {
    /// What the style of an element changes.
    fileprivate mutating func take(_ style: HTMLStyle) {
        if style.isHidden { isHidden = true }
        if let hasZeroFont = style.hasZeroFont { self.hasZeroFont = hasZeroFont }
        if let isInvisible = style.isInvisible { self.isInvisible = isInvisible }
        if let isPreformatted = style.isPreformatted { self.isPreformatted = isPreformatted }
    }
}
