internal import Octets

/// Boundaries and delimiters. RFC 2046 §5.1.1.
extension Linter {
    private static var boundaryLimit: Int { 70 }
    /// bchars. RFC 2046 §5.1.1.
    private static var boundaryText: ByteClass { .alphaNumeric.union(ByteClass("'()+_,-./:=? ")) }

    /// Looks at a multipart, if the entity is one or calls itself so.
    mutating func lintMultipart(_ part: Int, in message: Span<UInt8>) {
        let entity = entities[part]
        guard let type = entity.type, type.isType("multipart"), !type.subtype.isEmpty else { return }
        guard let boundary = type.parameter("boundary"), !boundary.isEmpty else {
            found.add(.missingBoundary, at: entity.typeStart, part: part)
            return
        }
        if boundary.count > Self.boundaryLimit {
            found.add(.longBoundary, at: entity.typeStart, part: part, "\(boundary.count)")
        }
        let text = Self.boundaryText
        if let octet = boundary.first(where: { !text.contains($0) }) {
            found.add(.boundaryCharacters, at: entity.typeStart, part: part, [octet].span.shown(0..<1))
        }
        if boundary.last == .space { found.add(.boundaryEndsInBlank, at: entity.typeStart, part: part) }
        // A limit keeps it from being looked into.
        guard entity.kind == .multipart else { return }
        lintOuterBoundaries(part)
        if entity.childCount == 0 { found.add(.multipartWithoutPart, at: entity.bodyStart, part: part) }
        if !entity.isClosed { found.add(.missingCloseDelimiter, at: entity.end, part: part) }
        for line in entity.delimiters { lintDelimiter(line, boundary, of: part, in: message) }
    }

    /// Compares the boundary with those that are open around it, of which there are as many as `ScannerLimits.depth`.
    private mutating func lintOuterBoundaries(_ part: Int) {
        let boundary = entities[part].boundary
        var outer = entities[part].parent
        while let index = outer {
            let other = entities[index].boundary
            if !other.isEmpty {
                if other == boundary {
                    found.add(.repeatedBoundary, at: entities[part].typeStart, part: part)
                    return
                }
                if other.starts(with: boundary) || boundary.starts(with: other) {
                    found.add(.boundaryPrefix, at: entities[part].typeStart, part: part)
                    return
                }
            }
            outer = entities[index].parent
        }
    }

    /// What is behind the boundary of a delimiter, which the scanner takes whatever that is.
    private mutating func lintDelimiter(_ line: Range<Int>, _ boundary: [UInt8], of part: Int, in message: Span<UInt8>)
    {
        var length = boundary.count
        while length > 0, boundary[length - 1] == .space { length -= 1 }
        var position = min(line.lowerBound + 2 + length, line.upperBound)
        let dash = UInt8(ascii: "-")
        if position + 1 < line.upperBound, message[position] == dash, message[position + 1] == dash { position += 2 }
        var end = line.upperBound
        if end > position, message[end - 1] == .lineFeed { end -= 1 }
        if end > position, message[end - 1] == .carriageReturn { end -= 1 }
        guard position < end else { return }
        let isBlank = message.isBlank(from: position, to: end)
        found.add(
            isBlank ? .blankBehindDelimiter : .textBehindDelimiter,
            at: position,
            part: part,
            isBlank ? "" : message.shown(position..<end)
        )
    }
}
