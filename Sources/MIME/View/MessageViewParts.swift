internal import Octets

/// The parts of the message and their text. RFC 8621 §4.1.4.
extension MessageView {
    /// Fills the tree and the lists; returns which entity each part is.
    mutating func addParts(
        _ list: PartList,
        _ text: MessageText<some CharsetDecoder>,
        in message: Span<UInt8>
    ) -> [Int] {
        var sources: [Int] = []
        /// Where each entity is in `parts`.
        var places = [Int?](repeating: nil, count: list.entries.count)
        for (index, entry) in list.entries.enumerated() {
            let parent = entry.parent.flatMap { places[$0] }
            guard index == 0 || (parent.map { parts[$0].isMultipart } ?? false) else { continue }
            places[index] = parts.count
            sources.append(index)
            parts.append(BodyPart(index, in: list, parent: parent, text, message))
        }
        let lists = BodyLists(list)
        textBody = lists.text.compactMap { places[$0] }
        htmlBody = lists.html.compactMap { places[$0] }
        attachments = lists.attachments.compactMap { places[$0] }
        hasAttachment = attachments.contains { isSaved(parts[$0]) }
        return sources
    }

    /// Whether an attachment is one to the reader: not if it says that it is shown in its place, nor if HTML may name it.
    private func isSaved(_ part: BodyPart) -> Bool {
        guard part.disposition != "inline" else { return false }
        let isRelated = part.parent.map { parts[$0].type == "multipart/related" } ?? false
        return part.disposition == "attachment" || !isRelated || part.contentID == nil
    }

    mutating func addBodyValues(
        _ list: PartList,
        _ sources: [Int],
        _ text: MessageText<some CharsetDecoder>,
        in message: Span<UInt8>,
        _ options: Options
    ) {
        let shown = Set(textBody + htmlBody)
        var total = 0
        for (place, part) in parts.enumerated() {
            let entry = list.entries[sources[place]]
            guard entry.isText, !part.isMultipart, options.bodyValues == .all || shown.contains(place) else { continue }
            let limit = max(min(options.bodyValueLimit, options.bodyValuesLimit - total), 0)
            var value = text.bodyValue(of: entry, in: message, encoding: part.encoding, limit: limit)
            value.part = place
            total += value.value.utf8.count
            if value.isTruncated { limitsReached.insert(.bodyValues) }
            bodyValues.append(value)
        }
    }
}

extension MessageView.BodyPart {
    fileprivate init(
        _ index: Int,
        in list: PartList,
        parent: Int?,
        _ text: MessageText<some CharsetDecoder>,
        _ message: Span<UInt8>
    ) {
        let entry = list.entries[index]
        let fields = text.fields(of: entry, in: message)
        let header = PartList.bounds(entry.part.headerStart, entry.part.bodyStart, in: message)
        let body = PartList.bounds(entry.part.bodyStart, entry.part.bodyEnd, in: message)
        self.parent = parent
        isMultipart = entry.part.isMultipart
        partID = isMultipart ? nil : list.path(of: index).map { $0.map(String.init).joined(separator: ".") }
        size = isMultipart ? body.count : text.decodedSize(of: entry, in: message)
        encodedSize = body.count
        headerStart = header.lowerBound
        bodyStart = body.lowerBound
        bodyEnd = body.upperBound
        name = entry.header.fileName
        type = entry.header.mediaType
        charset = entry.isText ? (entry.header.charset.isEmpty ? "us-ascii" : entry.header.charset) : nil
        disposition = entry.header.disposition
        contentID = entry.header.contentID.map { MessageText<StandardCharsets>.withoutBrackets($0) }
        description = fields.description
        languages = fields.languages
        location = fields.location
        encoding = fields.encoding ?? "7bit"
    }
}

extension MessageText {
    /// The text of a part, at most `limit` octets of it.
    fileprivate func bodyValue(
        of entry: PartList.Entry,
        in message: Span<UInt8>,
        encoding: String,
        limit: Int
    ) -> MessageView.BodyValue {
        let octets = octets(of: entry, in: message, limit: limit)
        let known = charsets.decode(octets.span, charset: entry.header.charset)
        let text = TextLines.withLineFeeds(known ?? StandardCharsets.guess(octets.span))
        let isWhole = entry.part.bodyEnd - max(entry.part.bodyStart, 0) <= min(limit, Int.max / 8) * 3
        let isDamaged = text.utf8.span.holdsReplacementCharacter && !octets.span.holdsReplacementCharacter
        let isKnown = ["7bit", "8bit", "binary", "base64", "quoted-printable"].contains(encoding)
        let cut = isWhole && text.utf8.count <= limit ? text : Self.cut(text, limit, isHTML: entry.isHTML)
        return MessageView.BodyValue(
            part: 0,
            value: cut,
            isEncodingProblem: known == nil || !isKnown || isDamaged,
            isTruncated: !isWhole || cut.utf8.count < text.utf8.count
        )
    }

    /// The start of `text`: whole characters, and of HTML whole tags.
    private static func cut(_ text: String, _ limit: Int, isHTML: Bool) -> String {
        let octets = text.utf8.span
        var end = min(limit, octets.count)
        while end > 0, end < octets.count, octets[end] & 0xC0 == 0x80 { end -= 1 }
        if isHTML {
            var index = end
            while index > 0, octets[index - 1] != 0x3C, octets[index - 1] != 0x3E { index -= 1 }
            if index > 0, octets[index - 1] == 0x3C { end = index - 1 }
        }
        return String(decoding: octets.extracting(0..<end))
    }
}

extension Span<UInt8> {
    /// Whether U+FFFD in UTF-8 is among them.
    fileprivate var holdsReplacementCharacter: Bool {
        var index = 0
        while index + 2 < count {
            if self[index] == 0xEF, self[index + 1] == 0xBF, self[index + 2] == 0xBD { return true }
            index += 1
        }
        return false
    }
}
