internal import Octets

extension EntityHeader {
    /// What the body of an entity is, from its header.
    struct Body {
        var kind: EntityKind
        var boundary: [UInt8] = []
        /// Whether it could have been looked into, if a limit did not forbid that.
        var isStopped = false
    }

    /// Unless `canNest`, a multipart or message is a leaf.
    static func body(
        _ type: ContentField?,
        _ fields: EntityFields,
        in header: Span<UInt8>,
        isInDigest: Bool,
        canNest: Bool
    ) -> Body {
        guard let type else {
            guard isInDigest else { return Body(kind: .text) }
            return canNest ? Body(kind: .message) : Body(kind: .other, isStopped: true)
        }
        guard !type.value.isEmpty, !type.subtype.isEmpty else { return Body(kind: .text) }
        if type.isType("text") { return Body(kind: .text) }
        if type.isType("multipart") {
            guard canNest else { return Body(kind: .other, isStopped: true) }
            var boundary = type.parameter("boundary") ?? []
            while boundary.last == .space { boundary.removeLast() }
            guard (1...Delimiters.longestBoundary).contains(boundary.count) else { return Body(kind: .text) }
            return Body(kind: .multipart, boundary: boundary)
        }
        guard type.isType("message", "rfc822") || type.isType("message", "global"),
            !TransferEncoding(fields.encoding, in: header).isEncoded
        else { return Body(kind: .other) }
        return canNest ? Body(kind: .message) : Body(kind: .other, isStopped: true)
    }

    /// Whether parts of it without Content-Type are messages. RFC 2046 §5.1.5.
    var isDigest: Bool { kind == .multipart && type?.isType("multipart", "digest") == true }
}
