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

    /// Takes SP esmtp-param; nil at the end of the line.
    mutating func parameter(in line: Span<UInt8>) throws(CommandError) -> Parameter? {
        guard !isAtEnd else { return nil }
        do throws(SyntaxError) {
            try expect(.space, in: line, as: "SP")
            guard let first = peek(in: line), ByteClass.alphaNumeric.contains(first) else {
                throw unexpected("esmtp-keyword")
            }
            let keyword = run(of: Self.keywordCharacter, in: line)
            guard take(UInt8(ascii: "="), in: line) else { return Parameter(keyword: keyword, value: nil) }
            return Parameter(
                keyword: keyword,
                value: try expectRun(of: Self.valueCharacter, in: line, as: "esmtp-value")
            )
        } catch {
            throw CommandError(.arguments, error)
        }
    }
}
