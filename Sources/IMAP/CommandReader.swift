internal import Octets

/// Reads the productions that many commands share, from one whole command whose literals have all arrived.
///
/// The octets are passed to each call. A call that throws leaves the reader where it stopped; the command is over.
struct CommandReader {
    var cursor: Cursor
    let options: ParserOptions
    let limits: CommandLimits

    /// Takes one space. RFC 3501 §9 SP.
    mutating func space(in octets: Span<UInt8>) throws(SyntaxError) {
        try cursor.expect(.space, in: octets, as: "SP")
    }

    /// Takes `byte` if it is next.
    mutating func take(_ byte: Unicode.Scalar, in octets: Span<UInt8>) -> Bool {
        cursor.take(UInt8(ascii: byte), in: octets)
    }

    /// Takes `byte` or throws.
    mutating func expect(_ byte: Unicode.Scalar, in octets: Span<UInt8>, as production: String) throws(SyntaxError) {
        try cursor.expect(UInt8(ascii: byte), in: octets, as: production)
    }

    /// Whether `byte` is next.
    func isNext(_ byte: Unicode.Scalar, in octets: Span<UInt8>) -> Bool {
        cursor.peek(in: octets) == UInt8(ascii: byte)
    }

    /// Takes a word of letters, digits, `.`, `-` and `_`, in upper case; at most 40 octets, so that it stays cheap.
    mutating func word(in octets: Span<UInt8>, as production: String) throws(SyntaxError) -> String {
        let start = cursor
        let range = cursor.run(of: .wordChar, in: octets)
        guard !range.isEmpty, range.count <= 40 else {
            cursor = start
            throw cursor.unexpected(production)
        }
        return String(decoding: octets.extracting(range)).asciiUppercased
    }

    /// Takes a word or throws at its start if `match` does not know it.
    mutating func word<Value>(
        in octets: Span<UInt8>,
        as production: String,
        _ match: (String) -> Value?
    ) throws(SyntaxError) -> Value {
        let start = cursor
        let word = try word(in: octets, as: production)
        guard let value = match(word) else {
            cursor = start
            throw cursor.unexpected(production)
        }
        return value
    }

    /// Takes `"(" item *(SP item) ")"`, its items read by `item`.
    mutating func list(
        in octets: Span<UInt8>,
        as production: String,
        mayBeEmpty: Bool,
        _ item: (inout CommandReader, Span<UInt8>) throws(SyntaxError) -> Void
    ) throws(SyntaxError) {
        try expect("(", in: octets, as: production)
        if mayBeEmpty, take(")", in: octets) { return }
        repeat { try item(&self, octets) } while take(" ", in: octets)
        try expect(")", in: octets, as: "SP or )")
    }

    /// Checks that nothing is left.
    func end() throws(SyntaxError) {
        guard cursor.isAtEnd else { throw cursor.unexpected("CRLF") }
    }

    // MARK: Strings

    /// astring. RFC 3501 §9.
    mutating func astring(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        let range = cursor.run(of: .astringChar, in: octets)
        return range.isEmpty ? try string(in: octets, as: "astring") : octets.extracting(range).toArray()
    }

    /// atom. RFC 3501 §9.
    mutating func atom(in octets: Span<UInt8>, as production: String = "atom") throws(SyntaxError) -> String {
        String(decoding: octets.extracting(try cursor.expectRun(of: .atomChar, in: octets, as: production)))
    }

    /// string: quoted or literal. RFC 3501 §9.
    mutating func string(in octets: Span<UInt8>, as production: String = "string") throws(SyntaxError) -> [UInt8] {
        switch cursor.peek(in: octets) {
        case UInt8(ascii: "\""): return try quoted(in: octets)
        case UInt8(ascii: "{"): return try literal(in: octets)
        default: throw cursor.unexpected(production)
        }
    }

    /// nstring: nil for NIL. RFC 3501 §9.
    mutating func nstring(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8]? {
        if cursor.take(word: "NIL", in: octets) { return nil }
        return try string(in: octets, as: "nstring")
    }

    /// quoted. RFC 3501 §9.
    private mutating func quoted(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        try expect("\"", in: octets, as: "quoted")
        let start = cursor.offset
        let plain: ByteClass = options.takesUTF8 ? .quotedUTF8Char : .quotedChar
        var value: [UInt8] = []
        while true {
            value.append(contentsOf: octets.extracting(cursor.run(of: plain, in: octets)))
            if take("\"", in: octets) { break }
            guard take("\\", in: octets) else { throw cursor.unexpected("QUOTED-CHAR or DQUOTE") }
            guard let special = cursor.peek(in: octets), ByteClass.quotedSpecials.contains(special) else {
                throw cursor.unexpected("quoted-specials after a backslash")
            }
            value.append(special)
            cursor.offset += 1
        }
        guard !options.takesUTF8 || String(validating: value, as: UTF8.self) != nil else {
            throw SyntaxError(offset: start, expected: "UTF-8")
        }
        return value
    }

    /// nstring or literal8, which alone may have NUL; nil for NIL. RFC 5464 §5 value, RFC 4466 §3 literal8.
    mutating func value(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8]? {
        if take("~", in: octets) { return try literal(in: octets, isBinary: true) }
        return try nstring(in: octets)
    }

    /// literal, whose octets the scanner has seen arrive. RFC 3501 §9, RFC 7888 §8.
    private mutating func literal(in octets: Span<UInt8>, isBinary: Bool = false) throws(SyntaxError) -> [UInt8] {
        let start = cursor
        let count = try literalHeader(in: octets).count
        let hasReturn = cursor.take(.carriageReturn, in: octets)
        guard hasReturn || options.allowsBareLineFeed, cursor.take(.lineFeed, in: octets), count <= cursor.remaining
        else { throw start.unexpected("literal") }
        let range = cursor.offset..<cursor.offset + count
        for index in range where octets[index] == 0 && !isBinary { throw SyntaxError(offset: index, expected: "CHAR8") }
        cursor.offset = range.upperBound
        return octets.extracting(range).toArray()
    }

    /// What stands before the CRLF of a literal: `{12}`, or `{12+}` if the client does not wait. RFC 7888 §8.
    mutating func literalHeader(in octets: Span<UInt8>) throws(SyntaxError) -> LiteralHeader {
        try expect("{", in: octets, as: "literal")
        let count = try cursor.number(Int.self, in: octets, as: "number of octets")
        let isSynchronising = !take("+", in: octets)
        try expect("}", in: octets, as: "}")
        return LiteralHeader(count: count, isSynchronising: isSynchronising)
    }

    /// mailbox: not empty. RFC 3501 §9.
    mutating func mailbox(in octets: Span<UInt8>) throws(SyntaxError) -> MailboxName {
        let start = cursor
        let name = try astring(in: octets)
        guard !name.isEmpty else { throw start.unexpected("mailbox") }
        return MailboxName(name)
    }

    // MARK: Numbers

    /// nz-number: 1…4294967295 without leading zero. RFC 3501 §9.
    mutating func nzNumber(in octets: Span<UInt8>) throws(SyntaxError) -> UInt32 {
        guard !isNext("0", in: octets) else { throw cursor.unexpected("nz-number") }
        return try cursor.number(UInt32.self, in: octets, as: "nz-number")
    }

    /// number: 0…4294967295. RFC 3501 §9.
    mutating func number(in octets: Span<UInt8>) throws(SyntaxError) -> UInt32 {
        try cursor.number(UInt32.self, in: octets, as: "number")
    }

    /// number64: 0…2^63-1 in IMAP4rev2, and 0…4294967295 before it was enabled. RFC 9051 §9, RFC 3501 §9.
    mutating func number64(in octets: Span<UInt8>) throws(SyntaxError) -> UInt64 {
        guard options.enabled.contains(.imap4rev2) else { return UInt64(try number(in: octets)) }
        return try number63(in: octets, as: "number64")
    }

    /// 0…2^63-1: mod-sequence-valzer of RFC 7162 §7, and number64 where it has no other form.
    mutating func number63(in octets: Span<UInt8>, as production: String) throws(SyntaxError) -> UInt64 {
        UInt64(try cursor.number(Int64.self, in: octets, as: production))
    }

    /// mod-sequence-value: 1…2^63-1. RFC 7162 §7.
    mutating func modSequence(in octets: Span<UInt8>) throws(SyntaxError) -> UInt64 {
        let start = cursor
        let value = try number63(in: octets, as: "mod-sequence-value")
        guard value > 0 else { throw start.unexpected("mod-sequence-value") }
        return value
    }

    /// sequence-set, or `$`. RFC 3501 §9, RFC 5182 §3.
    mutating func sequenceSet(in octets: Span<UInt8>) throws(SyntaxError) -> SequenceSet {
        if take("$", in: octets) { return .savedResult }
        var elements: [SequenceSet.Element] = []
        repeat {
            let first = try sequenceNumber(in: octets)
            let last = take(":", in: octets) ? try sequenceNumber(in: octets) : first
            elements.append(SequenceSet.Element(first, last))
        } while take(",", in: octets)
        return SequenceSet(elements)
    }

    /// A sequence-set without `*` and `$`, as known-uids of RFC 7162 §7.
    mutating func plainSet(in octets: Span<UInt8>, as production: String) throws(SyntaxError) -> SequenceSet {
        let start = cursor
        let set = try sequenceSet(in: octets)
        guard !set.isSavedResult, !set.elements.contains(where: { $0.first == 0 || $0.last == 0 }) else {
            throw start.unexpected(production)
        }
        return set
    }

    /// seq-number; 0 for `*`. RFC 3501 §9.
    mutating func sequenceNumber(in octets: Span<UInt8>) throws(SyntaxError) -> UInt32 {
        if take("*", in: octets) { return 0 }
        guard let next = cursor.peek(in: octets), next.digitValue != nil else {
            throw cursor.unexpected("sequence-set")
        }
        return try nzNumber(in: octets)
    }

    // MARK: Flags

    /// flag-list. RFC 3501 §9.
    mutating func flagList(in octets: Span<UInt8>) throws(SyntaxError) -> FlagSet {
        var flags = FlagSet()
        var seen: Set<String> = []
        try list(in: octets, as: "flag-list", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            try reader.flag(in: octets, into: &flags, seen: &seen)
        }
        return flags
    }

    /// flag; one already `seen`, in any case, is not added again. RFC 3501 §9.
    mutating func flag(in octets: Span<UInt8>, into flags: inout FlagSet, seen: inout Set<String>) throws(SyntaxError) {
        let start = cursor
        guard take("\\", in: octets) else {
            let keyword = try atom(in: octets, as: "flag")
            if seen.insert(keyword.asciiLowercased).inserted { flags.keywords.append(keyword) }
            return
        }
        let name = try atom(in: octets, as: "flag-extension")
        switch name.asciiLowercased {
        case "seen": flags.system.insert(.seen)
        case "answered": flags.system.insert(.answered)
        case "flagged": flags.system.insert(.flagged)
        case "deleted": flags.system.insert(.deleted)
        case "draft": flags.system.insert(.draft)
        case "recent":
            guard options.ignoresRecentFlag else { throw start.unexpected("flag other than \\Recent") }
        case let extended:
            if seen.insert("\\" + extended).inserted { flags.extensions.append("\\" + name) }
        }
    }
}

/// The announcement of a literal.
struct LiteralHeader: Hashable {
    var count: Int
    var isSynchronising: Bool
}
