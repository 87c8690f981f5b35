import MIME

/// A message as the events that reading it gives: the form in which mime4j says what it expects.
struct EventTree {
    enum Content {
        case body([UInt8])
        /// A body in a file of its own, decoded.
        case file(name: String, isText: Bool)
        case multipart(preamble: [UInt8], parts: [EventTree], epilogue: [UInt8])
        indirect case message(EventTree)
    }

    /// Each field with its name, without its last line break.
    var fields: [[UInt8]] = []
    var content = Content.body([])
    /// Which entity of the parsed message it is.
    var entity = 0

    var kind: String {
        switch content {
        case .body, .file: "body"
        case .multipart: "multipart"
        case .message: "message"
        }
    }
}

// MARK: What we find

extension EventTree {
    init(_ message: ParsedMessage, entity index: Int = 0) {
        let entity = message.entities[index]
        self.entity = index
        fields = message.fields(of: index).filter { !$0.name.isEmpty }.map {
            CorpusMessage.withLineFeeds(Array(Self.withoutLineBreak(message.octets[$0.whole])))
        }
        switch entity.kind {
        case .leaf: content = .body(CorpusMessage.withLineFeeds(Array(message.octets[entity.body])))
        case .message: content = .message(EventTree(message, entity: entity.children[0]))
        case .multipart:
            let first = message.entities[entity.children[0]].header.lowerBound
            let last = entity.children.last.map { message.entities[$0].body.upperBound } ?? first
            content = .multipart(
                preamble: Self.preamble(message.octets[entity.body.lowerBound..<first]),
                parts: entity.children.map { EventTree(message, entity: $0) },
                epilogue: Self.epilogue(message.octets[last..<max(last, entity.body.upperBound)])
            )
        }
    }

    private static func withoutLineBreak(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var octets = octets
        if octets.last == 0x0A { octets.removeLast() }
        if octets.last == 0x0D { octets.removeLast() }
        return octets
    }

    /// What is before the delimiter line at the end of `gap` and the line break before that. RFC 2046 §5.1.1.
    private static func preamble(_ gap: ArraySlice<UInt8>) -> [UInt8] {
        let text = CorpusMessage.withLineFeeds(Array(gap))
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        lines.removeLast(min(2, lines.count))
        return Array(lines.joined(separator: [0x0A]))
    }

    /// What is behind the delimiter line that `rest` begins with.
    private static func epilogue(_ rest: ArraySlice<UInt8>) -> [UInt8] {
        let text = CorpusMessage.withLineFeeds(Array(rest))
        let start = text.first == 0x0A ? 1 : 0
        guard let end = text[start...].firstIndex(of: 0x0A) else { return [] }
        return Array(text[(end + 1)...])
    }
}

// MARK: What is expected

/// Reads the events of a `.xml` file: elements, one a line, and text that is escaped and keeps its line ends.
struct EventReader {
    struct Damaged: Error {}

    private var octets: [UInt8]
    private var position = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    mutating func tree() throws -> EventTree {
        guard try tag() == "message" else { throw Damaged() }
        return try entity(end: "/message")
    }

    private mutating func entity(end: String) throws -> EventTree {
        var tree = EventTree()
        while true {
            let tag = try tag()
            switch tag {
            case end: return tree
            case "header", "/header": continue
            case "field": tree.fields.append(try text())
            case "body": tree.content = .body(try text())
            case "multipart": tree.content = try multipart()
            case "message": tree.content = .message(try entity(end: "/message"))
            default:
                guard tag.hasPrefix("text-body") || tag.hasPrefix("binary-body") else { throw Damaged() }
                let name = tag.split(separator: "\"", omittingEmptySubsequences: false)
                tree.content = .file(name: String(name[1]), isText: tag.hasPrefix("text-body"))
            }
        }
    }

    private mutating func multipart() throws -> EventTree.Content {
        var preamble: [UInt8] = []
        var epilogue: [UInt8] = []
        var parts: [EventTree] = []
        while true {
            switch try tag() {
            case "/multipart": return .multipart(preamble: preamble, parts: parts, epilogue: epilogue)
            case "preamble": preamble = try text()
            case "epilogue": epilogue = try text()
            case "body-part": parts.append(try entity(end: "/body-part"))
            default: throw Damaged()
            }
        }
    }

    /// The next tag, and moves behind it and its line break.
    private mutating func tag() throws -> String {
        guard let start = octets[position...].firstIndex(of: 0x3C), let end = octets[start...].firstIndex(of: 0x3E)
        else {
            throw Damaged()
        }
        position = end + 1
        if position < octets.count, octets[position] == 0x0D { position += 1 }
        if position < octets.count, octets[position] == 0x0A { position += 1 }
        return String(decoding: octets[(start + 1)..<end], as: UTF8.self)
    }

    /// The text up to the next tag, which must be the end of the element; with LF for CRLF.
    private mutating func text() throws -> [UInt8] {
        let end = octets[position...].firstIndex(of: 0x3C) ?? octets.count
        let escaped = Array(octets[position..<end])
        position = end
        guard try tag().hasPrefix("/") else { throw Damaged() }
        return CorpusMessage.withLineFeeds(Self.unescaped(escaped))
    }

    private static func unescaped(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        let references: [(String, UInt8)] = [("&lt;", 0x3C), ("&gt;", 0x3E), ("&amp;", 0x26)]
        while index < octets.count {
            let found = octets[index] == 0x26 ? references.first { octets[index...].starts(with: $0.0.utf8) } : nil
            result.append(found?.1 ?? octets[index])
            index += found?.0.utf8.count ?? 1
        }
        return result
    }
}
