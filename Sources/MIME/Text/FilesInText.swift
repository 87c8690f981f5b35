internal import Octets

extension MessageText {
    /// A file that a text part has in it by uuencode or yEnc, as mail had them before MIME. `body` has its name in its place.
    public struct FileInText: Hashable, Sendable {
        /// The numbers in IMAP of the text part.
        public var path: [Int]
        /// The text part's index among the structure's parts.
        public var part: Int
        /// Where the file stands in the decoded octets of that part.
        public var file: EmbeddedFile
        /// The name to show and to save it by; as the sender wrote it, so it may hold anything, `/` too.
        public var name: String
        /// Octets when decoded.
        public var size: Int
        /// Whether they are all there, as far as the file says anything of that.
        public var isIntact: Bool
    }

    /// The files in the text parts that are shown, in their order; those of texts beyond the limit of octets are left out.
    public func filesInText(of message: Span<UInt8>) -> [FileInText] {
        let list = PartList(structure, in: message, charsets: charsets)
        var files: [FileInText] = []
        for index in shownTexts(list, BodyLists(list)) {
            let entry = list.entries[index]
            guard entry.header.mediaType == "text/plain", let path = list.path(of: index) else { continue }
            let text = octets(of: entry, in: message, limit: limit)
            for file in EmbeddedFiles.find(in: text.span) {
                let decoded = file.decode(from: text.span)
                files.append(
                    FileInText(
                        path: path,
                        part: index,
                        file: file,
                        name: decode(file.name.span, of: entry),
                        size: decoded.octets.count,
                        isIntact: decoded.isIntact
                    )
                )
            }
        }
        return files
    }
}
