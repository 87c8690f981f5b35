internal import Octets

extension CommandReader {
    /// search. RFC 3501 §6.4.4, RFC 4466 §2.6.
    mutating func search(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> SearchRequest {
        try space(in: octets)
        let returns = try searchReturn(in: octets)
        if returns != nil { try space(in: octets) }
        let (charset, key) = try searchProgram(in: octets)
        return SearchRequest(key, charset: charset, returns: returns, by: numbering)
    }

    /// search-program: CHARSET and keys. After ENABLE UTF8=ACCEPT there is no CHARSET. RFC 4466 §3, RFC 6855 §3.
    mutating func searchProgram(
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> (charset: String?, key: SearchKey) {
        let start = cursor
        guard cursor.take(word: "CHARSET ", in: octets) else { return (nil, try searchKeys(in: octets)) }
        guard !options.enabled.contains(.utf8Accept) else {
            throw start.unexpected("no CHARSET after ENABLE UTF8=ACCEPT")
        }
        let charset = try charset(in: octets)
        try space(in: octets)
        return (charset, try searchKeys(in: octets))
    }

    /// SP search-criteria of SORT and THREAD: the charset always, and keys. RFC 5256 §5.
    mutating func searchCriteria(
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> (charset: String, key: SearchKey) {
        try space(in: octets)
        let charset = try charset(in: octets)
        try space(in: octets)
        return (charset, try searchKeys(in: octets))
    }

    /// charset, in upper case. RFC 4466 §3.
    private mutating func charset(in octets: Span<UInt8>) throws(SyntaxError) -> String {
        let start = cursor
        let name = try astring(in: octets)
        guard !name.isEmpty, name.count <= 100 else { throw start.unexpected("charset") }
        return String(decoding: name, as: UTF8.self).asciiUppercased
    }

    /// search-key *(SP search-key).
    private mutating func searchKeys(in octets: Span<UInt8>) throws(SyntaxError) -> SearchKey {
        var keys: [SearchKey] = []
        repeat {
            keys.append(try searchKey(in: octets, depth: 1))
        } while take(" ", in: octets)
        return keys.count == 1 ? keys[0] : .and(keys)
    }

    /// search-key, at `depth` from 1 on, which the limit keeps small: so it may call itself. RFC 3501 §9.
    private mutating func searchKey(in octets: Span<UInt8>, depth: Int) throws(SyntaxError) -> SearchKey {
        guard depth <= limits.searchDepth else {
            throw cursor.unexpected("search keys nested at most \(limits.searchDepth) deep")
        }
        if isNext("(", in: octets) { return try searchList(in: octets, depth: depth) }
        if let next = cursor.peek(in: octets),
            next == UInt8(ascii: "*") || next == UInt8(ascii: "$") || next.digitValue != nil
        {
            return .sequence(try sequenceSet(in: octets))
        }
        let start = cursor
        let name = try word(in: octets, as: "search-key")
        switch name {
        case "NOT":
            try space(in: octets)
            return .not(try searchKey(in: octets, depth: depth + 1))
        case "FUZZY":
            try space(in: octets)
            return .fuzzy(try searchKey(in: octets, depth: depth + 1))
        case "OR":
            try space(in: octets)
            let first = try searchKey(in: octets, depth: depth + 1)
            try space(in: octets)
            return .or(first, try searchKey(in: octets, depth: depth + 1))
        default:
            if let key = plainKey(name) { return key }
            if let key = try textKey(name, in: octets) { return key }
            if let key = try dateKey(name, in: octets) { return key }
            if let key = try otherKey(name, in: octets) { return key }
            if let key = try extensionKey(name, in: octets) { return key }
            throw start.unexpected("search-key")
        }
    }

    /// "(" search-key *(SP search-key) ")".
    private mutating func searchList(in octets: Span<UInt8>, depth: Int) throws(SyntaxError) -> SearchKey {
        try expect("(", in: octets, as: "(")
        var keys: [SearchKey] = []
        repeat { keys.append(try searchKey(in: octets, depth: depth + 1)) } while take(" ", in: octets)
        try expect(")", in: octets, as: "SP or )")
        return keys.count == 1 ? keys[0] : .and(keys)
    }

    /// The keys without an argument.
    private func plainKey(_ name: String) -> SearchKey? {
        switch name {
        case "ALL": .all
        case "ANSWERED": .flag(.answered)
        case "DELETED": .flag(.deleted)
        case "DRAFT": .flag(.draft)
        case "FLAGGED": .flag(.flagged)
        case "NEW": .new
        case "OLD": .notFlag(.recent)
        case "RECENT": .flag(.recent)
        case "SAVEDATESUPPORTED": .saveDateSupported
        case "SEEN": .flag(.seen)
        case "UNANSWERED": .notFlag(.answered)
        case "UNDELETED": .notFlag(.deleted)
        case "UNDRAFT": .notFlag(.draft)
        case "UNFLAGGED": .notFlag(.flagged)
        case "UNSEEN": .notFlag(.seen)
        default: nil
        }
    }

    /// The keys with a text.
    private mutating func textKey(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> SearchKey? {
        switch name {
        case "BCC": return .bcc(try text(in: octets))
        case "BODY": return .body(try text(in: octets))
        case "CC": return .cc(try text(in: octets))
        case "FROM": return .from(try text(in: octets))
        case "SUBJECT": return .subject(try text(in: octets))
        case "TEXT": return .text(try text(in: octets))
        case "TO": return .to(try text(in: octets))
        case "HEADER": return .header(name: try text(in: octets), text: try text(in: octets))
        default: return nil
        }
    }

    /// The keys with a date.
    private mutating func dateKey(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> SearchKey? {
        switch name {
        case "BEFORE": return .before(try day(in: octets))
        case "ON": return .on(try day(in: octets))
        case "SINCE": return .since(try day(in: octets))
        case "SENTBEFORE": return .sentBefore(try day(in: octets))
        case "SENTON": return .sentOn(try day(in: octets))
        case "SENTSINCE": return .sentSince(try day(in: octets))
        case "SAVEDBEFORE": return .savedBefore(try day(in: octets))
        case "SAVEDON": return .savedOn(try day(in: octets))
        case "SAVEDSINCE": return .savedSince(try day(in: octets))
        default: return nil
        }
    }

    /// The keys with a keyword, a size or UIDs.
    private mutating func otherKey(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> SearchKey? {
        switch name {
        case "KEYWORD":
            try space(in: octets)
            return .keyword(try atom(in: octets, as: "flag-keyword"))
        case "UNKEYWORD":
            try space(in: octets)
            return .notKeyword(try atom(in: octets, as: "flag-keyword"))
        case "LARGER":
            try space(in: octets)
            return .larger(try number64(in: octets))
        case "SMALLER":
            try space(in: octets)
            return .smaller(try number64(in: octets))
        case "UID":
            try space(in: octets)
            return .uid(try sequenceSet(in: octets))
        default: return nil
        }
    }

    /// The keys of extensions. RFC 5032 §3, RFC 7162 §7, RFC 8474 §7.
    private mutating func extensionKey(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> SearchKey? {
        switch name {
        case "OLDER":
            try space(in: octets)
            return .older(try nzNumber(in: octets))
        case "YOUNGER":
            try space(in: octets)
            return .younger(try nzNumber(in: octets))
        case "MODSEQ":
            try space(in: octets)
            return .modSequence(try modSequenceKey(in: octets))
        case "EMAILID":
            try space(in: octets)
            return .emailID(try objectID(in: octets))
        case "THREADID":
            try space(in: octets)
            return .threadID(try objectID(in: octets))
        default: return nil
        }
    }

    /// [entry-name SP entry-type-req SP] mod-sequence-valzer. RFC 7162 §7.
    private mutating func modSequenceKey(in octets: Span<UInt8>) throws(SyntaxError) -> ModSequenceKey {
        guard isNext("\"", in: octets) else {
            return ModSequenceKey(try number63(in: octets, as: "mod-sequence-valzer"))
        }
        let start = cursor
        let entry = try string(in: octets)
        guard equalsIgnoringCase(entry.span.extracting(0..<min(7, entry.count)), "/flags/"), entry.count > 7 else {
            throw start.unexpected("entry-name")
        }
        try space(in: octets)
        let type = try word(in: octets, as: "entry-type-req") { ModSequenceKey.EntryType(rawValue: $0) }
        try space(in: octets)
        let value = try number63(in: octets, as: "mod-sequence-valzer")
        return ModSequenceKey(value, entry: entry, entryType: type)
    }

    /// objectid: 1…255 letters, digits, `_` and `-`. RFC 8474 §7.
    private mutating func objectID(in octets: Span<UInt8>) throws(SyntaxError) -> String {
        let start = cursor
        let range = cursor.run(of: .objectIDChar, in: octets)
        guard (1...255).contains(range.count) else { throw start.unexpected("objectid") }
        return String(decoding: octets.extracting(range))
    }

    /// SP date.
    private mutating func day(in octets: Span<UInt8>) throws(SyntaxError) -> SearchDate {
        try space(in: octets)
        return try date(in: octets)
    }
}
