internal import Octets

/// The values of the fields that the linter knows. Which grammar each has, `LintField` says.
extension Linter {
    /// Looks at the value of one field.
    mutating func lintValue(
        of known: LintField,
        _ field: HeaderField,
        of part: Int,
        notes: inout HeaderNotes,
        in message: Span<UInt8>
    ) {
        let value = field.value
        lintWords(value, in: known.wordPlace, of: part, message)
        if case .text = known.form { return }
        if message.isBlank(from: value.lowerBound, to: value.upperBound) {
            if case .addresses(_, _, mayBeEmpty: true) = known.form { return }
            found.add(.emptyField, at: field.whole.lowerBound, part: part, message.shown(field.name))
            return
        }
        switch known.form {
        case .text: break
        case .date: lintDate(value, of: part, in: message)
        case .received: lintReceived(value, of: part, in: message)
        case .returnPath: lintReturnPath(value, of: part, in: message)
        case .messageID: lintMessageIDs(value, isOne: true, rule: .messageIDSyntax, of: part, in: message)
        case .messageIDs: lintMessageIDs(value, isOne: false, rule: .messageIDSyntax, of: part, in: message)
        case .contentID: lintMessageIDs(value, isOne: true, rule: .contentIDSyntax, of: part, in: message)
        case .keywords: lintKeywords(value, of: part, in: message)
        case .addresses(let isOne, let isAuthor, _):
            let seen = lintAddresses(value, isOne: isOne, isAuthor: isAuthor, of: part, in: message)
            if known == .from {
                notes.authors += seen.count
                notes.authorsOffset = field.whole.lowerBound
                notes.author = seen.address
            } else if known == .sender {
                notes.sender = seen.address
                notes.senderOffset = field.whole.lowerBound
            }
        case .mimeVersion: lintMIMEVersion(value, of: part, in: message)
        case .contentType: lintContentType(value, of: part, in: message)
        case .disposition: lintDisposition(value, of: part, in: message)
        case .transferEncoding: lintTransferEncoding(value, of: part, in: message)
        }
    }

    /// Two numbers, with comments anywhere. RFC 2045 §4.
    private mutating func lintMIMEVersion(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var grammar = StrictGrammar(value)
        do throws(SyntaxError) {
            try grammar.skipComments(in: message)
            let major = try grammar.cursor.expectRun(of: .digit, in: message, as: "a number")
            try grammar.skipComments(in: message)
            try grammar.cursor.expect(UInt8(ascii: "."), in: message, as: "a dot")
            try grammar.skipComments(in: message)
            let minor = try grammar.cursor.expectRun(of: .digit, in: message, as: "a number")
            try grammar.expectEnd(in: message)
            guard message.extracting(major).isNumber(1), message.extracting(minor).isNumber(0) else {
                found.add(.unknownMIMEVersion, at: major.lowerBound, part: part, message.shown(value))
                return
            }
        } catch {
            found.add(.mimeVersionSyntax, at: error.offset, part: part, error.lintDetail(message, value))
        }
    }

    /// A trace field: words, a semicolon, and a date. RFC 5322 §3.6.7, §4.5.7.
    ///
    /// The words are those of RFC 5321 §4.4, of which there are too many ways to write them; they are only passed over.
    private mutating func lintReceived(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var grammar = StrictGrammar(value)
        var semicolon: Int?
        do throws(SyntaxError) {
            while true {
                try grammar.skipComments(in: message)
                guard let octet = grammar.cursor.peek(in: message) else { break }
                if octet == UInt8(ascii: "\"") {
                    try grammar.quotedString(in: message)
                    continue
                }
                if octet == UInt8(ascii: ";") { semicolon = grammar.cursor.offset }
                grammar.cursor.offset += 1
            }
        } catch {
            found.add(.receivedSyntax, at: error.offset, part: part, error.lintDetail(message, value))
            return
        }
        guard let semicolon else {
            found.add(.receivedWithoutDate, at: value.lowerBound, part: part)
            return
        }
        lintDate(semicolon + 1..<value.upperBound, of: part, in: message)
    }
}

extension SyntaxError {
    /// What was expected, and what is there of `value` instead, as the detail of a finding.
    func lintDetail(_ octets: Span<UInt8>, _ value: Range<Int>) -> String {
        let rest = HeaderFields.trim(octets, min(offset, value.upperBound)..<value.upperBound)
        let isWhole = rest.count <= 20
        let found = octets.shown(rest.prefix(20).startIndex..<rest.prefix(20).endIndex)
        return "expected \(expected), found " + (rest.isEmpty ? "the end" : found + (isWhole ? "" : "..."))
    }
}

extension Span<UInt8> {
    /// Whether the digits are that number.
    fileprivate func isNumber(_ number: UInt8) -> Bool {
        guard count > 0, self[count - 1] == 0x30 + number else { return false }
        for index in 0..<count - 1 where self[index] != 0x30 { return false }
        return true
    }
}
