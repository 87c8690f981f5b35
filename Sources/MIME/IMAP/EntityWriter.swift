internal import Octets

/// Writes what BODYSTRUCTURE takes from the header of a part. RFC 9051 §7.5.2.
struct EntityWriter {
    var octets: [UInt8] = []

    /// Appends the octets of an entity's own fields and notes in `entity` where they are. If `isBare`, only the type is
    /// written.
    mutating func write(_ entity: EntityHeader, in header: Span<UInt8>, to summary: inout EntitySummary, isBare: Bool) {
        let fields = entity.fields
        let start = octets.count
        switch entity.kind {
        case .multipart: writeMultipart(entity.type, isBare: isBare)
        default: writeLeaf(entity, in: header, isBare: isBare)
        }
        summary.fields = start..<octets.count
        if entity.kind != .multipart {
            octets.append(.space)
            octets.append(fieldValue: isBare ? nil : fields.md5, in: header)
        }
        writeDisposition(isBare ? nil : fields.disposition, in: header)
        writeLanguage(isBare ? nil : fields.language, in: header)
        octets.append(.space)
        octets.append(fieldValue: isBare ? nil : fields.location, in: header)
        summary.extensions = summary.fields.upperBound..<octets.count
    }

    private mutating func writeMultipart(_ type: ContentField?, isBare: Bool) {
        octets.append(.space)
        let subtype = type?.subtype ?? []
        octets.append(imapString: subtype.span)
        writeParameters(isBare ? [] : type?.parameters ?? [])
    }

    private mutating func writeLeaf(_ entity: EntityHeader, in header: Span<UInt8>, isBare: Bool) {
        let fields = entity.fields
        let type = entity.type
        let isValid = type.map { !$0.value.isEmpty && !$0.subtype.isEmpty } ?? false
        switch (entity.kind, type) {
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
