internal import Octets

/// The text of a message for people and for searching. It works on the whole message and the structure that was found
/// when it arrived.
public struct MessageText<Charsets: CharsetDecoder>: Sendable {
    /// A part that is not shown as text.
    public struct Attachment: Hashable, Sendable {
        /// The part's numbers in IMAP.
        public var path: [Int]
        /// Its name, type and encoding.
        public var header: PartHeader
        /// Octets in the message.
        public var encodedSize: Int
        /// Octets when decoded.
        public var size: Int
    }

    private let structure: MessageStructure
    private let charsets: Charsets
    /// Octets of decoded text after which no further part is looked at.
    private let limit: Int

    /// The text of the message with that structure, read with `charsets`; about `limit` octets of it at most.
    public init(_ structure: MessageStructure, charsets: Charsets, limit: Int = 4 << 20) {
        self.structure = structure
        self.charsets = charsets
        self.limit = limit
    }

    /// The text to read: of each multipart/alternative the plain text if there is any, else HTML reduced to text; several
    /// texts follow each other with an empty line between. Embedded messages are not part of it.
    public func body(of message: Span<UInt8>) -> String {
        let leaves = leaves(of: message)
        var result = ""
        let alternatives = alternativesWithPlainText(leaves, in: message)
        for leaf in leaves {
            guard leaf.header.isShownText, !leaf.isInMessage, result.utf8.count < limit else { continue }
            if leaf.isHTML, !alternatives.isDisjoint(with: ancestors(of: leaf.part)) { continue }
            let text = text(of: leaf, in: message)
            if !result.isEmpty, !text.isEmpty { result += result.hasSuffix("\n") ? "\n" : "\n\n" }
            result += text
        }
        return result
    }

    /// All text of all text parts, those of embedded messages too, to search in.
    public func searchable(in message: Span<UInt8>) -> String {
        var result = ""
        for leaf in leaves(of: message) where leaf.header.mediaType.hasPrefix("text/") && result.utf8.count < limit {
            result += text(of: leaf, in: message)
            result += "\n"
        }
        return result
    }

    /// The parts that are not shown as text, embedded messages whole.
    public func attachments(of message: Span<UInt8>) -> [Attachment] {
        var list: [Attachment] = []
        for (index, part) in structure.parts.enumerated() where !part.isMultipart && !isInMessage(index) {
            let header = header(of: part, in: message)
            guard part.isMessage || !header.isShownText, let path = structure.path(ofPart: index) else { continue }
            list.append(
                Attachment(
                    path: path,
                    header: header,
                    encodedSize: part.bodyEnd - part.bodyStart,
                    size: decodedSize(of: part, header.encoding, in: message)
                )
            )
        }
        return list
    }

    // MARK: Parts

    private struct Leaf {
        var part: MessageStructure.Part
        var header: PartHeader
        var isInMessage: Bool
        var isHTML: Bool { header.mediaType == "text/html" }
    }

    private func leaves(of message: Span<UInt8>) -> [Leaf] {
        var list: [Leaf] = []
        for (index, part) in structure.parts.enumerated() where !part.isMultipart && !part.isMessage {
            let header = header(of: part, in: message)
            list.append(Leaf(part: part, header: header, isInMessage: isInMessage(index)))
        }
        return list
    }

    /// What the part is shown as. A multipart in which no part was found is text, as in BODYSTRUCTURE.
    private func header(of part: MessageStructure.Part, in message: Span<UInt8>) -> PartHeader {
        let octets = message.extracting(bounds(part.headerStart, part.bodyStart, in: message))
        var header = PartHeader(octets, charsets: charsets)
        if !part.isMultipart, header.mediaType.hasPrefix("multipart/") {
            header.mediaType = "text/plain"
            header.encoding = .identity
        }
        return header
    }

    /// Whether the entity is within a message/rfc822 part. A parent stands before its children.
    private func isInMessage(_ index: Int) -> Bool {
        var current = index
        while let parent = structure.parts[current].parent, parent < current, parent >= 0 {
            if structure.parts[parent].isMessage { return true }
            current = parent
        }
        return false
    }

    /// The multipart/alternative entities that have a plain text: their HTML says the same again.
    private func alternativesWithPlainText(_ leaves: [Leaf], in message: Span<UInt8>) -> Set<Int> {
        var found: Set<Int> = []
        var seen: Set<Int> = []
        for leaf in leaves where leaf.header.mediaType == "text/plain" && leaf.header.isShownText && !leaf.isInMessage {
            for ancestor in ancestors(of: leaf.part) where seen.insert(ancestor).inserted {
                let type = header(of: structure.parts[ancestor], in: message).mediaType
                if type == "multipart/alternative" { found.insert(ancestor) }
            }
        }
        return found
    }

    private func ancestors(of part: MessageStructure.Part) -> Set<Int> {
        var result: Set<Int> = []
        var current = part.parent
        while let parent = current, structure.parts.indices.contains(parent), result.insert(parent).inserted {
            current = structure.parts[parent].parent
        }
        return result
    }

    private func text(of leaf: Leaf, in message: Span<UInt8>) -> String {
        let end = min(leaf.part.bodyEnd, leaf.part.bodyStart + limit * 3)
        let encoded = message.extracting(bounds(leaf.part.bodyStart, end, in: message))
        let body = TransferDecoder.decode(encoded, leaf.header.encoding)
        let text =
            charsets.decode(body.span, charset: leaf.header.charset) ?? StandardCharsets.guess(body.span)
        return leaf.isHTML ? HTMLText.plain(text) : TextLines.withLineFeeds(text)
    }

    private func decodedSize(
        of part: MessageStructure.Part,
        _ encoding: TransferEncoding,
        in message: Span<UInt8>
    ) -> Int {
        guard encoding.isEncoded else { return part.bodyEnd - part.bodyStart }
        let body = message.extracting(bounds(part.bodyStart, part.bodyEnd, in: message))
        var decoder = TransferDecoder(encoding)
        var size = 0
        var buffer: [UInt8] = []
        var start = 0
        while start < body.count {
            let end = min(start + 32_768, body.count)
            decoder.push(body.extracting(start..<end), into: &buffer)
            size += buffer.count
            buffer.removeAll(keepingCapacity: true)
            start = end
        }
        decoder.finish(into: &buffer)
        return size + buffer.count
    }

    private func bounds(_ start: Int, _ end: Int, in message: Span<UInt8>) -> Range<Int> {
        let from = min(max(start, 0), message.count)
        return from..<min(max(end, from), message.count)
    }
}
