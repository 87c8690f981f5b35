internal import Octets

/// A preview is what a list of messages shows of one: the start of what its author wrote, on one line. RFC 8970 §3.3.
extension MessageText {
    /// Octets of a part's text that are looked at for a preview.
    private var previewLimit: Int { 128 << 10 }

    /// The start of the text in at most `limit` Unicode scalars, not cut within what a reader takes for one character.
    ///
    /// White space is one blank, what cannot be seen is left out, and so are quotes and signatures if there is any other text.
    /// The hidden text that newsletters have for previews counts. Empty if there is no text, or it is encrypted. The same message
    /// always has the same preview.
    public func preview(of message: Span<UInt8>, limit: Int = 256) -> String {
        let list = PartList(structure, in: message, charsets: charsets)
        guard let root = list.entries.first, !isEncrypted(root) else { return "" }
        let lists = BodyLists(list)
        let plain = preview(of: shownTexts(list, lists), list, in: message, limit: limit)
        guard lists.html != lists.text, plain.isEmpty || PreviewText.isAboutHTML(plain) else { return plain }
        let html = preview(of: lists.html, list, in: message, limit: limit)
        return html.isEmpty ? plain : html
    }

    private var encryptedTypes: Set<String> {
        ["multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp"]
    }

    /// RFC 1847 §2.2, RFC 8551 §3.3. Of `application/pkcs7-mime`, only signed data is not encrypted, and it is no text either.
    private func isEncrypted(_ root: PartList.Entry) -> Bool {
        encryptedTypes.contains(root.header.mediaType)
    }

    private func preview(of indices: [Int], _ list: PartList, in message: Span<UInt8>, limit: Int) -> String {
        var options = HTMLText.Options()
        options.keepsPreheader = true
        options.marksQuotes = true
        options.showsImageText = false
        options.limit = previewLimit
        var new = ""
        var quoted = ""
        for index in indices where list.entries[index].isText && new.unicodeScalars.count < limit {
            let entry = list.entries[index]
            let read = entry.isHTML ? previewLimit * 4 : previewLimit
            var text = text(of: entry, in: message, limit: read, html: options)
            if entry.isHTML, PreviewText.line(of: text, limit: 1).isEmpty {
                // Nothing but images.
                options.showsImageText = true
                text = self.text(of: entry, in: message, limit: read, html: options)
                options.showsImageText = false
            }
            let blocks = TextBlocks.split(PreviewText.withoutArmor(text))
            new += PreviewText.text(of: blocks, [.text], limit: limit)
            if new.isEmpty, quoted.isEmpty { quoted = PreviewText.quoted(blocks, limit: limit) }
        }
        let line = PreviewText.line(of: new, limit: limit)
        return line.isEmpty ? PreviewText.line(of: quoted, limit: limit) : line
    }
}

/// How text becomes a preview.
enum PreviewText {
    /// Quotes within quotes are looked through so deep.
    private static var deepestQuote: Int { 4 }

    /// The lines of those blocks, until there is enough for a preview.
    static func text(of blocks: [TextBlock], _ kinds: Set<TextBlock.Kind>, limit: Int) -> String {
        var text = ""
        var count = 0
        for block in blocks where kinds.contains(block.kind) && count < limit {
            let line = line(of: block.text, limit: limit)
            guard !line.isEmpty else { continue }
            text += line + "\n"
            count += line.unicodeScalars.count
        }
        return text
    }

    /// What to show of a message in which all is quoted, as in one that is only forwarded: what was new there.
    static func quoted(_ blocks: [TextBlock], limit: Int) -> String {
        var blocks = blocks
        for _ in 0..<deepestQuote {
            let quotes = blocks.filter { $0.kind == .quote }
            guard !quotes.isEmpty else { break }
            blocks = TextBlocks.split(
                quotes.map { $0.text.hasPrefix(">") ? TextBlocks.unquoted($0.text) : $0.text }.joined()
            )
            let new = text(of: blocks, [.text], limit: limit)
            if !new.isEmpty { return new }
        }
        return text(of: blocks, [.attribution, .quote, .signature], limit: limit)
    }

    /// The text on one line: white space is one blank; controls, what cannot be seen, and words that only draw a line are left
    /// out. At most `limit` scalars.
    static func line(of text: String, limit: Int) -> String {
        var line = PreviewLine()
        for scalar in text.unicodeScalars {
            // One more than is needed tells that something is cut off.
            guard line.count <= limit else { break }
            line.push(scalar)
        }
        return cut(line.finish(), limit: limit)
    }

    /// As many whole characters as have at most `limit` scalars; of a single one that is longer, its start.
    private static func cut(_ line: String, limit: Int) -> String {
        guard line.utf8.count > limit, line.unicodeScalars.count > limit else { return line }
        if line.utf8.allSatisfy({ $0 < 0x80 }) {
            // Without line endings each is a character.
            let cut = line.utf8.prefix(max(limit, 0))
            return String(decoding: cut.last == 0x20 ? cut.dropLast() : cut, as: UTF8.self)
        }
        var count = 0
        var end = line.startIndex
        for index in line.indices {
            let next = line.index(after: index)
            count += line.unicodeScalars[index..<next].count
            if count > limit { break }
            end = next
        }
        if end == line.startIndex { return String(String.UnicodeScalarView(line.unicodeScalars.prefix(max(limit, 0)))) }
        let cut = line[..<end]
        return String(cut.last == " " ? cut.dropLast() : cut)
    }

    /// Whether a short text only says that the message is in HTML: in all languages it names it so.
    static func isAboutHTML(_ line: String) -> Bool {
        guard line.unicodeScalars.count <= 200 else { return false }
        let words = line.asciiLowercased
        guard words.contains("html") else {
            return words.hasPrefix("this is a multi-part message") || words.hasPrefix("this message is in mime format")
        }
        return hints.contains { words.contains($0) }
    }

    private static let hints = [
        "view", "client", "support", "enable", "format", "reader", "programm", "anzeig", "nachricht", "message",
        "version", "messag",
        "mensaje", "email", "e-mail", "письм", "сообщен", "邮件", "メール", "메일",
    ]

    private static func holdsArmor(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index + 15 <= text.count {
            if text[index] == 0x2D, text[index + 4] == 0x2D, text.extracting(index...).starts(with: "-----BEGIN PGP ") {
                return true
            }
            index += 1
        }
        return false
    }

    /// The text without what OpenPGP puts around signed text, and up to what is encrypted. RFC 9580 §6.2, §7.
    static func withoutArmor(_ text: String) -> String {
        guard holdsArmor(text.utf8.span) else { return text }
        var result = ""
        var isInHeaders = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-----BEGIN PGP SIGNED MESSAGE-----") {
                isInHeaders = true
            } else if line.hasPrefix("-----BEGIN PGP ") {
                break
            } else if isInHeaders {
                isInHeaders = line.contains { !$0.isWhitespace }
            } else {
                result += line.hasPrefix("- ") ? line.dropFirst(2) : line
                result += "\n"
            }
        }
        return result
    }
}
