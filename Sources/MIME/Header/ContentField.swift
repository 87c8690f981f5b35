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
        cursor.skipComments(in: header)
        value = Self.token(&cursor, in: header)
        cursor.skipComments(in: header)
        if cursor.take(0x2F, in: header) {
            cursor.skipComments(in: header)
            subtype = Self.token(&cursor, in: header)
        }
        while parameters.count < Self.parameterLimit, Self.skipToParameter(&cursor, in: header) {
            let name = Self.token(&cursor, in: header)
            cursor.skipComments(in: header)
            guard !name.isEmpty, cursor.take(0x3D, in: header) else { continue }
            cursor.skipComments(in: header)
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

    private static func token(_ cursor: inout Cursor, in header: Span<UInt8>) -> [UInt8] {
        header.extracting(cursor.run(of: .tokenText, in: header)).toArray()
    }

    /// Moves to the name behind the next semicolon, or to where one stands without it; false at the end.
    private static func skipToParameter(_ cursor: inout Cursor, in header: Span<UInt8>) -> Bool {
        cursor.skipComments(in: header)
        while let byte = cursor.peek(in: header), byte == 0x3B || !ByteClass.tokenText.contains(byte) {
            cursor.offset += 1
            cursor.skipComments(in: header)
        }
        return !cursor.isAtEnd
    }

    private static func parameterValue(_ cursor: inout Cursor, in header: Span<UInt8>) -> [UInt8] {
        if cursor.peek(in: header) == 0x22 { return quotedString(&cursor, in: header) }
        let start = cursor.offset
        while let byte = cursor.peek(in: header), byte != 0x3B, byte != 0x28, !HeaderFields.isBlank(byte) {
            cursor.offset += 1
        }
        let wordEnd = cursor.offset
        cursor.skipComments(in: header)
        guard let byte = cursor.peek(in: header), byte != 0x3B, !beginsParameter(cursor, in: header) else {
            return header.extracting(start..<wordEnd).toArray()
        }
        while let next = cursor.peek(in: header), next != 0x3B { cursor.offset += 1 }
        return HeaderFields.unfolded(header, start..<cursor.offset)
    }

    /// Whether `name=` comes next: then only a semicolon was forgotten.
    private static func beginsParameter(_ cursor: Cursor, in header: Span<UInt8>) -> Bool {
        var ahead = cursor
        let name = ahead.run(of: .tokenText, in: header)
        return !name.isEmpty && ahead.peek(in: header) == 0x3D
    }

    /// The quoted string that begins here, and others behind it with only blanks between, as some fold long names. One that
    /// does not end is cut at a semicolon.
    private static func quotedString(_ cursor: inout Cursor, in header: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        while cursor.peek(in: header) == 0x22 {
            if cursor.closingQuote(in: header) == nil {
                var open = cursor
                open.end = header.position(of: 0x3B, from: cursor.offset, to: cursor.end)
                open.quotedString(into: &text, in: header)
                cursor.offset = open.end
                return text
            }
            cursor.quotedString(into: &text, in: header)
            cursor.skipBlanks(in: header)
        }
        return text
    }
}
