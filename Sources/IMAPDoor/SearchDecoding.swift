internal import MIME
internal import Octets

/// Turns what messages hold into text as SEARCH compares it.
struct SearchDecoding {
    let charsets: any CharsetDecoder

    /// The text of one value: encoded words decoded, its lines joined.
    func value(_ octets: [UInt8]) -> FoldedText {
        let unfolded = HeaderFields.unfolded(octets.span, 0..<octets.count)
        return FoldedText(decoded(unfolded))
    }

    /// The text of octets in UTF-8.
    func decoded(_ octets: [UInt8]) -> [UInt8] {
        Array(EncodedWord.decodedText(octets.span, charsets: charsets).utf8)
    }

    /// The fields of a header, each `NAME: VALUE` on a line of its own, so that no text runs from one into the next.
    func fields(_ octets: [UInt8]) -> FoldedText {
        let header = octets.span
        var text: [UInt8] = []
        text.reserveCapacity(header.count)
        var fields = HeaderFields(in: header)
        while let field = fields.next(in: header) {
            if !field.name.isEmpty {
                for index in field.name { text.append(header[index]) }
                text.append(UInt8(ascii: ":"))
                if !field.value.isEmpty, header[field.value.lowerBound] == .space { text.append(.space) }
            }
            let value = HeaderFields.unfolded(header, field.value)
            if Self.isPlain(value.span) {
                text += value
            } else {
                for octet in decoded(value) { text.append(octet == .lineFeed ? .space : octet) }
            }
            text.append(.lineFeed)
        }
        return FoldedText(text)
    }

    /// Whether text is as it stands: ASCII without encoded words.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        var last: UInt8 = 0
        var hasWord = false
        for index in text.indices {
            let octet = text[index]
            all |= octet
            if octet == UInt8(ascii: "?"), last == UInt8(ascii: "=") { hasWord = true }
            last = octet
        }
        return all < 0x80 && !hasWord
    }

    /// Whether there may be text to search in a part of that header; else only its name is looked at.
    func mayHaveText(_ header: Span<UInt8>) -> Bool {
        let type = PartHeader(header, charsets: charsets).mediaType
        // A multipart in which no part was found is text.
        return type.hasPrefix("text/") || type.hasPrefix("message/") || type.hasPrefix("multipart/")
    }

    /// The text of a part that begins with its header, and the name of the file that it is: as people read it, so HTML
    /// without its marks. `limit` octets of it at most.
    func part(_ octets: [UInt8], bodyStart: Int, limit: Int) -> FoldedText {
        let part = MessageStructure.Part(
            headerStart: 0,
            bodyStart: bodyStart,
            bodyEnd: octets.count,
            parent: nil,
            isMultipart: false,
            isMessage: false
        )
        return FoldedText(Array(text(of: MessageStructure(parts: [part]), octets.span, limit, charsets).utf8))
    }

    private func text(
        of structure: MessageStructure,
        _ octets: Span<UInt8>,
        _ limit: Int,
        _ charsets: some CharsetDecoder
    ) -> String {
        MessageText(structure, charsets: charsets, limit: limit).indexText(of: octets)
    }
}
