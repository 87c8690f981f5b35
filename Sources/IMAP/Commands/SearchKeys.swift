internal import Octets

extension CommandReader {
    /// search. RFC 3501 §6.4.4.
    mutating func search(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> SearchRequest {
        try space(in: octets)
        var charset: String?
        if cursor.take(word: "CHARSET ", in: octets) {
            let start = cursor
            let name = try astring(in: octets)
            guard !name.isEmpty, name.count <= 100 else { throw start.unexpected("charset") }
            charset = String(decoding: name, as: UTF8.self).asciiUppercased
            try space(in: octets)
        }
        var keys: [SearchKey] = []
        repeat {
            keys.append(try searchKey(in: octets, depth: 1))
        } while take(" ", in: octets)
        return SearchRequest(keys.count == 1 ? keys[0] : .and(keys), charset: charset, by: numbering)
    }

    /// search-key, at `depth` from 1 on, which the limit keeps small: so it may call itself. RFC 3501 §9.
    private mutating func searchKey(in octets: Span<UInt8>, depth: Int) throws(SyntaxError) -> SearchKey {
        guard depth <= limits.searchDepth else {
            throw cursor.unexpected("search keys nested at most \(limits.searchDepth) deep")
        }
        if isNext("(", in: octets) { return try searchList(in: octets, depth: depth) }
        if let next = cursor.peek(in: octets), next == UInt8(ascii: "*") || next.digitValue != nil {
            return .sequence(try sequenceSet(in: octets))
        }
        let start = cursor
        let name = try word(in: octets, as: "search-key")
        switch name {
        case "NOT":
            try space(in: octets)
            return .not(try searchKey(in: octets, depth: depth + 1))
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
            return .larger(try number(in: octets))
        case "SMALLER":
            try space(in: octets)
            return .smaller(try number(in: octets))
        case "UID":
            try space(in: octets)
            return .uid(try sequenceSet(in: octets))
        default: return nil
        }
    }

    /// SP astring.
    private mutating func text(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        try space(in: octets)
        return try astring(in: octets)
    }

    /// SP date.
    private mutating func day(in octets: Span<UInt8>) throws(SyntaxError) -> SearchDate {
        try space(in: octets)
        return try date(in: octets)
    }
}
