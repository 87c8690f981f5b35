internal import Octets

/// esmtp-param: where its parts stand in the line. RFC 5321 §4.1.2.
struct Parameter {
    var keyword: Range<Int>
    /// nil if there is no `=`.
    var value: Range<Int>?
}

extension Cursor {
    private static let keywordCharacter = ByteClass.alphaNumeric.union(ByteClass("-"))
    /// esmtp-value. RFC 5321 §4.1.2.
    private static let valueCharacter = ByteClass { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "=") }

    /// Takes SP esmtp-param; nil at the end of the line. With SMTPUTF8 a value may have UTF-8. RFC 6531 §3.3.
    mutating func parameter(in line: Span<UInt8>, _ rules: Rules) throws(CommandError) -> Parameter? {
        guard !isAtEnd else { return nil }
        do throws(SyntaxError) {
            try expect(.space, in: line, as: "SP")
            guard let first = peek(in: line), ByteClass.alphaNumeric.contains(first) else {
                throw unexpected("esmtp-keyword")
            }
            let keyword = run(of: Self.keywordCharacter, in: line)
            guard take(UInt8(ascii: "="), in: line) else { return Parameter(keyword: keyword, value: nil) }
            let value = run(of: Self.valueCharacter, orNonASCII: rules.isInternational, in: line)
            guard !value.isEmpty else { throw unexpected("esmtp-value") }
            return Parameter(keyword: keyword, value: value)
        } catch {
            throw CommandError(.arguments, error)
        }
    }
}

extension Parameter {
    /// Gives a field the parameter's value; throws if the value is none that the grammar has, or the field has one already.
    func set<Value>(_ field: inout Value?, to value: Value?, _ expected: String) throws(CommandError) {
        guard field == nil, let value else {
            throw CommandError(.parameterValue, at: keyword.lowerBound, expected)
        }
        field = value
    }

    /// Notes a parameter without value; throws if it has one, or is there for the second time.
    func set(_ field: inout Bool, _ expected: String) throws(CommandError) {
        guard !field, value == nil else { throw CommandError(.parameterValue, at: keyword.lowerBound, expected) }
        field = true
    }
}
