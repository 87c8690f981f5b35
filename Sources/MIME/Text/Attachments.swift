internal import Octets

extension MessageText {
    /// A part that is not shown as text.
    public struct Attachment: Hashable, Sendable {
        /// The part's numbers in IMAP.
        public var path: [Int]
        /// Its index among the structure's parts.
        public var part: Int
        /// Its name, type and encoding.
        public var header: PartHeader
        /// The name to show and to save it by: the part's own or, if it has none, one made of what it is. Never empty; a name that
        /// the sender gave may hold anything, `/` too.
        public var name: String
        /// Octets in the message.
        public var encodedSize: Int
        /// Octets when decoded.
        public var size: Int
        /// Whether it belongs to what is shown: an image among the text, or one that the HTML names by its Content-ID.
        public var isInline: Bool
        /// The Content-ID without its angle brackets. RFC 2392 §2.
        public var contentID: String?
    }

    /// The parts that are not shown as text, embedded messages whole.
    public func attachments(of message: Span<UInt8>) -> [Attachment] {
        let list = PartList(structure, in: message, charsets: charsets)
        let lists = BodyLists(list)
        var isText = [Bool](repeating: false, count: list.entries.count)
        for index in lists.text + lists.html + shownTexts(list, lists) where list.entries[index].isText {
            isText[index] = true
        }
        var isShown = isText
        for index in lists.text + lists.html { isShown[index] = true }
        var attachments: [Attachment] = []
        for (index, entry) in list.entries.enumerated() where entry.isLeaf && !entry.isInMessage && !isText[index] {
            guard let path = list.path(of: index) else { continue }
            let isEmbedded = entry.parent.map { list.entries[$0].header.mediaType == "multipart/related" } ?? false
            attachments.append(
                Attachment(
                    path: path,
                    part: index,
                    header: entry.header,
                    name: name(of: index, path, in: list, message),
                    encodedSize: max(entry.part.bodyEnd - entry.part.bodyStart, 0),
                    size: decodedSize(of: entry, in: message),
                    isInline: entry.header.disposition != "attachment"
                        && (isShown[index] || entry.header.disposition == "inline"
                            || (isEmbedded && entry.header.contentID != nil)),
                    contentID: entry.header.contentID.map { Self.withoutBrackets($0) }
                )
            )
        }
        return attachments
    }

    /// Octets of the part when decoded.
    func decodedSize(of entry: PartList.Entry, in message: Span<UInt8>) -> Int {
        let body = message.extracting(PartList.bounds(entry.part.bodyStart, entry.part.bodyEnd, in: message))
        guard entry.header.encoding.isEncoded else { return body.count }
        var decoder = TransferDecoder(entry.header.encoding)
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

    static func withoutBrackets(_ identifier: String) -> String {
        guard identifier.hasPrefix("<"), identifier.hasSuffix(">"), identifier.utf8.count >= 2 else {
            return identifier
        }
        return String(identifier.dropFirst().dropLast())
    }

    // MARK: Names

    /// The part's name, or one made for it: a message is called by its subject, others by their number and type.
    private func name(of index: Int, _ path: [Int], in list: PartList, _ message: Span<UInt8>) -> String {
        let entry = list.entries[index]
        if let name = entry.header.fileName, name.contains(where: { !$0.isWhitespace }) { return name }
        let number = path.map { "\($0)" }.joined(separator: ".")
        let type = entry.header.mediaType
        if entry.part.isMessage, index + 1 < list.entries.count, list.entries[index + 1].parent == index {
            let subject = fields(of: list.entries[index + 1], in: message).subject ?? ""
            let name = Self.fileName(of: subject)
            return (name.isEmpty ? "message-\(number)" : name) + ".eml"
        }
        if let name = AttachmentNames.wellKnown[type] { return name }
        return "attachment-\(number).\(AttachmentNames.fileExtension(of: type))"
    }

    /// A subject made fit to be a file's name: no separators, no control characters, no dot at the start.
    private static func fileName(of subject: String) -> String {
        var name = ""
        var isBlank = true
        for character in subject {
            if name.unicodeScalars.count >= 100 { break }
            if character.isWhitespace {
                if !isBlank { name.append(" ") }
                isBlank = true
                continue
            }
            let isBad = character.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
            if character == ".", name.isEmpty { continue }
            name.append(isBad || "/\\:*?\"<>|".contains(character) ? "_" : character)
            isBlank = false
        }
        while name.last == " " || name.last == "." { name.removeLast() }
        return String(String.UnicodeScalarView(name.unicodeScalars.prefix(100)))
    }
}

/// Names for parts that came without one.
enum AttachmentNames {
    /// Types that mail programs name always alike.
    static let wellKnown: [String: String] = [
        "application/ms-tnef": "winmail.dat", "application/vnd.ms-tnef": "winmail.dat", "text/calendar": "invite.ics",
        "application/ics": "invite.ics", "application/pgp-signature": "signature.asc",
        "application/pgp-encrypted": "version.asc",
        "application/pgp-keys": "key.asc", "application/pkcs7-signature": "smime.p7s",
        "application/x-pkcs7-signature": "smime.p7s",
        "application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m", "text/vcard": "contact.vcf",
        "text/x-vcard": "contact.vcf", "text/directory": "contact.vcf",
        "message/delivery-status": "delivery-status.txt",
        "message/global-delivery-status": "delivery-status.txt", "message/disposition-notification": "receipt.txt",
        "message/feedback-report": "feedback-report.txt", "text/rfc822-headers": "headers.txt",
        "message/global-headers": "headers.txt", "text/x-amp-html": "message.amp.html",
    ]

    private static let extensions: [String: String] = [
        "text/plain": "txt", "text/html": "html", "text/css": "css", "text/csv": "csv", "text/xml": "xml",
        "text/markdown": "md",
        "text/enriched": "txt", "text/richtext": "rtx", "text/rtf": "rtf", "application/rtf": "rtf",
        "application/xml": "xml",
        "application/json": "json", "application/pdf": "pdf", "application/zip": "zip",
        "application/x-zip-compressed": "zip",
        "application/gzip": "gz", "application/x-gzip": "gz", "application/x-tar": "tar",
        "application/x-7z-compressed": "7z",
        "application/vnd.rar": "rar", "application/postscript": "ps", "application/msword": "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "application/vnd.ms-powerpoint": "ppt",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
        "application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
        "application/vnd.oasis.opendocument.presentation": "odp", "application/epub+zip": "epub", "image/jpeg": "jpg",
        "image/jpg": "jpg", "image/pjpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp",
        "image/webp": "webp",
        "image/svg+xml": "svg", "image/tiff": "tiff", "image/heic": "heic", "image/avif": "avif", "image/x-icon": "ico",
        "image/vnd.microsoft.icon": "ico", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/x-wav": "wav",
        "audio/ogg": "ogg",
        "audio/mp4": "m4a", "audio/amr": "amr", "audio/basic": "au", "video/mp4": "mp4", "video/mpeg": "mpg",
        "video/quicktime": "mov", "video/webm": "webm", "message/rfc822": "eml", "message/global": "eml",
    ]

    /// The ending of a file's name by its type.
    static func fileExtension(of type: String) -> String {
        extensions[type] ?? (type.hasPrefix("text/") ? "txt" : "bin")
    }
}
