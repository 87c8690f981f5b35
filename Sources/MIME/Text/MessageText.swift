internal import Octets

/// The text of a message for people and for searching. It works on the whole message and the structure that was found
/// when it arrived.
///
/// Everything is linear in the message and the number of parts; nothing fails.
public struct MessageText<Charsets: CharsetDecoder>: Sendable {
    let structure: MessageStructure
    let charsets: Charsets
    /// Octets of decoded text after which no further part is looked at.
    let limit: Int

    /// The text of the message with that structure, read with `charsets`; about `limit` octets of it at most.
    public init(_ structure: MessageStructure, charsets: Charsets, limit: Int = 4 << 20) {
        self.structure = structure
        self.charsets = charsets
        self.limit = max(limit, 0)
    }

    /// The text to read: of each multipart/alternative the plain text if there is any, else HTML reduced to text, as also if
    /// all plain text is blank; several
    /// texts follow each other with an empty line between. Embedded messages are not part of it. Lines end in LF.
    ///
    /// Files that stand in the text by uuencode or yEnc are replaced by their names in brackets.
    public func body(of message: Span<UInt8>) -> String {
        let list = PartList(structure, in: message, charsets: charsets)
        let lists = BodyLists(list)
        let text = joined(shownTexts(list, lists), list, in: message)
        guard lists.html != lists.text, text.utf8.allSatisfy({ $0 <= .space }) else { return text }
        let html = joined(lists.html.filter { list.entries[$0].isText }, list, in: message)
        return html.isEmpty ? text : html
    }

    private func joined(_ texts: [Int], _ list: PartList, in message: Span<UInt8>) -> String {
        var result = ""
        for index in texts where result.utf8.count < limit {
            let text = text(of: list.entries[index], in: message)
            if !result.isEmpty, !text.isEmpty { result += result.hasSuffix("\n") ? "\n" : "\n\n" }
            result += text
        }
        return result
    }

    /// All text to search in, one text after the other: that of all text parts, both of an alternative and those of embedded
    /// messages too; the subjects of embedded messages; and the names of files. Subject and addresses of the message itself are
    /// not part of it.
    public func indexText(of message: Span<UInt8>) -> String {
        let list = PartList(structure, in: message, charsets: charsets)
        var result = ""
        func add(_ text: String) {
            guard !text.isEmpty else { return }
            result += text
            if !text.hasSuffix("\n") { result += "\n" }
        }
        for entry in list.entries where result.utf8.count < limit {
            if let parent = entry.parent, list.entries[parent].part.isMessage {
                add(fields(of: entry, in: message).subject ?? "")
            }
            add(entry.header.fileName ?? "")
            guard entry.isLeaf, !entry.part.isMessage, isSearched(entry.header.mediaType) else { continue }
            add(text(of: entry, in: message))
        }
        return result
    }

    /// Text, and reports on delivery, whose addresses people look for. RFC 3464 §2.
    private func isSearched(_ type: String) -> Bool {
        // The words of RTF are among as many that nobody wrote.
        type.hasPrefix("text/") && type != "text/rtf" || type == "message/delivery-status"
            || type == "message/global-delivery-status" || type == "message/disposition-notification"
    }

    /// The text of one part, as `body` has it; empty if it is no text.
    public func text(ofPart index: Int, in message: Span<UInt8>) -> String {
        let list = PartList(structure, in: message, charsets: charsets)
        guard list.entries.indices.contains(index), list.entries[index].isText else { return "" }
        return text(of: list.entries[index], in: message)
    }

    /// The parts that are read as the message's text. Where neither plain text nor HTML is found, any other text will do.
    func shownTexts(_ list: PartList, _ lists: BodyLists) -> [Int] {
        let texts = lists.text.filter { list.entries[$0].isText }
        guard texts.isEmpty, lists.html.allSatisfy({ !list.entries[$0].isText }) else { return texts }
        let other = lists.attachments.first {
            list.entries[$0].isText && list.entries[$0].header.disposition != "attachment"
                && EnrichedText.isType(list.entries[$0].header.mediaType)
        }
        return other.map { [$0] } ?? []
    }

    func fields(of entry: PartList.Entry, in message: Span<UInt8>) -> PartFields {
        let range = PartList.bounds(entry.part.headerStart, entry.part.bodyStart, in: message)
        return PartFields(message.extracting(range), charsets: charsets)
    }
}
