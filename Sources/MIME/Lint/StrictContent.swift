internal import Octets

/// Reads a value with parameters by the grammar of RFC 2045 §5.1, and says what is wrong with it.
///
/// Blanks and comments may be between all tokens, as RFC 822 had it. What can be made out in spite of an error is kept.
struct StrictContent {
    struct Parameter {
        var name: Range<Int>
        /// Without the quotation marks.
        var value: Range<Int>
        var isQuoted: Bool
    }

    struct Problem {
        var rule: MessageLint.Rule
        var offset: Int
        var detail: String
    }

    private var grammar: StrictGrammar
    private(set) var parameters: [Parameter] = []
    private(set) var problems: [Problem] = []

    init(_ value: Range<Int>) { grammar = StrictGrammar(value) }

    /// token. RFC 2045 §5.1.
    static let tokenText = ByteClass.visible.subtracting(ByteClass("()<>@,;:\\\"/[]?="))

    /// Whether all was read.
    var isAtEnd: Bool { grammar.cursor.isAtEnd }

    /// Takes a token, and the blanks and comments around it.
    @discardableResult
    mutating func token(in octets: Span<UInt8>, as expected: String) throws(SyntaxError) -> Range<Int> {
        try grammar.skipComments(in: octets)
        let token = try grammar.cursor.expectRun(of: Self.tokenText, in: octets, as: expected)
        try grammar.skipComments(in: octets)
        return token
    }

    /// Takes type and subtype.
    mutating func type(in octets: Span<UInt8>) throws(SyntaxError) {
        let type = try token(in: octets, as: "a type")
        let next = grammar.cursor.peek(in: octets)
        guard next != nil, next != UInt8(ascii: ";") else {
            problems.append(Problem(rule: .missingSubtype, offset: type.upperBound, detail: octets.shown(type)))
            return
        }
        try grammar.cursor.expect(UInt8(ascii: "/"), in: octets, as: "/")
        try token(in: octets, as: "a subtype")
    }

    /// Takes all parameters that follow. An error in a value ends only that.
    mutating func parameters(in octets: Span<UInt8>) throws(SyntaxError) {
        while true {
            try grammar.skipComments(in: octets)
            guard !grammar.cursor.isAtEnd else { return }
            let semicolon = grammar.cursor.offset
            try grammar.cursor.expect(UInt8(ascii: ";"), in: octets, as: "a semicolon")
            try grammar.skipComments(in: octets)
            let next = grammar.cursor.peek(in: octets)
            guard next != nil, next != UInt8(ascii: ";") else {
                problems.append(Problem(rule: .emptyParameter, offset: semicolon, detail: ""))
                continue
            }
            let name = try token(in: octets, as: "the name of a parameter")
            try grammar.cursor.expect(UInt8(ascii: "="), in: octets, as: "=")
            try grammar.skipComments(in: octets)
            try value(of: name, in: octets)
        }
    }

    private mutating func value(of name: Range<Int>, in octets: Span<UInt8>) throws(SyntaxError) {
        let start = grammar.cursor.offset
        if grammar.cursor.peek(in: octets) == UInt8(ascii: "\"") {
            try grammar.quotedString(in: octets)
            let value = start + 1..<grammar.cursor.offset - 1
            parameters.append(Parameter(name: name, value: value, isQuoted: true))
            return
        }
        let value = grammar.cursor.run(of: Self.tokenText, in: octets)
        try grammar.skipComments(in: octets)
        let next = grammar.cursor.peek(in: octets)
        guard next != nil, next != UInt8(ascii: ";") else {
            guard !value.isEmpty else { throw SyntaxError(offset: start, expected: "a value") }
            parameters.append(Parameter(name: name, value: value, isQuoted: false))
            return
        }
        // Something that is no token, or more than one: all up to the semicolon was meant.
        while let octet = grammar.cursor.peek(in: octets), octet != UInt8(ascii: ";") { grammar.cursor.offset += 1 }
        let all = HeaderFields.trim(octets, start..<grammar.cursor.offset)
        if value.isEmpty, all.isEmpty { throw SyntaxError(offset: start, expected: "a value") }
        problems.append(
            Problem(rule: .unquotedParameter, offset: start, detail: octets.shown(name.lowerBound..<all.upperBound))
        )
        parameters.append(Parameter(name: name, value: all, isQuoted: false))
    }
}
