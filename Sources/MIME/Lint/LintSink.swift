internal import Octets

/// What the linter must know of an entity once the message was scanned.
struct LintEntity {
    /// What Content-Transfer-Encoding says of a body. RFC 2045 §6.1.
    enum Label { case none, sevenBit, eightBit, binary, quotedPrintable, base64, unknown }

    var parent: Int?
    var start: Int
    var bodyStart: Int
    var end: Int
    var kind = EntityKind.other
    var isMessage = false
    var isInDigest = false
    /// Whether it is in a message/global, where UTF-8 may be in headers.
    var isInGlobal = false
    var type: ContentField?
    /// Where the value of Content-Type is, or else where the header begins.
    var typeStart = 0
    var label = Label.none
    /// The boundary that the scanner looked for; empty unless it is a multipart.
    var boundary: [UInt8] = []
    var childCount = 0
    var isClosed = false
    /// Delimiter lines, with the line breaks that end them.
    var delimiters: [Range<Int>] = []
    /// The first octet above 127 that is in it and in none of its parts' bodies.
    var eightBit: Int?

    /// Whether there is a body that is no parts: then `bodyStart..<end` is that.
    var isLeaf: Bool { childCount == 0 && kind != .message }
    /// Whether lines and octets of the body are only those of an encoding.
    var isEncoded: Bool { label == .base64 || label == .quotedPrintable }
}

/// From where on, up to the next one, lines are of a kind.
struct LintSegment {
    enum Kind { case header, body, filler }
    var start: Int
    var kind: Kind
    var part: Int
}

/// Writes down what the scanner tells.
struct LintSink: StructureSink {
    private(set) var entities: [LintEntity] = []
    /// In the order of their starts. A line belongs to the last one that begins at or before it.
    private(set) var segments: [LintSegment] = []

    mutating func begin(entity: Int, in parent: Int?, at offset: Int) {
        var new = LintEntity(parent: parent, start: offset, bodyStart: offset, end: offset)
        if let parent {
            new.isInGlobal = entities[parent].isInGlobal || entities[parent].type?.isType("message", "global") == true
        }
        entities.append(new)
        segments.append(LintSegment(start: offset, kind: .header, part: entity))
    }

    mutating func header(_ header: EntityHeader, octets: Span<UInt8>) {
        entities[header.entity].bodyStart = header.bodyStart
        entities[header.entity].kind = header.kind
        entities[header.entity].isMessage = header.isMessage
        entities[header.entity].isInDigest = header.isInDigest
        entities[header.entity].type = header.type
        entities[header.entity].typeStart = header.start + (header.fields.contentType?.lowerBound ?? 0)
        entities[header.entity].label = Self.label(header.fields.encoding, in: octets)
        if header.kind == .multipart { entities[header.entity].boundary = header.type?.parameter("boundary") ?? [] }
        guard header.kind != .message else { return }
        let kind = header.kind == .multipart ? LintSegment.Kind.filler : .body
        segments.append(LintSegment(start: header.bodyStart, kind: kind, part: header.entity))
    }

    mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool) {
        entities[entity].delimiters.append(line)
        if isClose { entities[entity].isClosed = true }
        segments.append(LintSegment(start: line.lowerBound, kind: .filler, part: entity))
    }

    mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int) {
        entities[entity].end = offset
        entities[entity].childCount = childCount
    }

    private static func label(_ range: Range<Int>?, in header: Span<UInt8>) -> LintEntity.Label {
        guard let range else { return .none }
        let field = ContentField(range, in: header)
        if field.isType("7bit") { return .sevenBit }
        if field.isType("8bit") { return .eightBit }
        if field.isType("binary") { return .binary }
        if field.isType("quoted-printable") { return .quotedPrintable }
        return field.isType("base64") ? .base64 : .unknown
    }
}
