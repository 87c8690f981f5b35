internal import Octets

/// The value of a Received field: one step of a message's way. RFC 5321 §4.4, RFC 5322 §3.6.7.
///
/// What servers write is read as `keyword value (comments) …; date`, in any order, as hardly any two write it alike.
public struct Received: Hashable, Sendable {
    /// A keyword and what follows it, to the next.
    public struct Clause: Hashable, Sendable {
        /// `from`, `by`, `via`, `with`, `id` or `for`; empty for what stands before the first.
        public var keyword: String
        /// The words, with single blanks between.
        public var value: String
        /// The comments behind the keyword or among the words.
        public var comments: [String]
    }

    /// Who sent the message, as the server that received it saw it: TCP-info and what is written in its place.
    public struct Peer: Hashable, Sendable {
        /// The name that the address has in the DNS.
        public var name: String?
        /// The IPv4 or IPv6 address, without brackets.
        public var address: String?
        /// What EHLO or HELO named, where that is not the value of `from`.
        public var hello: String?
    }

    /// All clauses in their order; at most 64.
    public private(set) var clauses: [Clause] = []
    /// When the message was received: what follows the last semicolon, or without one what looks like a date.
    public private(set) var date: MailDate?

    /// Reads the value of a field, folded or not.
    public init(parsing value: Span<UInt8>) {
        var reader = ReceivedReader(value)
        date = reader.date(in: value)
        clauses = reader.clauses(in: value)
    }

    /// The first clause of that keyword, in lower case.
    public func clause(_ keyword: String) -> Clause? { clauses.first { $0.keyword == keyword } }

    /// The name or address literal that the sender gave of itself.
    public var from: String? { clause("from")?.value.firstWord }
    /// The name of the server that received the message.
    public var by: String? { clause("by")?.value.firstWord }
    /// The link, such as `TCP`.
    public var via: String? { clause("via")?.value.nonEmpty }
    /// The protocol, such as `ESMTPS`. RFC 3848.
    public var with: String? { clause("with")?.value.nonEmpty }
    /// The identifier that the server gave the message, without angle brackets.
    public var id: String? { clause("id")?.value.firstWord?.unbracketed }
    /// The address that the message was received for, without angle brackets.
    public var recipient: String? { clause("for")?.value.firstWord?.unbracketed }

    /// What the server knew of the sender. RFC 5321 §4.4.
    public var peer: Peer { clause("from").map { Peer($0) } ?? Peer() }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
    /// Some put a comma behind the name.
    fileprivate var firstWord: String? {
        split(separator: " ").first.flatMap { $0.split(separator: ",").first }.map(String.init)
    }
    fileprivate var unbracketed: String {
        var text = self[...]
        if text.first == "<" { text = text.dropFirst() }
        if text.last == ">" { text = text.dropLast() }
        return String(text)
    }
}

extension Received.Peer {
    /// Looks through the comments of a `from` clause, then through its value.
    fileprivate init(_ clause: Received.Clause) {
        for comment in clause.comments { take(comment, isComment: true) }
        if address == nil { take(clause.value, isComment: false) }
    }

    private mutating func take(_ text: String, isComment: Bool) {
        var previous: Substring?
        var isHelloNext = false
        for whole in text.split(whereSeparator: { " \t,()".contains($0) }) {
            // Some write an address in brackets right behind a name: `host[192.0.2.1]`, `user@[192.0.2.1]`.
            let isHello = whole.utf8.prefix(5).last == UInt8(ascii: "=")
            let bracket = isHello ? whole.startIndex : whole.firstIndex(of: "[") ?? whole.startIndex
            if bracket > whole.startIndex { previous = whole[..<bracket] }
            let word = whole[bracket...]
            let key = String(whole.prefix(5)).asciiLowercased
            if isHelloNext {
                hello = hello ?? String(word)
                isHelloNext = false
            } else if isComment, key == "helo" || key == "ehlo" || key == "lhlo" {
                isHelloNext = true
            } else if key == "helo=" || key == "ehlo=" {
                hello = hello ?? String(word.dropFirst(5))
            } else if let found = Self.address(word), address == nil {
                address = found
                if isComment { name = previous.flatMap(Self.domain) }
            }
            previous = isHelloNext ? nil : word
        }
    }

    /// The domain that stands before an address, perhaps behind the name of a user (RFC 1413).
    private static func domain(_ word: Substring) -> String? {
        let name = word.split(separator: "@").last ?? ""
        guard !name.utf8.contains(0x3D), address(name) == nil, name.utf8.contains(where: { $0 != 0x2D && $0 != 0x2E })
        else {
            return nil
        }
        return String(name)
    }

    /// The address that a word is: in brackets or not, with `IPv6:` before it or a port behind it.
    private static func address(_ word: Substring) -> String? {
        var octets = Array(word.utf8)
        if octets.first == 0x5B {
            octets.removeFirst()
            if let end = octets.firstIndex(of: 0x5D) { octets.removeSubrange(end...) }
        }
        var cursor = Cursor(end: octets.count)
        do throws(SyntaxError) {
            if octets.dropFirst(4).contains(0x3A) || octets.first == 0x3A, octets.filter({ $0 == 0x3A }).count > 1 {
                _ = cursor.take(word: "IPv6:", in: octets.span)
                let start = cursor.offset
                try cursor.addressV6(in: octets.span)
                guard cursor.isAtEnd else { return nil }
                return String(decoding: octets[start...], as: UTF8.self)
            }
            try cursor.addressV4(in: octets.span)
            guard cursor.isAtEnd || octets[cursor.offset] == 0x3A else { return nil }
            return String(decoding: octets[..<cursor.offset], as: UTF8.self)
        } catch {
            return nil
        }
    }
}

/// Finds the date first, and then the clauses before it.
private struct ReceivedReader {
    private var end: Int

    private static let clauseLimit = 64
    private static let keywords = ["from", "by", "via", "with", "id", "for"]
    private static let wordEnd = ByteClass(" \t\r\n;(<\"")

    init(_ value: Span<UInt8>) {
        end = value.count
    }

    /// The date behind the last semicolon that is not in a comment, or else from the first word on that looks like one.
    mutating func date(in value: Span<UInt8>) -> MailDate? {
        var words = AddressWords(0..<value.count)
        var semicolon: Int?
        var candidate: Int?
        var number: Int?
        while let word = Self.next(&words, in: value) {
            words.forgetComments(from: 0)
            if value[word.lowerBound] == 0x3B {
                semicolon = word.lowerBound
                continue
            }
            let text = value.extracting(word)
            if candidate == nil, Self.isDayName(text) { candidate = word.lowerBound }
            if candidate == nil, let number, MailDateNames.month(text) != nil { candidate = number }
            number = word.count <= 2 && text[0].digitValue != nil ? word.lowerBound : nil
        }
        for start in [semicolon, candidate] {
            guard let start, let date = MailDate(parsing: value.extracting(start...)) else { continue }
            end = start
            return date
        }
        return nil
    }

    func clauses(in value: Span<UInt8>) -> [Received.Clause] {
        var clauses = [Received.Clause(keyword: "", value: "", comments: [])]
        var words = AddressWords(0..<end)
        while let word = Self.next(&words, in: value) {
            clauses[clauses.count - 1].comments += words.comments.map { StandardCharsets.guess($0.span) }
            words.forgetComments(from: 0)
            guard value[word.lowerBound] != 0x3B else { continue }
            let text = StandardCharsets.guess(value.extracting(word))
            let keyword = text.asciiLowercased
            if Self.keywords.contains(keyword) {
                guard clauses.count < Self.clauseLimit else { return clauses }
                clauses.append(Received.Clause(keyword: keyword, value: "", comments: []))
            } else {
                if !clauses[clauses.count - 1].value.isEmpty { clauses[clauses.count - 1].value += " " }
                clauses[clauses.count - 1].value += text
            }
        }
        clauses[clauses.count - 1].comments += words.comments.map { StandardCharsets.guess($0.span) }
        if clauses[0].value.isEmpty, clauses[0].comments.isEmpty { clauses.removeFirst() }
        return clauses
    }

    /// Where the next word stands: a semicolon, what is in angle brackets or quotes, or octets without blanks.
    private static func next(_ words: inout AddressWords, in value: Span<UInt8>) -> Range<Int>? {
        words.skipBlanksAndComments(in: value)
        let start = words.cursor.offset
        guard let byte = words.cursor.next(in: value) else { return nil }
        switch byte {
        case 0x3B: break
        case 0x3C:
            let close = value.position(of: 0x3E, or: 0x3B, from: start, to: words.cursor.end)
            words.cursor.offset = min(
                close + (close < words.cursor.end && value[close] == 0x3E ? 1 : 0),
                words.cursor.end
            )
        case 0x22:
            words.cursor.offset = start
            var text: [UInt8] = []
            words.word(0x22, isHost: false, into: &text, in: value)
        default:
            while let byte = words.cursor.peek(in: value), !wordEnd.contains(byte) { words.cursor.offset += 1 }
        }
        return start..<words.cursor.offset
    }

    private static func isDayName(_ word: Span<UInt8>) -> Bool {
        guard word.count == 3 || word.count == 4 && word[3] == 0x2C else { return false }
        return DateTime.dayNames.contains { HeaderFields.matches(word, 0..<3, $0) }
    }
}
