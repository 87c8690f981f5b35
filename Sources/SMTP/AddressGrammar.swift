internal import Octets

extension ByteClass {
    /// qtextSMTP. RFC 5321 §4.1.2.
    static let quotedText = ByteClass { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    /// What may follow the backslash of a quoted-pairSMTP. RFC 5321 §4.1.2.
    static let quotedPair = ByteClass { (0x20...0x7E).contains($0) }
    /// ALPHA, DIGIT or `-`: Ldh-str, but for its last octet. RFC 5321 §4.1.2.
    static let letterDigitHyphen = alphaNumeric.union(ByteClass("-"))
    /// The same with `_`, for `Leniency.underscoreInDomain`.
    static let letterDigitHyphenUnderscore = letterDigitHyphen.union(ByteClass("_"))
    /// Space and VCHAR: the free text of HELP, NOOP, VRFY and EXPN.
    static let printable = visible.union(ByteClass(" "))
}

extension Cursor {
    /// Domain: labels of letters, digits and inner hyphens, with dots between. RFC 5321 §4.1.2. With SMTPUTF8 a label may
    /// be a U-label (RFC 6531 §3.3): whether IDNA allows what it has, and whether its A-label fits 63 octets, is left to
    /// whoever looks it up; here the domain's limit holds for it.
    mutating func domain(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> String {
        let start = offset
        let set: ByteClass =
            rules.leniency.contains(.underscoreInDomain) ? .letterDigitHyphenUnderscore : .letterDigitHyphen
        repeat {
            let label = run(of: set, orNonASCII: rules.isInternational, in: octets)
            guard !label.isEmpty, label.count <= Limits.label || octets.firstNonASCII(in: label) != nil,
                octets[label.lowerBound] != UInt8(ascii: "-"),
                octets[label.upperBound - 1] != UInt8(ascii: "-")
            else { throw SyntaxError(offset: label.lowerBound, expected: "Domain") }
        } while take(UInt8(ascii: "."), in: octets)
        guard offset - start <= Limits.domain else {
            throw SyntaxError(offset: start, expected: "Domain of at most 255 octets")
        }
        return String(decoding: octets.extracting(start..<offset))
    }

    /// Domain or address-literal. RFC 5321 §4.1.3.
    mutating func host(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> Host {
        guard take(UInt8(ascii: "["), in: octets) else { return .domain(try domain(in: octets, rules)) }
        let start = offset
        if take(word: "IPv6:", in: octets) {
            try addressV6(in: octets)
        } else {
            // A General-address-literal needs a tag that IANA knows; IPv6 is the only one there is.
            try addressV4(in: octets)
        }
        let text = String(decoding: octets.extracting(start..<offset))
        try expect(UInt8(ascii: "]"), in: octets, as: "address-literal")
        return .literal(text)
    }

    /// Local-part: Dot-string or Quoted-string; returned without quotes. RFC 5321 §4.1.2.
    private mutating func localPart(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> String {
        let start = offset
        let text: String
        if take(UInt8(ascii: "\""), in: octets) {
            text = try quotedString(in: octets, rules)
        } else {
            repeat {
                let atom = run(of: .atomText, orNonASCII: rules.isInternational, in: octets)
                guard !atom.isEmpty else { throw unexpected("Local-part") }
            } while take(UInt8(ascii: "."), in: octets)
            text = String(decoding: octets.extracting(start..<offset))
        }
        guard offset - start <= Limits.localPart else {
            throw SyntaxError(offset: start, expected: "Local-part of at most 64 octets")
        }
        return text
    }

    /// Quoted-string after its first quote. RFC 5321 §4.1.2.
    private mutating func quotedString(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> String {
        var text: [UInt8] = []
        while true {
            let start = offset
            if rules.isInternational, takeNonASCII(in: octets) {
                text.append(contentsOf: octets.extracting(start..<offset))
                continue
            }
            guard let byte = next(in: octets) else { throw unexpected("Quoted-string") }
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = next(in: octets), ByteClass.quotedPair.contains(escaped) else {
                    throw unexpected("quoted-pairSMTP")
                }
                text.append(escaped)
            default:
                guard ByteClass.quotedText.contains(byte) else { throw unexpected("qtextSMTP") }
                text.append(byte)
            }
        }
    }

    /// Mailbox. RFC 5321 §4.1.2.
    mutating func mailbox(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> Path {
        let localPart = try localPart(in: octets, rules)
        try expect(UInt8(ascii: "@"), in: octets, as: "\"@\"")
        return Path(localPart: localPart, host: try host(in: octets, rules))
    }

    /// Path after its `<`, to its `>`: an optional source route, then Mailbox. RFC 5321 §4.1.2.
    private mutating func path(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> Path {
        let start = offset - 1
        if peek(in: octets) == UInt8(ascii: "@") {
            repeat {
                try expect(UInt8(ascii: "@"), in: octets, as: "At-domain")
                _ = try domain(in: octets, rules)
            } while take(UInt8(ascii: ","), in: octets)
            try expect(UInt8(ascii: ":"), in: octets, as: "A-d-l \":\"")
        }
        let mailbox = try mailbox(in: octets, rules)
        try expect(UInt8(ascii: ">"), in: octets, as: "\">\"")
        guard offset - start <= Limits.path else {
            throw SyntaxError(offset: start, expected: "path of at most 256 octets")
        }
        return mailbox
    }

    /// Reverse-path. RFC 5321 §4.1.2.
    mutating func reversePath(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> ReversePath {
        try expect(UInt8(ascii: "<"), in: octets, as: "\"<\"")
        if take(UInt8(ascii: ">"), in: octets) { return .null }
        return .path(try path(in: octets, rules))
    }

    /// Forward-path, or `<postmaster>`. RFC 5321 §4.1.1.3.
    mutating func forwardPath(in octets: Span<UInt8>, _ rules: Rules) throws(SyntaxError) -> ForwardPath {
        try expect(UInt8(ascii: "<"), in: octets, as: "\"<\"")
        if take(word: "postmaster>", in: octets) { return .postmaster }
        return .path(try path(in: octets, rules))
    }
}
