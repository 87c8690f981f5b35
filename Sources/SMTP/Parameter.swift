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

/// Octets written as `+` and two capital hexadecimal digits where they could not stand in a parameter. RFC 3461 §4.
enum Xtext {
    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "+") {
                guard index + 2 < text.count, let high = digit(text[index + 1]), let low = digit(text[index + 2]) else {
                    return nil
                }
                octets.append(high << 4 | low)
                index += 3
            } else {
                guard ByteClass.visible.contains(byte), byte != UInt8(ascii: "=") else { return nil }
                octets.append(byte)
                index += 1
            }
        }
        return octets
    }

    static func encode(_ octets: Span<UInt8>) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for index in octets.indices {
            let byte = octets[index]
            if ByteClass.visible.contains(byte), byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "+"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        return text
    }

    /// Lower case is not a hexchar here.
    private static func digit(_ byte: UInt8) -> UInt8? { byte.asciiUppercased == byte ? byte.hexValue : nil }
}
