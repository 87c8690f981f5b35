internal import Octets

/// The charset that an HTML document names itself, for a part whose header names none. A label in the header comes first: what writes
/// or converts mail may leave the document as it was.
public enum HTMLCharset {
    private static let sample = 1024

    /// The label in a `meta` element of the first 1024 octets or else in the XML declaration; nil if there is none. It may be one that
    /// nothing knows. UTF-16 is told as UTF-8, since these octets could not have been read in it.
    ///
    /// The steps are those of the WHATWG HTML Standard, "prescan a byte stream to determine its encoding".
    public static func sniff(_ document: Span<UInt8>) -> String? {
        let start = document.extracting(first: sample)
        var scanner = Scanner(count: start.count)
        guard let label = scanner.metaCharset(in: start) ?? xmlEncoding(in: start) else { return nil }
        switch CharsetLabel.squeezed(label) {
        case "": return nil
        case let squeezed where squeezed.hasPrefix("utf16"): return "utf-8"
        case "userdefined": return "windows-1252"
        default: return label
        }
    }

    /// The label behind `charset=` in the content of a `meta` element.
    private static func charset(inContent content: Span<UInt8>) -> String? {
        var index = 0
        while let found = content.firstIndex(of: "charset", from: index) {
            index = content.skipBlanks(from: found + 7)
            guard index < content.count, content[index] == UInt8(ascii: "=") else { continue }
            index = content.skipBlanks(from: index + 1)
            guard index < content.count else { return nil }
            let quote = content[index]
            var end = index
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                end += 1
                while end < content.count, content[end] != quote { end += 1 }
                return end < content.count ? String(decoding: content.extracting(index + 1..<end)) : nil
            }
            while end < content.count, !Span<UInt8>.isBlank(content[end]), content[end] != UInt8(ascii: ";") {
                end += 1
            }
            return String(decoding: content.extracting(index..<end))
        }
        return nil
    }

    /// The label in `<?xml … encoding="…"`.
    private static func xmlEncoding(in document: Span<UInt8>) -> String? {
        guard document.starts(with: "<?xml") else { return nil }
        var end = 0
        while end < document.count, document[end] != UInt8(ascii: ">") { end += 1 }
        let declaration = document.extracting(..<end)
        guard let found = declaration.firstIndex(of: "encoding", from: 0) else { return nil }
        var index = declaration.skipBlanks(from: found + 8)
        guard index < end, declaration[index] == UInt8(ascii: "=") else { return nil }
        index = declaration.skipBlanks(from: index + 1)
        guard index < end, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(declaration[index]) else { return nil }
        var close = index + 1
        while close < end, declaration[close] != declaration[index] { close += 1 }
        return close < end ? String(decoding: declaration.extracting(index + 1..<close)) : nil
    }

    /// Goes through the tags.
    private struct Scanner {
        private var index = 0
        private let count: Int

        init(count: Int) { self.count = count }

        mutating func metaCharset(in document: Span<UInt8>) -> String? {
            while index < count {
                let rest = document.extracting(index...)
                if rest.starts(with: "<!--") {
                    // The end may share its dashes with the start.
                    index = document.firstIndex(of: "-->", from: index + 2).map { $0 + 3 } ?? count
                } else if rest.isTag("<meta") {
                    index += 5
                    if let label = metaAttributes(in: document) { return label }
                } else if rest.count > 2, rest[0] == UInt8(ascii: "<"),
                    rest.isLetter(1) || (rest[1] == 0x2F && rest.isLetter(2))
                {
                    while index < count, !Span<UInt8>.isBlank(document[index]), document[index] != UInt8(ascii: ">") {
                        index += 1
                    }
                    while nextAttribute(in: document) != nil {}
                } else if rest.starts(with: "<!") || rest.starts(with: "</") || rest.starts(with: "<?") {
                    while index < count, document[index] != UInt8(ascii: ">") { index += 1 }
                } else {
                    index += 1
                }
            }
            return nil
        }

        /// The label that the attributes of a `meta` element name, each attribute the first time.
        private mutating func metaAttributes(in document: Span<UInt8>) -> String? {
            var names: Set<String> = []
            var isContentType = false
            var label: String?
            var needsContentType = false
            while let (name, value) = nextAttribute(in: document) {
                guard names.insert(name).inserted else { continue }
                switch name {
                case "http-equiv": isContentType = String(decoding: value.span).asciiLowercased == "content-type"
                case "content":
                    guard label == nil, let found = HTMLCharset.charset(inContent: value.span) else { continue }
                    label = found
                    needsContentType = true
                case "charset":
                    label = String(decoding: value, as: UTF8.self)
                    needsContentType = false
                default: break
                }
            }
            return needsContentType && !isContentType ? nil : label
        }

        /// The next attribute of a tag, its name in lower case; nil at the end of the tag.
        private mutating func nextAttribute(in document: Span<UInt8>) -> (name: String, value: [UInt8])? {
            while index < count, Span<UInt8>.isBlank(document[index]) || document[index] == UInt8(ascii: "/") {
                index += 1
            }
            guard index < count, document[index] != UInt8(ascii: ">") else { return nil }
            let nameStart = index
            while index < count, !Span<UInt8>.isBlank(document[index]), !isOne(of: "/>", document[index]),
                document[index] != UInt8(ascii: "=") || index == nameStart
            {
                index += 1
            }
            let name = String(decoding: document.extracting(nameStart..<index)).asciiLowercased
            let behind = document.skipBlanks(from: index)
            guard behind < count, document[behind] == UInt8(ascii: "=") else { return (name, []) }
            index = document.skipBlanks(from: behind + 1)
            guard index < count else { return nil }
            let quote = document[index]
            let start: Int
            if isOne(of: "\"'", quote) {
                index += 1
                start = index
                while index < count, document[index] != quote { index += 1 }
                guard index < count else { return nil }
                index += 1
                return (name, document.extracting(start..<index - 1).toArray())
            }
            start = index
            while index < count, !Span<UInt8>.isBlank(document[index]), document[index] != UInt8(ascii: ">") {
                index += 1
            }
            return (name, document.extracting(start..<index).toArray())
        }

        private func isOne(of octets: StaticString, _ octet: UInt8) -> Bool { octets.description.utf8.contains(octet) }
    }
}

extension Span<UInt8> {
    fileprivate static func isBlank(_ octet: UInt8) -> Bool {
        octet == .space || octet == .tab || octet == .lineFeed || octet == .carriageReturn || octet == 0x0C
    }

    fileprivate func skipBlanks(from start: Int) -> Int {
        var index = start
        while index < count, Self.isBlank(self[index]) { index += 1 }
        return index
    }

    fileprivate func isLetter(_ index: Int) -> Bool { index < count && ByteClass.alpha.contains(self[index]) }

    /// Whether a tag of that name begins here.
    fileprivate func isTag(_ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        return count > length && equalsIgnoringCase(extracting(..<length), name)
            && (Self.isBlank(self[length]) || self[length] == UInt8(ascii: "/"))
    }

    /// Where `word` is found first at or behind `start`, letters compared without case.
    fileprivate func firstIndex(of word: StaticString, from start: Int) -> Int? {
        let length = word.utf8CodeUnitCount
        var index = start
        while index + length <= count {
            if equalsIgnoringCase(extracting(index..<index + length), word) { return index }
            index += 1
        }
        return nil
    }
}
