internal import Octets

/// A tag, and where the values of those attributes lie that text depends on.
struct HTMLTag {
    var name = HTMLName()
    var isEnd = false
    var isHidden = false
    var style: Range<Int>?
    var classes: Range<Int>?
    var identifier: Range<Int>?
    var reference: Range<Int>?
    var alternative: Range<Int>?
    /// `start` of a list, `value` of an item.
    var number: Range<Int>?
    /// Whether there is a `type`, which mail programs give to what they quote.
    var hasType = false
}

/// Finds where tags and comments end, also damaged ones, in linear time: what was once looked for up to the end and not
/// found is not looked for again.
struct HTMLTagScanner {
    private var hasNoTagEnd = false
    private var hasNoDoubleQuote = false
    private var hasNoSingleQuote = false
    /// Quotes are not regarded any more: a tag with them never ended.
    private var hasBrokenQuotes = false
    private var hasNoCommentEnd = false
    private var hasNoSectionEnd = false

    /// Reads the tag that begins with the `<` at `start`; returns the position behind it, nil if it does not end.
    mutating func read(_ tag: inout HTMLTag, at start: Int, in html: Span<UInt8>) -> Int? {
        guard !hasNoTagEnd else { return nil }
        if let end = attempt(&tag, at: start, in: html) { return end }
        guard !hasBrokenQuotes else { return nil }
        hasBrokenQuotes = true
        tag = HTMLTag()
        return attempt(&tag, at: start, in: html)
    }

    private mutating func attempt(_ tag: inout HTMLTag, at start: Int, in html: Span<UInt8>) -> Int? {
        var index = start + 1
        if html[index] == 0x2F {
            tag.isEnd = true
            index += 1
        }
        while index < html.count, !isNameEnd(html[index]) {
            tag.name.append(html[index])
            index += 1
        }
        while index < html.count {
            let byte = html[index]
            if byte == 0x3E { return index + 1 }
            if byte <= .space || byte == 0x2F {
                index += 1
                continue
            }
            let nameStart = index
            index += 1
            while index < html.count, html[index] != 0x3D, !isNameEnd(html[index]) { index += 1 }
            let name = nameStart..<index
            while index < html.count, html[index] <= .space { index += 1 }
            guard index < html.count, html[index] == 0x3D else {
                tag.take(name, index..<index, in: html)
                continue
            }
            index += 1
            while index < html.count, html[index] <= .space { index += 1 }
            let value = attributeValue(&index, in: html)
            tag.take(name, value, in: html)
        }
        if hasBrokenQuotes { hasNoTagEnd = true }
        return nil
    }

    @inline(__always)
    private func isNameEnd(_ byte: UInt8) -> Bool { byte <= .space || byte == 0x2F || byte == 0x3E }

    private mutating func attributeValue(_ index: inout Int, in html: Span<UInt8>) -> Range<Int> {
        guard index < html.count else { return index..<index }
        let quote = html[index]
        if quote == 0x22 || quote == 0x27, !hasBrokenQuotes, let end = quotedEnd(from: index + 1, quote, in: html) {
            defer { index = end + 1 }
            return index + 1..<end
        }
        let start = index
        while index < html.count, html[index] > .space, html[index] != 0x3E { index += 1 }
        return start..<index
    }

    /// Where the quoted value ends that begins at `start`; nil if it does not. If a tag ends in it, another begins, and
    /// the closing quote follows a `=`, then that quote opens a value of the other tag, and this one was never closed.
    private mutating func quotedEnd(from start: Int, _ quote: UInt8, in html: Span<UInt8>) -> Int? {
        guard quote == 0x22 ? !hasNoDoubleQuote : !hasNoSingleQuote else { return nil }
        var index = start
        while index < html.count, html[index] != quote { index += 1 }
        guard index < html.count else {
            if quote == 0x22 { hasNoDoubleQuote = true } else { hasNoSingleQuote = true }
            return nil
        }
        guard index > start, html[index - 1] == 0x3D else { return index }
        var place = index - 1
        while place > start, html[place] != 0x3C, html[place] != 0x3E { place -= 1 }
        guard place > start, html[place] == 0x3C else { return index }
        while place > start, html[place] != 0x3E { place -= 1 }
        return html[place] == 0x3E ? nil : index
    }

    /// Behind the comment that begins with `<!--` at `start`. One that never ends, ends with the next `>`.
    /// HTML Standard §13.2.5.43 to §13.2.5.52.
    mutating func commentEnd(at start: Int, in html: Span<UInt8>) -> Int {
        var index = start + 4
        if index < html.count, html[index] == 0x3E { return index + 1 }
        if index + 1 < html.count, html[index] == 0x2D, html[index + 1] == 0x3E { return index + 2 }
        while !hasNoCommentEnd, index + 2 < html.count {
            if html[index] == 0x2D, html[index + 1] == 0x2D {
                if html[index + 2] == 0x3E { return index + 3 }
                if html[index + 2] == 0x21, index + 3 < html.count, html[index + 3] == 0x3E { return index + 4 }
            }
            index += 1
        }
        hasNoCommentEnd = true
        return behindTagEnd(from: start, in: html)
    }

    /// Behind the `<!…>`, `<?…>`, `</…>` or `<![CDATA[…]]>` at `start`.
    mutating func declarationEnd(at start: Int, in html: Span<UInt8>) -> Int {
        if html.count - start > 9, equalsIgnoringCase(html.extracting(start + 2..<start + 9), "[CDATA[") {
            var index = start + 9
            while !hasNoSectionEnd, index + 2 < html.count {
                if html[index] == 0x5D, html[index + 1] == 0x5D, html[index + 2] == 0x3E { return index + 3 }
                index += 1
            }
            hasNoSectionEnd = true
        }
        return behindTagEnd(from: start, in: html)
    }

    private mutating func behindTagEnd(from start: Int, in html: Span<UInt8>) -> Int {
        guard !hasNoTagEnd else { return html.count }
        var index = start
        while index < html.count, html[index] != 0x3E { index += 1 }
        if index == html.count { hasNoTagEnd = true }
        return min(index + 1, html.count)
    }
}

extension HTMLTag {
    fileprivate mutating func take(_ name: Range<Int>, _ value: Range<Int>, in html: Span<UInt8>) {
        guard !isEnd else { return }
        let octets = html.extracting(name)
        switch octets.count {
        case 2 where identifier == nil && equalsIgnoringCase(octets, "id"): identifier = value
        case 3 where alternative == nil && equalsIgnoringCase(octets, "alt"): alternative = value
        case 4 where reference == nil && equalsIgnoringCase(octets, "href"): reference = value
        case 4 where equalsIgnoringCase(octets, "type"): hasType = true
        case 5 where style == nil && equalsIgnoringCase(octets, "style"): style = value
        case 5 where classes == nil && equalsIgnoringCase(octets, "class"): classes = value
        case 5 where number == nil && (equalsIgnoringCase(octets, "start") || equalsIgnoringCase(octets, "value")):
            number = value
        case 6 where equalsIgnoringCase(octets, "hidden"): isHidden = true
        default: break
        }
    }
}
