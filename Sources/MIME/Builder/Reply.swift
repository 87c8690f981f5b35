public import Octets

/// Replies. RFC 5322 §3.6.2–3.6.5.
extension MessageBuilder {
    /// Who gets a reply.
    public enum Audience: Hashable, Sendable {
        /// The addresses of Reply-To, or else the authors.
        case author
        /// Those, and all other recipients as a copy.
        case all
        /// The mailing list, by its List-Post field; nobody if there is none. RFC 2369 §3.4.
        case list
    }

    /// Ids kept in References: the first, which names the conversation, and the last ones. RFC 5537 §3.4.4 cuts so, too.
    private static let referenceLimit = 20

    /// A reply: its recipients, subject, In-Reply-To and References. The body is empty; `OriginalMessage.quoted` makes one.
    ///
    /// `own` are further addresses of the one who replies; with `from` they get no copy, and whoever is named twice gets
    /// one. A reply to a message of one's own goes to its recipients. Mail-Followup-To is not looked at: no RFC has it, and
    /// with it a stranger could send an answer to all where only he wants it; Reply-To does what the author may ask for.
    public init(
        replyTo original: OriginalMessage,
        audience: Audience,
        from author: Person,
        own: [String] = [],
        date: DateTime,
        messageID: String
    ) {
        self.init(from: author, date: date, messageID: messageID)
        var seen = Set(([author.address] + own).map(\.asciiLowercased))
        let isOwn = seen
        func others(_ people: [Person]) -> [Person] {
            people.filter { seen.insert($0.address.asciiLowercased).inserted }
        }
        var main = original.replyTo.isEmpty ? original.from : original.replyTo
        if !main.isEmpty, main.allSatisfy({ isOwn.contains($0.address.asciiLowercased) }) {
            main = original.to.isEmpty ? main : original.to
        }
        switch audience {
        case .author, .all:
            var first = others(main)
            // Somebody writes to himself.
            if first.isEmpty { first = Array(main.prefix(1)) }
            to = first.map(Recipient.person)
            if audience == .all { cc = others(original.to + original.cc).map(Recipient.person) }
        case .list: to = original.listPost.map { [.person(Person(address: $0))] } ?? []
        }
        subject = Self.replySubject(original.subject)
        inReplyTo = original.messageID.map { [$0] } ?? []
        references = Self.references(to: original)
    }

    /// The ids that a reply refers to: those that the message refers to, and its own. If it has no References, the one id
    /// in its In-Reply-To takes their place. RFC 5322 §3.6.4.
    static func references(to original: OriginalMessage) -> [String] {
        var list = original.references
        if list.isEmpty, original.inReplyTo.count == 1 { list = original.inReplyTo }
        if let messageID = original.messageID {
            list.removeAll { $0 == messageID }
            list.append(messageID)
        }
        guard list.count > referenceLimit else { return list }
        return [list[0]] + list.suffix(referenceLimit - 1)
    }

    /// `Re: ` once, whatever was there of it. RFC 5322 §3.6.5.
    static func replySubject(_ subject: String) -> String {
        let rest = withoutMarks(subject, ["re"])
        return rest.isEmpty ? "Re:" : "Re: " + rest
    }

    /// The subject without the marks at its start: `Re:`, `RE :`, `Re[2]:`.
    static func withoutMarks(_ subject: String, _ marks: [String]) -> String {
        let octets = Array(subject.utf8)
        var start = 0
        while true {
            while start < octets.count, octets[start] == .space { start += 1 }
            guard let end = markEnd(octets, from: start, marks) else { break }
            start = end
        }
        return String(decoding: octets[start...], as: UTF8.self)
    }

    private static func markEnd(_ octets: [UInt8], from start: Int, _ marks: [String]) -> Int? {
        for mark in marks {
            var index = start + mark.utf8.count
            guard index < octets.count, HeaderFields.matches(octets.span, start..<index, mark) else { continue }
            while index < octets.count, octets[index] == .space { index += 1 }
            if index < octets.count, octets[index] == 0x5B {
                index += 1
                let digits = index
                while index < octets.count, octets[index].digitValue != nil { index += 1 }
                guard index > digits, index < octets.count, octets[index] == 0x5D else { continue }
                index += 1
            }
            if index < octets.count, octets[index] == 0x3A { return index + 1 }
        }
        return nil
    }
}

extension OriginalMessage {
    /// The text with `> ` before each line, behind a line that says whose it is; the signature is left out. RFC 3676 §4.3,
    /// §4.5. `attribution` is that line; nil for an English one.
    public func quoted(attribution: String? = nil) -> String {
        var result = attribution ?? Self.attribution(self)
        if !result.isEmpty { result += "\n" }
        for line in lines {
            if line == "-- " { break }
            result += line.isEmpty ? ">" : line.utf8.first == 0x3E ? ">\(line)" : "> \(line)"
            result += "\n"
        }
        return result
    }

    /// The lines of the text, without an empty last one.
    private var lines: [Substring] {
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        return lines
    }

    private static func attribution(_ original: OriginalMessage) -> String {
        guard let author = original.from.first else { return "" }
        let name = author.name.isEmpty ? author.address : author.name
        guard let date = original.date else { return "\(name) wrote:" }
        return "On \(date.mailFormat), \(name) wrote:"
    }
}
