internal import Octets

/// Header octets as IMAP strings: quoted where IMAP lets them be, else a literal. RFC 9051 §4.3.
///
/// Line breaks of folds are taken out, a stray CR or LF becomes a space, NUL is left out: none of them may stand in a
/// quoted string, and NUL not even in a literal.
extension [UInt8] {
    /// A longer string is sent as a literal: some clients read quoted strings into a short buffer.
    private static var longestQuoted: Int { 1000 }

    mutating func append(nil isNil: Void) {
        append(ascii: "NIL")
    }

    mutating func append(ascii text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends `octets` as quoted or literal.
    mutating func append(imapString octets: Span<UInt8>) {
        var isQuotable = octets.count <= Self.longestQuoted
        var isPlain = true
        for index in octets.indices {
            let byte = octets[index]
            if byte >= 0x80 { isQuotable = false }
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { isPlain = false }
        }
        if isQuotable, isPlain {
            append(0x22)
            append(contentsOf: octets)
            append(0x22)
        } else {
            append(imapStringOfClean: Self.clean(octets).span, isQuotable: isQuotable)
        }
    }

    private mutating func append(imapStringOfClean clean: Span<UInt8>, isQuotable: Bool) {
        if isQuotable {
            append(0x22)
            for index in clean.indices {
                if clean[index] == 0x22 || clean[index] == 0x5C { append(0x5C) }
                append(clean[index])
            }
            append(0x22)
        } else {
            append(0x7B)
            append(decimal: clean.count)
            append(0x7D)
            append(.carriageReturn)
            append(.lineFeed)
            append(contentsOf: clean)
        }
    }

    private static func clean(_ octets: Span<UInt8>) -> [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            let byte = octets[index]
            index += 1
            switch byte {
            case 0: continue
            case .carriageReturn where index < octets.count && octets[index] == .lineFeed: continue
            case .lineFeed where index < octets.count && (octets[index] == .space || octets[index] == .tab): continue
            case .carriageReturn, .lineFeed: clean.append(.space)
            default: clean.append(byte)
            }
        }
        return clean
    }

    /// Appends the value of a field, blanks around it left out; NIL if there is no such field.
    mutating func append(fieldValue range: Range<Int>?, in header: Span<UInt8>) {
        guard let range else { return append(nil: ()) }
        append(imapString: header.extracting(HeaderFields.trim(header, range)))
    }
}
