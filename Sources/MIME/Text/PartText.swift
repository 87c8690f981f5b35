internal import Octets

/// The text of one part.
extension MessageText {
    /// The octets of a part, decoded; about `limit` of them at most.
    func octets(of entry: PartList.Entry, in message: Span<UInt8>, limit: Int) -> [UInt8] {
        let start = min(max(entry.textStart, 0), message.count)
        let end = min(entry.part.bodyEnd, start + min(limit, Int.max / 8) * 3)
        let bounds = PartList.bounds(start, end, in: message)
        return TransferDecoder.decode(message.extracting(bounds), entry.header.encoding)
    }

    /// The octets as text, by the part's charset; a charset that is not known is guessed.
    func decode(_ octets: Span<UInt8>, of entry: PartList.Entry) -> String {
        charsets.decode(octets, charset: entry.header.charset) ?? StandardCharsets.guess(octets)
    }

    /// The part's text for people, its lines ended by LF.
    func text(
        of entry: PartList.Entry,
        in message: Span<UInt8>,
        limit: Int? = nil,
        html options: HTMLText.Options = .standard
    ) -> String {
        let octets = octets(of: entry, in: message, limit: limit ?? self.limit)
        switch entry.header.mediaType {
        case "text/html": return HTMLText.plain(decode(octets.span, of: entry), options)
        case "text/enriched": return EnrichedText.plain(decode(octets.span, of: entry))
        case "text/richtext": return EnrichedText.plainRichtext(decode(octets.span, of: entry))
        default:
            let text = decode(withoutFiles(octets).span, of: entry)
            let fields = fields(of: entry, in: message)
            guard fields.isFlowed, entry.header.mediaType == "text/plain" else { return TextLines.withLineFeeds(text) }
            return FlowedText.decode(text, deletesSpace: fields.deletesSpace)
        }
    }

    /// The octets of a text without those of the files in it, for each of which its name stands in brackets.
    private func withoutFiles(_ text: [UInt8]) -> [UInt8] {
        let files = EmbeddedFiles.find(in: text.span)
        guard !files.isEmpty else { return text }
        var rest: [UInt8] = []
        rest.reserveCapacity(text.count)
        var position = 0
        for file in files {
            rest += text[position..<file.block.lowerBound]
            rest.append(0x5B)
            rest += file.name
            rest.append(0x5D)
            rest.append(.lineFeed)
            position = file.block.upperBound
        }
        return rest + text[position...]
    }
}
