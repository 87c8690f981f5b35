public import Octets

/// Names as people and master files write them (RFC 1035 §5.1).
extension Name: CustomStringConvertible {
    /// Reads `example.test` or `example.test.`; `.` is the root. `\.` is a dot within a label, `\DDD` the octet of that
    /// decimal number, and a backslash before anything else but a digit stands for that. All else must be visible ASCII:
    /// a name of another script has to be in its A-labels already.
    public init(_ text: String) throws(SyntaxError) {
        let octets = Array(text.utf8)
        guard octets != [0x2E] else {
            self = .root
            return
        }
        var cursor = Cursor(end: octets.count)
        var wire: [UInt8] = []
        repeat {
            let length = wire.count
            wire.append(0)
            try Self.appendLabel(from: octets.span, at: &cursor, to: &wire)
            guard wire.count < Self.maximumCount else { throw cursor.unexpected("name of at most 255 octets") }
            wire[length] = UInt8(wire.count - length - 1)
            if !cursor.take(0x2E, in: octets.span) { break }
        } while !cursor.isAtEnd
        wire.append(0)
        self.init(unchecked: wire)
    }

    /// Takes a label up to a dot or the end.
    private static func appendLabel(
        from octets: Span<UInt8>,
        at cursor: inout Cursor,
        to wire: inout [UInt8]
    ) throws(SyntaxError) {
        let start = wire.count
        while let octet = cursor.peek(in: octets), octet != 0x2E {
            guard (0x21...0x7E).contains(octet) else { throw cursor.unexpected("visible ASCII") }
            guard wire.count - start < maximumLabelCount else { throw cursor.unexpected("label of at most 63 octets") }
            cursor.offset += 1
            wire.append(octet == 0x5C ? try escaped(in: octets, at: &cursor) : octet)
        }
        guard wire.count > start else { throw cursor.unexpected("label") }
    }

    /// Takes what comes after a backslash.
    private static func escaped(in octets: Span<UInt8>, at cursor: inout Cursor) throws(SyntaxError) -> UInt8 {
        guard let first = cursor.peek(in: octets), (0x21...0x7E).contains(first) else {
            throw cursor.unexpected("escaped octet")
        }
        guard first.digitValue != nil else {
            cursor.offset += 1
            return first
        }
        var value = 0
        for index in cursor.offset..<cursor.offset + 3 {
            guard index < cursor.end, let digit = octets[index].digitValue else {
                throw cursor.unexpected("three digits")
            }
            value = value * 10 + Int(digit)
        }
        guard let octet = UInt8(exactly: value) else { throw cursor.unexpected("number of at most 255") }
        cursor.offset += 3
        return octet
    }

    /// The name with a dot at its end, in the case that it came in. What means something in a master file has a backslash
    /// before it, and what is not visible ASCII is `\DDD`.
    public var description: String {
        guard !isRoot else { return "." }
        var text: [UInt8] = []
        for range in labelRanges {
            for octet in wire[range] {
                switch octet {
                case 0x22, 0x24, 0x28, 0x29, 0x2E, 0x3B, 0x40, 0x5C: text += [0x5C, octet]
                case 0x21...0x7E: text.append(octet)
                default: text += [0x5C, 0x30 + octet / 100, 0x30 + octet / 10 % 10, 0x30 + octet % 10]
                }
            }
            text.append(0x2E)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
