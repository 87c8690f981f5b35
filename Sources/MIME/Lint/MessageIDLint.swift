internal import Octets

/// Message identifiers, by the grammar of RFC 5322 §3.6.4, with the obsolete forms of §4.5.4 told apart.
extension Linter {
    /// Looks at one identifier, or at a list of at least one. The first error ends it: what follows is hard to tell.
    mutating func lintMessageIDs(
        _ value: Range<Int>,
        isOne: Bool,
        rule: MessageLint.Rule,
        of part: Int,
        in message: Span<UInt8>
    ) {
        var grammar = StrictGrammar(value)
        var count = 0
        var obsolete: Int?
        do throws(SyntaxError) {
            while true {
                try grammar.skipComments(in: message)
                let start = grammar.cursor.offset
                guard let octet = grammar.cursor.peek(in: message) else { break }
                if octet == UInt8(ascii: "<"), !isOne || count == 0 {
                    count += 1
                    let isCurrent = try Self.messageID(&grammar, in: message)
                    if !isCurrent, obsolete == nil { obsolete = start }
                } else {
                    guard !isOne else { throw SyntaxError(offset: start, expected: count == 0 ? "<" : "the end") }
                    try Self.word(&grammar, in: message)
                    if obsolete == nil { obsolete = start }
                }
            }
            if count == 0, obsolete == nil { throw grammar.cursor.unexpected("<") }
        } catch {
            found.add(rule, at: error.offset, part: part, "expected \(error.expected): \(message.shown(value))")
            return
        }
        if let obsolete { found.add(.obsoleteMessageID, at: obsolete, part: part, message.shown(value)) }
    }

    /// A word of a phrase, or one of its dots.
    private static func word(_ grammar: inout StrictGrammar, in octets: Span<UInt8>) throws(SyntaxError) {
        if grammar.cursor.peek(in: octets) == UInt8(ascii: "\"") {
            try grammar.quotedString(in: octets)
        } else if !grammar.cursor.take(UInt8(ascii: "."), in: octets) {
            _ = try grammar.cursor.expectRun(of: StrictGrammar.atomText, in: octets, as: "<")
        }
    }

    /// What `<` begins; says whether it is of the current form: without blanks, comments and quoted strings.
    private static func messageID(_ grammar: inout StrictGrammar, in octets: Span<UInt8>) throws(SyntaxError) -> Bool {
        grammar.cursor.offset += 1
        var isCurrent = true
        while true {
            if try grammar.skipComments(in: octets) { isCurrent = false }
            if grammar.cursor.peek(in: octets) == UInt8(ascii: "\"") {
                try grammar.quotedString(in: octets)
                isCurrent = false
            } else {
                _ = try grammar.cursor.expectRun(of: StrictGrammar.atomText, in: octets, as: "atoms with dots")
            }
            if try grammar.skipComments(in: octets) { isCurrent = false }
            if !grammar.cursor.take(UInt8(ascii: "."), in: octets) { break }
        }
        try grammar.cursor.expect(UInt8(ascii: "@"), in: octets, as: "@")
        if try grammar.skipComments(in: octets) { isCurrent = false }
        if grammar.cursor.peek(in: octets) == UInt8(ascii: "[") {
            if try !grammar.domainLiteral(in: octets) { isCurrent = false }
        } else {
            repeat {
                if try grammar.skipComments(in: octets) { isCurrent = false }
                _ = try grammar.cursor.expectRun(of: StrictGrammar.atomText, in: octets, as: "atoms with dots")
                if try grammar.skipComments(in: octets) { isCurrent = false }
            } while grammar.cursor.take(UInt8(ascii: "."), in: octets)
        }
        if try grammar.skipComments(in: octets) { isCurrent = false }
        try grammar.cursor.expect(UInt8(ascii: ">"), in: octets, as: ">")
        return isCurrent
    }
}
