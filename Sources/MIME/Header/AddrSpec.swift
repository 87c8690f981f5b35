public import Octets

/// The strict grammar of one address, `local@domain`. RFC 5322 §3.4.1, RFC 5321 §4.1.2, RFC 6531 §3.3.
///
/// It judges syntax only: no name is looked up, and whether a label with octets beyond ASCII is a U-label of IDNA is not
/// asked, as that needs the tables of Unicode.
public enum AddrSpec {
    /// What a check found.
    public enum Diagnosis: Hashable, Sendable {
        /// A Mailbox of RFC 5321 §4.1.2, or with UTF-8 of RFC 6531 §3.3: it may stand in an envelope as it is.
        case valid
        /// An addr-spec of RFC 5322 with comments, white space or obsolete syntax. What is left without them is a Mailbox.
        case obsolete
        /// An addr-spec of RFC 5322, but no Mailbox of RFC 5321: there it would go on with something else.
        case headerOnly(SyntaxError)
        /// The grammar is met, comments and white space left out, but not this limit.
        case tooLong(Limit)
        /// No addr-spec.
        case invalid(SyntaxError)
    }

    /// Sizes in octets that RFC 5321 §4.5.3.1 sets.
    public enum Limit: Int, Hashable, Sendable {
        /// A label of a domain. RFC 1035 §2.3.4.
        case label = 63
        /// A local part as written, with its quotes. RFC 5321 §4.5.3.1.1.
        case localPart = 64
        /// Local part, `@` and domain: a path without its angle brackets. RFC 5321 §4.5.3.1.3.
        case address = 254
        /// A domain or a literal with its brackets. RFC 5321 §4.5.3.1.2.
        case domain = 255
    }

    /// Checks that `octets` are one address and nothing else. Takes time in proportion to their number.
    public static func check(_ octets: Span<UInt8>) -> Diagnosis {
        var parser = AddrSpecParser(cursor: Cursor(over: octets))
        do throws(SyntaxError) {
            try parser.addrSpec(in: octets)
        } catch {
            return .invalid(error)
        }
        if let error = parser.smtpError { return .headerOnly(error) }
        if let limit = parser.exceededLimit { return .tooLong(limit) }
        return parser.isObsolete ? .obsolete : .valid
    }
}

/// Takes an addr-spec apart and notes how it differs from a Mailbox of RFC 5321.
private struct AddrSpecParser {
    var cursor: Cursor
    /// Whether there were comments, white space or obsolete syntax.
    var isObsolete = false
    /// Where it first ceased to be a Mailbox, other than by what `isObsolete` tells.
    var smtpError: SyntaxError?
    private var localLength = 0
    private var domainLength = 0
    private var longestLabel = 0

    init(cursor: Cursor) {
        self.cursor = cursor
    }

    var exceededLimit: AddrSpec.Limit? {
        if localLength > AddrSpec.Limit.localPart.rawValue { return .localPart }
        if domainLength > AddrSpec.Limit.domain.rawValue { return .domain }
        if longestLabel > AddrSpec.Limit.label.rawValue { return .label }
        return localLength + 1 + domainLength > AddrSpec.Limit.address.rawValue ? .address : nil
    }

    mutating func addrSpec(in octets: Span<UInt8>) throws(SyntaxError) {
        try localPart(in: octets)
        try cursor.expect(0x40, in: octets, as: "\"@\"")
        try commentsOrBlanks(in: octets)
        if cursor.peek(in: octets) == 0x5B { try domainLiteral(in: octets) } else { try domain(in: octets) }
        guard cursor.isAtEnd else { throw cursor.unexpected("end of addr-spec") }
    }

    /// dot-atom, quoted-string, or words with dots and CFWS between. RFC 5322 §3.4.1, §4.4.
    private mutating func localPart(in octets: Span<UInt8>) throws(SyntaxError) {
        var words = 0
        var hasQuotes = false
        repeat {
            try commentsOrBlanks(in: octets)
            let start = cursor.offset
            if cursor.peek(in: octets) == 0x22 {
                hasQuotes = true
                try quotedString(in: octets)
            } else {
                _ = try atom(in: octets, as: "local-part")
            }
            words += 1
            localLength += cursor.offset - start
            try commentsOrBlanks(in: octets)
            guard cursor.take(0x2E, in: octets) else { break }
            localLength += 1
        } while true
        if words > 1, hasQuotes { isObsolete = true }
    }

    /// dot-atom, or atoms with dots and CFWS between; labels that are no sub-domain of RFC 5321 are noted.
    private mutating func domain(in octets: Span<UInt8>) throws(SyntaxError) {
        repeat {
            try commentsOrBlanks(in: octets)
            let label = try atom(in: octets, as: "domain")
            domainLength += label.count
            longestLabel = max(longestLabel, label.count)
            for index in label where !Self.labelText.contains(octets[index]) { note("sub-domain", at: index) }
            if octets[label.lowerBound] == 0x2D { note("Let-dig", at: label.lowerBound) }
            if octets[label.upperBound - 1] == 0x2D { note("Let-dig", at: label.upperBound - 1) }
            try commentsOrBlanks(in: octets)
            guard cursor.take(0x2E, in: octets) else { return }
            domainLength += 1
        } while true
    }

    private mutating func note(_ expected: String, at offset: Int) {
        if smtpError == nil { smtpError = SyntaxError(offset: offset, expected: expected) }
    }

    private static let labelText = ByteClass.alphaNumeric.union(ByteClass("-")).union(ByteClass { $0 >= 0x80 })

    /// 1*atext, with UTF-8. RFC 5322 §3.2.3, RFC 6532 §3.2.
    private mutating func atom(in octets: Span<UInt8>, as production: String) throws(SyntaxError) -> Range<Int> {
        let start = cursor.offset
        while let byte = cursor.peek(in: octets) {
            if ByteClass.atomText.contains(byte) {
                cursor.offset += 1
            } else if !(try nonASCII(in: octets)) {
                break
            }
        }
        guard cursor.offset > start else { throw cursor.unexpected(production) }
        return start..<cursor.offset
    }

    /// RFC 5322 §3.2.4. White space that SMTP's grammar has no room for, and obsolete octets, are noted.
    private mutating func quotedString(in octets: Span<UInt8>) throws(SyntaxError) {
        let start = cursor.offset
        cursor.offset += 1
        while let byte = cursor.peek(in: octets) {
            switch byte {
            case 0x22:
                cursor.offset += 1
                return
            case 0x5C: try quotedPair(in: octets)
            case .space: cursor.offset += 1
            case .tab, .carriageReturn: try blanks(in: octets)
            default: try text(byte, in: octets, as: "qtext")
            }
        }
        throw SyntaxError(offset: start, expected: "quoted-string")
    }

    /// A literal of RFC 5322 §3.4.1; one that is no address-literal of RFC 5321 §4.1.3 is noted.
    private mutating func domainLiteral(in octets: Span<UInt8>) throws(SyntaxError) {
        let start = cursor.offset
        cursor.offset += 1
        while true {
            guard let byte = cursor.peek(in: octets) else {
                throw SyntaxError(offset: start, expected: "domain-literal")
            }
            if byte == 0x5D { break }
            switch byte {
            case 0x5B: throw cursor.unexpected("dtext")
            case 0x5C: try quotedPair(in: octets)
            case .space, .tab, .carriageReturn: try blanks(in: octets)
            default: try text(byte, in: octets, as: "dtext")
            }
        }
        var literal = Cursor(from: start + 1, end: cursor.offset)
        do throws(SyntaxError) {
            if literal.take(word: "IPv6:", in: octets) {
                try literal.addressV6(in: octets)
            } else {
                try literal.addressV4(in: octets)
            }
            guard literal.isAtEnd else { throw literal.unexpected("\"]\"") }
        } catch {
            note(error.expected, at: error.offset)
        }
        cursor.offset += 1
        domainLength = cursor.offset - start
        try commentsOrBlanks(in: octets)
    }

    /// One octet of text, or one character of UTF-8. Controls are obsolete; NUL, CR and LF are not even that.
    private mutating func text(_ byte: UInt8, in octets: Span<UInt8>, as production: String) throws(SyntaxError) {
        if try nonASCII(in: octets) { return }
        guard byte != 0, byte != .carriageReturn, byte != .lineFeed else { throw cursor.unexpected(production) }
        if byte < 0x20 || byte == 0x7F { isObsolete = true }
        cursor.offset += 1
    }

    /// RFC 5322 §3.2.1; the octets that §4.1 adds are obsolete. RFC 6531 lets no UTF-8 follow the backslash, RFC 6532 does.
    private mutating func quotedPair(in octets: Span<UInt8>) throws(SyntaxError) {
        cursor.offset += 1
        guard let byte = cursor.peek(in: octets) else { throw cursor.unexpected("quoted-pair") }
        let start = cursor.offset
        if try nonASCII(in: octets) {
            note("quoted-pairSMTP", at: start)
            return
        }
        if byte < 0x20 || byte == 0x7F { isObsolete = true }
        cursor.offset += 1
    }

    /// [CFWS]. RFC 5322 §3.2.2.
    private mutating func commentsOrBlanks(in octets: Span<UInt8>) throws(SyntaxError) {
        while let byte = cursor.peek(in: octets) {
            switch byte {
            case .space, .tab, .carriageReturn: try blanks(in: octets)
            case 0x28: try comment(in: octets)
            default: return
            }
        }
    }

    /// White space; each CRLF must have some behind it. RFC 5322 §4.2 with RFC 5322 eid 1908.
    private mutating func blanks(in octets: Span<UInt8>) throws(SyntaxError) {
        isObsolete = true
        while let byte = cursor.peek(in: octets) {
            if byte == .carriageReturn {
                cursor.offset += 1
                try cursor.expect(.lineFeed, in: octets, as: "LF")
                guard let next = cursor.peek(in: octets), next == .space || next == .tab else {
                    throw cursor.unexpected("WSP")
                }
            }
            guard let next = cursor.peek(in: octets), next == .space || next == .tab else { return }
            cursor.offset += 1
        }
    }

    private mutating func comment(in octets: Span<UInt8>) throws(SyntaxError) {
        isObsolete = true
        let start = cursor.offset
        var depth = 0
        while let byte = cursor.peek(in: octets) {
            switch byte {
            case 0x28:
                depth += 1
                cursor.offset += 1
            case 0x29:
                depth -= 1
                cursor.offset += 1
                if depth == 0 { return }
            case 0x5C:
                let known = smtpError
                try quotedPair(in: octets)
                smtpError = known
            case .space, .tab, .carriageReturn: try blanks(in: octets)
            default: try text(byte, in: octets, as: "ctext")
            }
        }
        throw SyntaxError(offset: start, expected: "comment")
    }

    /// Takes one character of UTF-8 beyond ASCII if it comes next; throws if it is damaged. RFC 3629 §4.
    private mutating func nonASCII(in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        guard let lead = cursor.peek(in: octets), lead >= 0x80 else { return false }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        let end = cursor.offset + length
        guard end <= cursor.end,
            String(validating: octets.extracting(cursor.offset..<end).toArray(), as: UTF8.self) != nil
        else { throw cursor.unexpected("UTF8-non-ascii") }
        cursor.offset = end
        return true
    }
}
