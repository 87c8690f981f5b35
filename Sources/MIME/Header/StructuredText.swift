internal import Octets

/// What structured fields have in common: blanks, comments and quoted strings. RFC 5322 §3.2.
extension Cursor {
    /// Skips white space and line breaks.
    mutating func skipBlanks(in octets: Span<UInt8>) {
        while offset < end, HeaderFields.isBlank(octets[offset]) { offset += 1 }
    }

    /// Skips white space, line breaks and comments. An open comment takes all that is left. RFC 5322 §3.2.2.
    mutating func skipComments(in octets: Span<UInt8>) {
        while true {
            skipBlanks(in: octets)
            guard peek(in: octets) == 0x28 else { return }
            offset = closingParenthesis(in: octets) ?? end
        }
    }

    /// One past the `)` that ends the comment which begins here; nil if none does. RFC 5322 §3.2.2.
    func closingParenthesis(in octets: Span<UInt8>) -> Int? {
        var depth = 0
        var index = offset
        while index < end {
            switch octets[index] {
            case 0x28: depth += 1
            case 0x29: depth -= 1
            case 0x5C: index += 1
            default: break
            }
            index += 1
            if depth <= 0 { return min(index, end) }
        }
        return nil
    }

    /// One past the quote that ends the quoted string which begins here; nil if none does. RFC 5322 §3.2.4.
    func closingQuote(in octets: Span<UInt8>) -> Int? {
        var index = offset + 1
        while index < end {
            switch octets[index] {
            case 0x22: return index + 1
            case 0x5C: index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// Takes the comment that begins here and appends its text: unquoted, unfolded, with the parentheses of comments in it
    /// but not its own. RFC 5322 §3.2.2.
    mutating func comment(into text: inout [UInt8], in octets: Span<UInt8>) {
        offset += 1
        var depth = 1
        while let byte = next(in: octets) {
            switch byte {
            case 0x28: depth += 1
            case 0x29: depth -= 1
            case 0x5C:
                if let quoted = next(in: octets) { text.append(quoted) }
                continue
            case .carriageReturn, .lineFeed: continue
            default: break
            }
            if depth == 0 { return }
            text.append(byte)
        }
    }

    /// Takes the quoted string that begins here and appends what it stands for, unfolded. RFC 5322 §3.2.4.
    mutating func quotedString(into text: inout [UInt8], in octets: Span<UInt8>) {
        offset += 1
        while let byte = next(in: octets), byte != 0x22 {
            switch byte {
            case 0x5C: if let quoted = next(in: octets) { text.append(quoted) }
            case .carriageReturn, .lineFeed: continue
            default: text.append(byte)
            }
        }
    }
}

extension ByteClass {
    /// What makes up a token of RFC 2045 §5.1. 8-bit octets are let through, as raw UTF-8 is common.
    static let tokenText = ByteClass { $0 > 0x20 && $0 != 0x7F && !"()<>@,;:\\\"/[]?=".utf8.contains($0) }
    /// White space and line breaks.
    static let blank = ByteClass(" \t\r\n")
}
