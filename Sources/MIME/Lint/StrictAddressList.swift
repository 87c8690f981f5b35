internal import Octets

/// Reads an address list by the grammar, and says what is wrong with it and what is obsolete. RFC 5322 §3.4, §4.4.
///
/// An error ends a member; the list goes on behind the next comma. Groups are not in groups.
struct StrictAddressList {
    enum Event {
        /// A mailbox; where its address is, unless blanks, comments or obsolete forms are in that.
        case mailbox(Range<Int>?, isInGroup: Bool)
        case group(start: Int)
        case problem(MessageLint.Rule, Int, String)
    }

    var grammar: StrictGrammar
    /// Found, but not told yet; the last one comes first.
    private var pending: [Event] = []
    private var isInGroup = false
    /// Whether a member came since the last separator, and where that is if it was a comma.
    private var hasMember = false
    private var comma: Int?
    private var hasAny = false
    private var isDone = false
    private let value: Range<Int>

    init(_ value: Range<Int>) {
        self.value = value
        grammar = StrictGrammar(value)
    }

    /// The next mailbox, group or problem; nil at the end.
    mutating func next(in octets: Span<UInt8>) -> Event? {
        while pending.isEmpty, !isDone {
            do throws(SyntaxError) {
                try step(in: octets)
            } catch {
                note(.addressSyntax, at: error.offset, error.lintDetail(octets, value))
                recover(in: octets)
                hasMember = true
                comma = nil
            }
            pending.reverse()
        }
        return pending.popLast()
    }

    /// The problems that are not told yet.
    mutating func takeProblems() -> [Event] {
        defer { pending.removeAll() }
        return pending
    }

    private mutating func note(_ rule: MessageLint.Rule, at offset: Int, _ detail: String = "") {
        hasAny = true
        pending.append(.problem(rule, offset, detail))
    }

    /// Takes a separator, a member, or the start or end of a group.
    private mutating func step(in octets: Span<UInt8>) throws(SyntaxError) {
        try grammar.skipComments(in: octets)
        let offset = grammar.cursor.offset
        switch grammar.cursor.peek(in: octets) {
        case nil:
            isDone = true
            if isInGroup { throw grammar.cursor.unexpected("a semicolon") }
            if let comma { note(.emptyListMember, at: comma) }
            if !hasAny { throw grammar.cursor.unexpected("an address") }
        case UInt8(ascii: ","):
            grammar.cursor.offset += 1
            if !hasMember { note(.emptyListMember, at: offset) }
            hasMember = false
            comma = offset
        case UInt8(ascii: ";"):
            grammar.cursor.offset += 1
            if isInGroup {
                if let comma { note(.emptyListMember, at: comma) }
            } else {
                let error = SyntaxError(offset: offset, expected: "a comma")
                note(.addressSyntax, at: offset, error.lintDetail(octets, value))
            }
            hasMember = isInGroup
            isInGroup = false
            comma = nil
        default:
            guard !hasMember else { throw grammar.cursor.unexpected("a comma") }
            try member(in: octets)
        }
    }

    /// A mailbox, or the name of a group and its colon.
    private mutating func member(in octets: Span<UInt8>) throws(SyntaxError) {
        let start = grammar.cursor.offset
        let words = try words(in: octets)
        switch grammar.cursor.peek(in: octets) {
        case UInt8(ascii: "@"):
            mailbox(try addressSpec(words, in: octets))
        case UInt8(ascii: "<"):
            try phrase(words)
            grammar.cursor.offset += 1
            mailbox(try angleAddress(in: octets))
        case UInt8(ascii: ":") where !isInGroup && words.count > 0:
            try phrase(words)
            grammar.cursor.offset += 1
            isInGroup = true
            comma = nil
            hasAny = true
            pending.append(.group(start: start))
        case nil, UInt8(ascii: ","), UInt8(ascii: ";"):
            throw SyntaxError(offset: words.start, expected: "an address")
        default:
            throw grammar.cursor.unexpected(words.count == 0 ? "an address" : "@ or <")
        }
    }

    private mutating func mailbox(_ address: Range<Int>?) {
        hasMember = true
        hasAny = true
        comma = nil
        pending.append(.mailbox(address, isInGroup: isInGroup))
    }

    /// Moves to the next separator that is in no quoted string and no comment.
    private mutating func recover(in octets: Span<UInt8>) {
        while let octet = grammar.cursor.peek(in: octets), octet != UInt8(ascii: ","), octet != UInt8(ascii: ";") {
            let start = grammar.cursor.offset
            if octet == UInt8(ascii: "\"") { _ = try? grammar.quotedString(in: octets) }
            if octet == UInt8(ascii: "(") { _ = try? grammar.skipComments(in: octets) }
            if grammar.cursor.offset == start { grammar.cursor.offset += 1 }
        }
    }

    // MARK: Words

    /// Words and dots, as a phrase, a local part and a domain are made of.
    struct Words {
        var start: Int
        var end: Int
        var count = 0
        var firstDot: Int?
        var beginsWithDot = false
        /// Whether there is one dot between any two words, and none elsewhere.
        var isDotted = true
        var endsWithDot = false
        /// Whether there are blanks or comments between them.
        var isSpaced = false
        /// Whether they are followed by blanks or comments.
        var isSpacedBehind = false
        var hasQuotes = false
        /// Whether all quoted strings could do without quotation marks.
        var isNeedlesslyQuoted = true
    }

    /// All words and dots that come next, with the blanks and comments around them. An encoded word is one word, whatever is
    /// in it. RFC 5322 §3.2.5, RFC 2047 §5.
    mutating func words(in octets: Span<UInt8>) throws(SyntaxError) -> Words {
        try grammar.skipComments(in: octets)
        var words = Words(start: grammar.cursor.offset, end: grammar.cursor.offset)
        var isFirst = true
        while let octet = grammar.cursor.peek(in: octets) {
            let start = grammar.cursor.offset
            let isDot = octet == UInt8(ascii: ".")
            if isDot {
                grammar.cursor.offset += 1
                if words.firstDot == nil { words.firstDot = start }
                if isFirst { words.beginsWithDot = true }
                if isFirst || words.endsWithDot { words.isDotted = false }
            } else if octet == UInt8(ascii: "\"") {
                words.hasQuotes = true
                let isNeedless = try grammar.quotedString(in: octets)
                words.isNeedlesslyQuoted = words.isNeedlesslyQuoted && isNeedless
            } else if case .word(let word) = EncodedWordSyntax(at: start, end: grammar.cursor.end, in: octets) {
                grammar.cursor.offset = word.range.upperBound
            } else if grammar.cursor.run(of: StrictGrammar.atomText, in: octets).isEmpty {
                break
            }
            if !isDot {
                if !isFirst, !words.endsWithDot { words.isDotted = false }
                words.count += 1
            }
            words.isSpaced = words.isSpaced || words.isSpacedBehind
            words.endsWithDot = isDot
            words.end = grammar.cursor.offset
            words.isSpacedBehind = try grammar.skipComments(in: octets)
            isFirst = false
        }
        return words
    }

    /// Says that the words are a phrase. RFC 5322 §3.2.5; dots are obsolete, §4.1.
    private mutating func phrase(_ words: Words) throws(SyntaxError) {
        guard let dot = words.firstDot else { return }
        guard !words.beginsWithDot else { throw SyntaxError(offset: dot, expected: "a word") }
        note(.obsoletePhrase, at: dot)
    }

    // MARK: Addresses

    /// What follows the local part, which the words are; returns where the address is. RFC 5322 §3.4.1, §4.4.
    private mutating func addressSpec(_ words: Words, in octets: Span<UInt8>) throws(SyntaxError) -> Range<Int>? {
        guard words.count > 0, words.isDotted, !words.endsWithDot else {
            throw grammar.cursor.unexpected("a local part before @")
        }
        try grammar.cursor.expect(UInt8(ascii: "@"), in: octets, as: "@")
        let isSpaced = try grammar.skipComments(in: octets)
        if isSpaced || words.isSpacedBehind { note(.blankAtAtSign, at: words.end) }
        let isCurrent = try domain(in: octets)
        if words.isSpaced || (words.hasQuotes && words.count > 1) || !isCurrent {
            note(.obsoleteAddress, at: words.start)
        } else if words.hasQuotes, words.isNeedlesslyQuoted {
            note(.needlessQuotes, at: words.start)
        }
        guard !words.isSpaced, !words.isSpacedBehind, !isSpaced, isCurrent else { return nil }
        return words.start..<domainEnd
    }

    /// Where the last domain ended.
    private var domainEnd = 0

    /// Takes a domain, and the blanks and comments behind it; says whether it is of the current form. RFC 5322 §3.4.1, §4.4.
    private mutating func domain(in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        try grammar.skipComments(in: octets)
        guard grammar.cursor.peek(in: octets) != UInt8(ascii: "[") else {
            let isCurrent = try grammar.domainLiteral(in: octets)
            domainEnd = grammar.cursor.offset
            try grammar.skipComments(in: octets)
            return isCurrent
        }
        var isCurrent = true
        var isSpaced = false
        while true {
            _ = try grammar.cursor.expectRun(of: StrictGrammar.atomText, in: octets, as: "a domain")
            domainEnd = grammar.cursor.offset
            isSpaced = try grammar.skipComments(in: octets)
            guard grammar.cursor.take(UInt8(ascii: "."), in: octets) else { return isCurrent }
            isCurrent = isCurrent && !isSpaced
            isSpaced = try grammar.skipComments(in: octets)
            isCurrent = isCurrent && !isSpaced
        }
    }

    /// What follows `<`. RFC 5322 §3.4, §4.4.
    private mutating func angleAddress(in octets: Span<UInt8>) throws(SyntaxError) -> Range<Int>? {
        try grammar.skipComments(in: octets)
        let start = grammar.cursor.offset
        if let octet = grammar.cursor.peek(in: octets), octet == UInt8(ascii: "@") || octet == UInt8(ascii: ",") {
            try route(in: octets)
            note(.obsoleteRoute, at: start)
        }
        let words = try words(in: octets)
        let address = try addressSpec(words, in: octets)
        try grammar.cursor.expect(UInt8(ascii: ">"), in: octets, as: ">")
        try grammar.skipComments(in: octets)
        return address
    }

    /// obs-route. RFC 5322 §4.4.
    private mutating func route(in octets: Span<UInt8>) throws(SyntaxError) {
        while true {
            repeat { try grammar.skipComments(in: octets) } while grammar.cursor.take(UInt8(ascii: ","), in: octets)
            if grammar.cursor.take(UInt8(ascii: ":"), in: octets) { return }
            try grammar.cursor.expect(UInt8(ascii: "@"), in: octets, as: "@ or :")
            _ = try domain(in: octets)
        }
    }

    /// One address in angle brackets, or nothing in them, and then the end. RFC 5322 §3.6.7.
    mutating func path(in octets: Span<UInt8>) throws(SyntaxError) {
        try grammar.skipComments(in: octets)
        try grammar.cursor.expect(UInt8(ascii: "<"), in: octets, as: "<")
        try grammar.skipComments(in: octets)
        if !grammar.cursor.take(UInt8(ascii: ">"), in: octets) { _ = try angleAddress(in: octets) }
        try grammar.expectEnd(in: octets)
    }
}
