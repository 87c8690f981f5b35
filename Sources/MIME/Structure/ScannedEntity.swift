internal import Octets

/// What the scanner knows of one entity. What IMAP shows of its header is written at once into a buffer that all
/// entities share, so that the header need not be kept.
struct ScannedEntity {
    enum Kind { case text, message, multipart, other }

    var part: MessageStructure.Part
    var kind = Kind.text
    /// Whether parts of it without Content-Type are messages. RFC 2046 §5.1.5.
    var isDigest = false
    /// Line feeds of the message before the body and before its end.
    var linesBefore = 0
    var linesAtEnd = 0
    /// Of a part: type to encoding. Of a multipart: subtype and parameters.
    var fields = 0..<0
    /// MD5, disposition, language, location.
    var extensions = 0..<0
    /// The envelope, if it is a message.
    var envelope = 0..<0
    /// The entities in it.
    var childCount = 0

    /// Lines of the body. RFC 9051 §7.5.2.
    var lines: Int { linesAtEnd - linesBefore }

    init(headerStart: Int, parent: Int?) {
        part = MessageStructure.Part(
            headerStart: headerStart,
            bodyStart: headerStart,
            bodyEnd: headerStart,
            parent: parent,
            isMultipart: false,
            isMessage: false
        )
    }
}

/// What the header of an entity says about its body.
struct BodyKind {
    var kind: ScannedEntity.Kind
    var boundary: [UInt8] = []
    var isDigest = false
}

/// Writes what BODYSTRUCTURE takes from the header of a part. RFC 9051 §7.5.2.
struct EntityWriter {
    /// A longer boundary is not looked for. RFC 2046 §5.1.1 allows 70.
    static let longestBoundary = 250

    var octets: [UInt8] = []

    /// Appends the octets of an entity's own fields, notes in `entity` where they are, and returns what its body is.
    /// Unless `canNest`, a multipart or message is shown as a file; if `isBare`, only the type is written.
    mutating func write(
        _ fields: EntityFields,
        in header: Span<UInt8>,
        entity: inout ScannedEntity,
        isInDigest: Bool,
        canNest: Bool,
        isBare: Bool
    ) -> BodyKind {
        let type = ContentField(ifPresent: fields.contentType, in: header)
        let body = bodyKind(type, fields, in: header, isInDigest: isInDigest, canNest: canNest)
        let start = octets.count
        switch body.kind {
        case .multipart: writeMultipart(type, isBare: isBare)
        default: writeLeaf(type, body, fields, in: header, isInDigest: isInDigest, isBare: isBare)
        }
        entity.fields = start..<octets.count
        if body.kind != .multipart {
            octets.append(.space)
            octets.append(fieldValue: isBare ? nil : fields.md5, in: header)
        }
        writeDisposition(isBare ? nil : fields.disposition, in: header)
        writeLanguage(isBare ? nil : fields.language, in: header)
        octets.append(.space)
        octets.append(fieldValue: isBare ? nil : fields.location, in: header)
        entity.extensions = entity.fields.upperBound..<octets.count
        entity.kind = body.kind
        entity.isDigest = body.isDigest
        entity.part.isMultipart = body.kind == .multipart
        entity.part.isMessage = body.kind == .message
        return body
    }

    private func bodyKind(
        _ type: ContentField?,
        _ fields: EntityFields,
        in header: Span<UInt8>,
        isInDigest: Bool,
        canNest: Bool
    ) -> BodyKind {
        guard let type else { return BodyKind(kind: isInDigest ? (canNest ? .message : .other) : .text) }
        guard !type.value.isEmpty, !type.subtype.isEmpty else { return BodyKind(kind: .text) }
        if type.isType("text") { return BodyKind(kind: .text) }
        if type.isType("multipart") {
            guard canNest else { return BodyKind(kind: .other) }
            var boundary = type.parameter("boundary") ?? []
            while boundary.last == .space { boundary.removeLast() }
            guard (1...Self.longestBoundary).contains(boundary.count) else { return BodyKind(kind: .text) }
            return BodyKind(kind: .multipart, boundary: boundary, isDigest: type.isType("multipart", "digest"))
        }
        guard type.isType("message", "rfc822") || type.isType("message", "global") else {
            return BodyKind(kind: .other)
        }
        let isEncoded = TransferEncoding(fields.encoding, in: header).isEncoded
        return BodyKind(kind: canNest && !isEncoded ? .message : .other)
    }

    private mutating func writeMultipart(_ type: ContentField?, isBare: Bool) {
        octets.append(.space)
        let subtype = type?.subtype ?? []
        octets.append(imapString: subtype.span)
        writeParameters(isBare ? [] : type?.parameters ?? [])
    }

    private mutating func writeLeaf(
        _ type: ContentField?,
        _ body: BodyKind,
        _ fields: EntityFields,
        in header: Span<UInt8>,
        isInDigest: Bool,
        isBare: Bool
    ) {
        let isValid = type.map { !$0.value.isEmpty && !$0.subtype.isEmpty } ?? false
        switch (body.kind, type) {
        case (.text, let type?) where isValid && type.isType("text") && !type.parameters.isEmpty && !isBare,
            (.other, let type?) where isValid && !type.isType("multipart") && !isNestable(type),
            (.message, let type?):
            octets.append(imapString: type.value.span)
            octets.append(.space)
            octets.append(imapString: type.subtype.span)
            writeParameters(isBare ? [] : type.parameters)
        case (.text, let type?) where isValid && type.isType("text"):
            octets.append(imapString: type.value.span)
            octets.append(.space)
            octets.append(imapString: type.subtype.span)
            octets.append(ascii: " (\"CHARSET\" \"US-ASCII\")")
        case (.text, _): octets.append(ascii: Self.plainText)
        case (.message, _): octets.append(ascii: "\"MESSAGE\" \"RFC822\" NIL")
        default:
            octets.append(ascii: "\"APPLICATION\" \"OCTET-STREAM\"")
            writeParameters(isBare ? [] : type?.parameters ?? [])
        }
        octets.append(.space)
        octets.append(fieldValue: isBare ? nil : fields.contentID, in: header)
        octets.append(.space)
        octets.append(fieldValue: isBare ? nil : fields.contentDescription, in: header)
        octets.append(.space)
        writeEncoding(fields.encoding, in: header)
    }

    /// What a body is when nothing, or nothing valid, is said of it. RFC 2045 §5.2.
    static let plainText = "\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\")"

    private func isNestable(_ type: ContentField) -> Bool {
        type.isType("message", "rfc822") || type.isType("message", "global")
    }

    private mutating func writeEncoding(_ range: Range<Int>?, in header: Span<UInt8>) {
        guard let range else { return octets.append(ascii: "\"7BIT\"") }
        let value = ContentField(range, in: header).value
        if value.isEmpty { octets.append(ascii: "\"7BIT\"") } else { octets.append(imapString: value.span) }
    }

    private mutating func writeParameters(_ parameters: [ContentField.Parameter]) {
        octets.append(.space)
        guard !parameters.isEmpty else { return octets.append(nil: ()) }
        octets.append(0x28)
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { octets.append(.space) }
            octets.append(imapString: parameter.name.span)
            octets.append(.space)
            octets.append(imapString: parameter.value.span)
        }
        octets.append(0x29)
    }

    private mutating func writeDisposition(_ range: Range<Int>?, in header: Span<UInt8>) {
        octets.append(.space)
        guard let range else { return octets.append(nil: ()) }
        let disposition = ContentField(range, in: header)
        guard !disposition.value.isEmpty else { return octets.append(nil: ()) }
        octets.append(0x28)
        octets.append(imapString: disposition.value.span)
        writeParameters(disposition.parameters)
        octets.append(0x29)
    }

    private mutating func writeLanguage(_ range: Range<Int>?, in header: Span<UInt8>) {
        octets.append(.space)
        var tags: [[UInt8]] = []
        if let range {
            let value = HeaderFields.unfolded(header, range)
            tags = value.split { $0 == 0x2C || $0 == .space || $0 == .tab }.map { Array($0) }
        }
        switch tags.count {
        case 0: octets.append(nil: ())
        case 1:
            let tag = tags[0]
            octets.append(imapString: tag.span)
        default:
            octets.append(0x28)
            for (index, tag) in tags.enumerated() {
                if index > 0 { octets.append(.space) }
                octets.append(imapString: tag.span)
            }
            octets.append(0x29)
        }
    }
}
