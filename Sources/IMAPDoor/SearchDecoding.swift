internal import MIME
internal import Octets

/// Turns what messages hold into text in UTF-8, for SEARCH.
struct SearchDecoding {
    let charsets: any CharsetDecoder

    /// The text of a header's fields, or of one value: encoded words decoded, lines joined.
    func header(_ octets: [UInt8]) -> [UInt8] {
        let unfolded = HeaderFields.unfolded(octets.span, 0..<octets.count)
        return Array(EncodedWord.decodedText(unfolded.span, charsets: charsets).utf8)
    }

    /// Whether a part with that header is text.
    func isText(_ header: [UInt8]) -> Bool {
        PartHeader(header.span, charsets: charsets).mediaType.hasPrefix("text/")
    }

    /// The text of a part that begins with its header.
    func part(_ octets: [UInt8], bodyStart: Int) -> [UInt8] {
        let whole = octets.span
        let start = min(max(bodyStart, 0), whole.count)
        let header = PartHeader(whole.extracting(0..<start), charsets: charsets)
        let body = TransferDecoder.decode(whole.extracting(start..<whole.count), header.encoding)
        if header.charset == "utf-8" || header.charset == "us-ascii" || header.charset.isEmpty,
            body.allSatisfy({ $0 < 0x80 })
        {
            return body
        }
        let text = charsets.decode(body.span, charset: header.charset) ?? StandardCharsets.guess(body.span)
        return Array(text.utf8)
    }
}
