internal import Octets

/// A `value; name=value` field such as Content-Type, as it stands in a header. RFC 2045 §5.1, RFC 2183 §2.
///
/// It bends to what mail has: comments anywhere, values with blanks that should have been quoted, a missing or doubled
/// semicolon at either end. RFC 2231 parts are left as they are: IMAP shows them so.
struct ContentField {
    struct Parameter {
        var name: [UInt8]
        /// Unquoted and unfolded.
        var value: [UInt8]
    }

    /// The type, or the disposition.
    var value: [UInt8] = []
    /// The subtype; empty if the field has none.
    var subtype: [UInt8] = []
    var parameters: [Parameter] = []

    /// More parameters than this are left out.
    private static let parameterLimit = 256

    /// The field in `range`; nil if there is none.
    init?(ifPresent range: Range<Int>?, in header: Span<UInt8>) {
        guard let range else { return nil }
        self.init(range, in: header)
    }

    init(_ range: Range<Int>, in header: Span<UInt8>) {
        var cursor = Cursor(from: range.lowerBound, end: range.upperBound)
        Self.skipBlanks(&cursor, in: header)
        value = Self.token(&cursor, in: header)
        Self.skipBlanks(&cursor, in: header)
        if cursor.take(0x2F, in: header) {
            Self.skipBlanks(&cursor, in: header)
            subtype = Self.token(&cursor, in: header)
        }
        while parameters.count < Self.parameterLimit, Self.skipToParameter(&cursor, in: header) {
            let name = Self.token(&cursor, in: header)
            Self.skipBlanks(&cursor, in: header)
            guard !name.isEmpty, cursor.take(0x3D, in: header) else { continue }
            Self.skipBlanks(&cursor, in: header)
            parameters.append(Parameter(name: name, value: Self.parameterValue(&cursor, in: header)))
        }
    }

    /// The value of the first parameter called `name`, which must be in lower case.
    func parameter(_ name: String) -> [UInt8]? {
        parameters.first { HeaderFields.matches($0.name.span, 0..<$0.name.count, name) }?.value
    }

    /// Whether the type and, if it is not nil, the subtype are these; they must be in lower case.
    func isType(_ type: String, _ subtype: String? = nil) -> Bool {
        HeaderFields.matches(value.span, 0..<value.count, type)
            && (subtype.map { HeaderFields.matches(self.subtype.span, 0..<self.subtype.count, $0) } ?? true)
    }

    /// Octets of a token. RFC 2045 §5.1. 8-bit ones are let through, as raw UTF-8 parameters are common.
    private static let tokenText = ByteClass { $0 > 0x20 && $0 != 0x7F && !"()<>@,;:\\\"/[]?=".utf8.contains($0) }

    private static func token(_ cursor: inout Cursor, in header: Span<UInt8>) -> [UInt8] {
        header.extracting(cursor.run(of: tokenText, in: header)).toArray()
    }

    /// Moves to the name behind the next semicolon, or to where one stands without it; false at the end.
    private static func skipToParameter(_ cursor: inout Cursor, in header: Span<UInt8>) -> Bool {
        skipBlanks(&cursor, in: header)
        while let byte = cursor.peek(in: header), byte == 0x3B || !tokenText.contains(byte) {
            cursor.offset += 1
            skipBlanks(&cursor, in: header)
        }
        return !cursor.isAtEnd
    }

    private static func parameterValue(_ cursor: inout Cursor, in header: Span<UInt8>) -> [UInt8] {
        if cursor.take(0x22, in: header) { return quotedString(&cursor, in: header) }
        let start = cursor.offset
        while let byte = cursor.peek(in: header), byte != 0x3B, byte != 0x28, !HeaderFields.isBlank(byte) {
            cursor.offset += 1
        }
        let wordEnd = cursor.offset
        skipBlanks(&cursor, in: header)
        guard let byte = cursor.peek(in: header), byte != 0x3B, !beginsParameter(cursor, in: header) else {
            return header.extracting(start..<wordEnd).toArray()
        }
        while let next = cursor.peek(in: header), next != 0x3B { cursor.offset += 1 }
        return HeaderFields.unfolded(header, start..<cursor.offset)
    }

    /// Whether `name=` comes next: then only a semicolon was forgotten.
    private static func beginsParameter(_ cursor: Cursor, in header: Span<UInt8>) -> Bool {
        var ahead = cursor
        let name = ahead.run(of: tokenText, in: header)
        return !name.isEmpty && ahead.peek(in: header) == 0x3D
    }

    private static func quotedString(_ cursor: inout Cursor, in header: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = cursor.next(in: header), byte != 0x22 {
            switch byte {
            case 0x5C: if let quoted = cursor.next(in: header) { text.append(quoted) }
            case .carriageReturn, .lineFeed: continue
            default: text.append(byte)
            }
        }
        return text
    }

    /// Skips blanks and comments. RFC 5322 §3.2.2.
    private static func skipBlanks(_ cursor: inout Cursor, in header: Span<UInt8>) {
        while let byte = cursor.peek(in: header) {
            guard HeaderFields.isBlank(byte) || byte == 0x28 else { return }
            cursor.offset += 1
            guard byte == 0x28 else { continue }
            var depth = 1
            while depth > 0, let next = cursor.next(in: header) {
                switch next {
                case 0x28: depth += 1
                case 0x29: depth -= 1
                case 0x5C: _ = cursor.next(in: header)
                default: break
                }
            }
        }
    }
}
