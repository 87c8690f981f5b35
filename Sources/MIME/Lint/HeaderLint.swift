internal import Octets

/// What was seen of a header while its fields were walked.
struct HeaderNotes {
    var counts: [LintField: Int] = [:]
    /// Where the first Resent field is.
    var resent: Int?
    /// Where the first field is that needs MIME-Version.
    var mime: Int?
    /// Mailboxes and groups in From.
    var authors = 0
    var authorsOffset = 0
    /// The address in From if it is only one, and the one in Sender, blanks and comments left out.
    var author: [UInt8]?
    var sender: [UInt8]?
    var senderOffset = 0
}

/// What is asked of headers as a whole, and of fields whatever they mean. RFC 5322 §2.2, §3.6.
extension Linter {
    /// Looks at the header of an entity.
    mutating func lintHeader(of part: Int, in message: Span<UInt8>) {
        let entity = entities[part]
        var notes = HeaderNotes()
        var fields = HeaderFields(from: entity.start, end: entity.bodyStart)
        var isFirst = true
        while let field = fields.next(in: message) {
            defer { isFirst = false }
            if isFirst, Self.isMboxLine(field.whole, in: message) {
                found.add(.mboxLine, at: field.whole.lowerBound, part: part)
                continue
            }
            lintField(field, of: part, notes: &notes, in: message)
        }
        if entity.isMessage { lintFieldCounts(notes, of: part) }
        if part == 0, let offset = notes.mime, notes.counts[.mimeVersion] == nil {
            found.add(.missingMIMEVersion, at: offset, part: part)
        }
        lintHeaderEnd(of: part, in: message)
    }

    /// `From ` or `>From `, as stands before a message in an mbox. RFC 4155 §A.
    private static func isMboxLine(_ field: Range<Int>, in message: Span<UInt8>) -> Bool {
        var cursor = Cursor(from: field.lowerBound, end: field.upperBound)
        _ = cursor.take(UInt8(ascii: ">"), in: message)
        guard cursor.take(word: "From ", in: message) else { return false }
        _ = cursor.run(of: .whitespace, in: message)
        // Else it is a field, with blanks before its colon.
        return cursor.peek(in: message) != UInt8(ascii: ":")
    }

    private mutating func lintField(
        _ field: HeaderField,
        of part: Int,
        notes: inout HeaderNotes,
        in message: Span<UInt8>
    ) {
        let start = field.whole.lowerBound
        lintFolds(field.whole, of: part, in: message)
        guard !field.name.isEmpty else {
            let colon = message.position(of: UInt8(ascii: ":"), or: .lineFeed, from: start, to: field.whole.upperBound)
            let hasColon = colon < field.whole.upperBound && message[colon] == UInt8(ascii: ":")
            let shown = hasColon ? start..<colon : field.value
            found.add(hasColon ? .fieldName : .lineWithoutColon, at: start, part: part, message.shown(shown))
            return
        }
        if field.name.upperBound + 1 < field.value.lowerBound {
            found.add(.blankBeforeColon, at: field.name.upperBound, part: part, message.shown(field.name))
        }
        lintEightBit(field, of: part, in: message)
        let name = String(decoding: message.extracting(field.name)).asciiLowercased
        guard let known = LintField(rawValue: name) else {
            lintWords(field.value, in: .text, of: part, message)
            return
        }
        guard entities[part].isMessage || known.isOfBody else { return }
        let count = notes.counts[known, default: 0] + 1
        notes.counts[known] = count
        if count > 1, let rule = known.onceRule {
            found.add(rule, at: start, part: part, message.shown(field.name))
        }
        if known.isResent, notes.resent == nil { notes.resent = start }
        if known.isMIME, notes.mime == nil { notes.mime = start }
        lintValue(of: known, field, of: part, notes: &notes, in: message)
    }

    /// Lines of a folded field that have nothing but white space. RFC 5322 §3.2.2, §4.2.
    private mutating func lintFolds(_ field: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var lineStart = field.lowerBound
        var isBlank = false
        for index in field {
            let octet = message[index]
            if octet == .lineFeed {
                if isBlank { found.add(.blankFoldedLine, at: lineStart, part: part) }
                lineStart = index + 1
                isBlank = true
            } else if octet != .space, octet != .tab, octet != .carriageReturn {
                isBlank = false
            }
        }
        if isBlank, lineStart < field.upperBound { found.add(.blankFoldedLine, at: lineStart, part: part) }
    }

    /// Octets above 127 in the value: UTF-8 needs SMTPUTF8, all else is forbidden. RFC 5322 §2.2, RFC 6532 §3.2.
    private mutating func lintEightBit(_ field: HeaderField, of part: Int, in message: Span<UInt8>) {
        var check = UTF8Check()
        var first: Int?
        for index in field.value {
            let octet = message[index]
            guard octet >= 0x80 || !check.isComplete else { continue }
            if first == nil { first = index }
            guard check.take(octet) else {
                found.add(.eightBitInHeader, at: first ?? index, part: part, message.shown(field.name))
                return
            }
        }
        guard let first else { return }
        if !check.isComplete {
            found.add(.eightBitInHeader, at: first, part: part, message.shown(field.name))
        } else if !entities[part].isInGlobal {
            found.add(.utf8InHeader, at: first, part: part, message.shown(field.name))
        }
    }

    /// Which fields there must be. RFC 5322 §3.6; for a message in a message RFC 2046 §5.2.1.
    private mutating func lintFieldCounts(_ notes: HeaderNotes, of part: Int) {
        let entity = entities[part]
        let counts = notes.counts
        if entity.parent == nil {
            if counts[.from] == nil { found.add(.missingFrom, at: entity.start, part: part) }
            if counts[.date] == nil { found.add(.missingDate, at: entity.start, part: part) }
            if counts[.messageID] == nil { found.add(.missingMessageID, at: entity.start, part: part) }
        } else if counts[.from] == nil, counts[.date] == nil, counts[.subject] == nil {
            found.add(.bareEmbeddedMessage, at: entity.start, part: part)
        }
        if let offset = notes.resent, counts[.resentFrom] == nil || counts[.resentDate] == nil {
            found.add(
                .incompleteResentBlock,
                at: offset,
                part: part,
                counts[.resentFrom] == nil ? "Resent-From" : "Resent-Date"
            )
        }
        if notes.authors > 1, counts[.sender] == nil { found.add(.missingSender, at: notes.authorsOffset, part: part) }
        if let sender = notes.sender, notes.authors == 1, sender == notes.author {
            found.add(.needlessSender, at: notes.senderOffset, part: part)
        }
    }

    /// The header of a part ends at an empty line. RFC 2046 §5.1.1: even if nothing follows, the delimiter has a line break of
    /// its own, so a delimiter right behind a field cuts it short.
    private mutating func lintHeaderEnd(of part: Int, in message: Span<UInt8>) {
        let entity = entities[part]
        guard let parent = entity.parent, entity.bodyStart < message.count else { return }
        // A message that begins where its part was cut short has nothing of its own.
        guard entity.bodyStart > entity.start || entities[parent].kind == .multipart else { return }
        guard !Self.isBehindEmptyLine(entity.bodyStart, from: entity.start, in: message) else { return }
        found.add(.headerCutShort, at: entity.bodyStart, part: part)
    }

    private static func isBehindEmptyLine(_ end: Int, from start: Int, in message: Span<UInt8>) -> Bool {
        guard end > start, message[end - 1] == .lineFeed else { return false }
        let line = end > start + 1 && message[end - 2] == .carriageReturn ? end - 2 : end - 1
        return line == start || message[line - 1] == .lineFeed
    }
}
