internal import Octets

/// The parts of a message with what their headers say, each in its place in the tree.
struct PartList {
    struct Entry {
        var part: MessageStructure.Part
        var header: PartHeader
        /// The entity it is a part of, which stands before it.
        var parent: Int?
        /// Which of its parent's parts it is, from 0.
        var place = 0
        /// Whether it is within an embedded message.
        var isInMessage = false
        /// Whether it is named by `start` of the multipart/related it is in. RFC 2387 §3.2.
        var isRoot = false
        /// Whether another part than the first is named so in this multipart/related.
        var hasNamedRoot = false
        /// Where the octets begin that are shown as the part's text. A header in which no line is a field is text that came
        /// without one: nothing else would show it.
        var textStart: Int

        var isText: Bool { header.mediaType.hasPrefix("text/") }
        var isHTML: Bool { header.mediaType == "text/html" }
        var isLeaf: Bool { !part.isMultipart }
    }

    let entries: [Entry]

    init(_ structure: MessageStructure, in message: Span<UInt8>, charsets: some CharsetDecoder) {
        var entries: [Entry] = []
        entries.reserveCapacity(structure.parts.count)
        var childCounts = [Int](repeating: 0, count: structure.parts.count)
        /// What `start` says of a multipart/related.
        var roots: [Int: String] = [:]
        for (index, part) in structure.parts.enumerated() {
            let octets = message.extracting(Self.bounds(part.headerStart, part.bodyStart, in: message))
            let header = Self.header(of: part, octets, charsets: charsets)
            let textStart = Self.hasField(octets) ? part.bodyStart : part.headerStart
            var entry = Entry(part: part, header: header, textStart: textStart)
            if let parent = part.parent, parent >= 0, parent < index {
                entry.parent = parent
                entry.place = childCounts[parent]
                childCounts[parent] += 1
                entry.isInMessage = entries[parent].isInMessage || entries[parent].part.isMessage
                if let root = roots[parent], !entries[parent].hasNamedRoot, entry.header.contentID == root {
                    entry.isRoot = true
                    entries[parent].hasNamedRoot = true
                }
            }
            if part.isMultipart, entry.header.mediaType == "multipart/related" {
                roots[index] = PartFields(octets, charsets: charsets).start
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// What the part is shown as. A multipart in which no part was found is text, as in BODYSTRUCTURE.
    private static func header(
        of part: MessageStructure.Part,
        _ octets: Span<UInt8>,
        charsets: some CharsetDecoder
    ) -> PartHeader {
        var header = PartHeader(octets, charsets: charsets)
        if !part.isMultipart, header.mediaType.hasPrefix("multipart/") {
            header.mediaType = "text/plain"
            header.encoding = .identity
        }
        // Parts of a digest need not say that they are messages. RFC 2046 §5.1.5.
        if part.isMessage, !header.mediaType.hasPrefix("message/") { header.mediaType = "message/rfc822" }
        if part.isMultipart, !header.mediaType.hasPrefix("multipart/") { header.mediaType = "multipart/mixed" }
        return header
    }

    private static func hasField(_ header: Span<UInt8>) -> Bool {
        var fields = HeaderFields(in: header)
        while let field = fields.next(in: header) {
            if !field.name.isEmpty { return true }
        }
        // An empty one is as it should be.
        return fields.offset == 0
    }

    /// The octets from `start` to `end`, as far as there are any.
    static func bounds(_ start: Int, _ end: Int, in message: Span<UInt8>) -> Range<Int> {
        let from = min(max(start, 0), message.count)
        return from..<min(max(end, from), message.count)
    }

    /// The numbers by which IMAP names the part; nil as in `MessageStructure.path(ofPart:)`, which for all parts of a message
    /// would count the same ones again and again.
    func path(of index: Int) -> [Int]? {
        let isWhole = entries[index].parent.map { entries[$0].part.isMessage } ?? true
        if isWhole, entries[index].part.isMultipart { return nil }
        var path = isWhole ? [1] : []
        var current = index
        while let parent = entries[current].parent {
            if entries[parent].part.isMultipart {
                path.append(entries[current].place + 1)
            } else if entries[parent].parent.map({ entries[$0].part.isMessage }) ?? true {
                path.append(1)
            }
            current = parent
        }
        return path.reversed()
    }
}

/// What is needed of a part's header beyond `PartHeader`.
struct PartFields {
    /// RFC 3676 §3.1: `format=flowed` and `delsp=yes`.
    var isFlowed = false
    var deletesSpace = false
    /// The Content-ID, in angle brackets, of the part that a multipart/related is about. RFC 2387 §3.2.
    var start: String?
    /// The subject, if it is the header of a message; decoded.
    var subject: String?
    /// Decoded.
    var description: String?
    /// The tags as they stand. RFC 3282 §2.
    var languages: [String] = []
    /// RFC 2557 §4.
    var location: String?
    /// Content-Transfer-Encoding in lower case.
    var encoding: String?

    init(_ header: Span<UInt8>, charsets: some CharsetDecoder) {
        let fields = EntityFields(header)
        func words(_ range: Range<Int>) -> String {
            String(decoding: HeaderFields.unfolded(header, range), as: UTF8.self)
        }
        func text(_ range: Range<Int>) -> String {
            EncodedWord.decodedText(HeaderFields.unfolded(header, range).span, charsets: charsets)
        }
        subject = fields.subject.map(text)
        description = fields.contentDescription.map(text)
        location = fields.location.map { words($0).filter { !$0.isWhitespace } }
        if let range = fields.language {
            languages = words(range).split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
        if let field = ContentField(ifPresent: fields.encoding, in: header), !field.value.isEmpty {
            encoding = String(decoding: field.value, as: UTF8.self).asciiLowercased
        }
        guard let type = ContentField(ifPresent: fields.contentType, in: header) else { return }
        func value(_ name: String) -> String? { type.parameter(name).map { String(decoding: $0, as: UTF8.self) } }
        isFlowed = value("format")?.asciiLowercased == "flowed"
        deletesSpace = value("delsp")?.asciiLowercased == "yes"
        start = value("start")
    }
}
