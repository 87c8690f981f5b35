internal import Octets

/// Reads the JSON5 of a configuration file: JSON with comments, trailing commas, names without quotes, single quotes,
/// and numbers as ECMAScript 5 writes them. https://spec.json5.org
///
/// Nesting is limited, so the recursion is too.
struct JSON5Parser {
    /// Objects and lists inside each other.
    static let depthLimit = 16
    /// Octets of a file.
    static let sizeLimit = 1 << 20

    /// What is wrong with the text, and where.
    struct Failure: Error, Equatable {
        var position: JSON5.Position
        var found: String
        var expected: String
    }

    private let octets: [UInt8]
    private var offset = 0
    private var depth = 0

    /// The value that `text` consists of.
    static func parse(_ text: [UInt8]) throws(Failure) -> JSON5 {
        let start = JSON5.Position(line: 1, column: 1)
        guard text.count <= sizeLimit else {
            throw Failure(position: start, found: "\(text.count) octets", expected: "at most \(sizeLimit)")
        }
        guard String(validating: text, as: UTF8.self) != nil else {
            throw Failure(position: start, found: "octets that are no text", expected: "UTF-8")
        }
        var parser = JSON5Parser(octets: text)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { parser.offset = 3 }
        let value = try parser.value()
        try parser.skipSpace()
        guard parser.offset == text.count else { throw parser.unexpected("the end of the file") }
        return value
    }

    private init(octets: [UInt8]) { self.octets = octets }

    // MARK: Where

    private var next: UInt8? { offset < octets.count ? octets[offset] : nil }

    private func position(at offset: Int) -> JSON5.Position {
        var position = JSON5.Position(line: 1, column: 1)
        for octet in octets[..<offset] {
            if octet == .lineFeed {
                position = JSON5.Position(line: position.line + 1, column: 1)
            } else if octet & 0xC0 != 0x80 {
                position.column += 1
            }
        }
        return position
    }

    private func unexpected(_ expected: String) -> Failure {
        Failure(position: position(at: offset), found: nextToken, expected: expected)
    }

    /// The character or word that stands next, for a message.
    private var nextToken: String {
        guard offset < octets.count else { return "the end of the file" }
        var end = offset
        while end < octets.count, JSON5Parser.nameOctet.contains(octets[end]), end - offset < 40 { end += 1 }
        if end > offset { return "'\(String(decoding: octets[offset..<end], as: UTF8.self))'" }
        let character = String(decoding: octets[offset...].prefix(16), as: UTF8.self).first ?? " "
        return character.isNewline ? "the end of the line" : "'\(character)'"
    }

    // MARK: Space and comments

    private mutating func skipSpace() throws(Failure) {
        while let octet = next {
            switch octet {
            case 0x20, 0x09...0x0D: offset += 1
            case 0xC2 where follows([0xC2, 0xA0]): offset += 2
            case 0xE2 where follows([0xE2, 0x80, 0xA8]) || follows([0xE2, 0x80, 0xA9]): offset += 3
            case UInt8(ascii: "/"):
                if follows(Array("//".utf8)) {
                    while let octet = next, octet != .lineFeed, octet != .carriageReturn { offset += 1 }
                } else if follows(Array("/*".utf8)) {
                    try skipBlockComment()
                } else {
                    return
                }
            default: return
            }
        }
    }

    private mutating func skipBlockComment() throws(Failure) {
        let start = offset
        offset += 2
        while !follows(Array("*/".utf8)) {
            guard offset < octets.count else {
                throw Failure(
                    position: position(at: start),
                    found: "a comment without end",
                    expected: "*/ after it"
                )
            }
            offset += 1
        }
        offset += 2
    }

    private func follows(_ word: [UInt8]) -> Bool { octets[offset...].starts(with: word) }

    // MARK: Values

    private mutating func value() throws(Failure) -> JSON5 {
        try skipSpace()
        let position = position(at: offset)
        guard let octet = next else { throw unexpected("a value") }
        let value: JSON5.Value
        switch octet {
        case UInt8(ascii: "{"): value = .object(try nested { parser throws(Failure) in try parser.members() })
        case UInt8(ascii: "["): value = .array(try nested { parser throws(Failure) in try parser.elements() })
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .string(try string())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            value = try number()
        default: value = try word()
        }
        return JSON5(value: value, position: position)
    }

    private mutating func nested<Value>(
        _ body: (inout JSON5Parser) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard depth < JSON5Parser.depthLimit else {
            throw unexpected("at most \(JSON5Parser.depthLimit) objects and lists inside each other")
        }
        depth += 1
        offset += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func members() throws(Failure) -> [JSON5.Member] {
        var members: [JSON5.Member] = []
        while true {
            try skipSpace()
            if next == UInt8(ascii: "}") { break }
            let position = position(at: offset)
            let name = try memberName()
            guard !members.contains(where: { $0.name == name }) else {
                throw Failure(position: position, found: "'\(name)' again", expected: "each key once")
            }
            try skipSpace()
            guard next == UInt8(ascii: ":") else { throw unexpected("':' after the key '\(name)'") }
            offset += 1
            members.append(JSON5.Member(name: name, namePosition: position, value: try value()))
            try skipSpace()
            if next == UInt8(ascii: "}") { break }
            guard next == UInt8(ascii: ",") else { throw unexpected("',' or '}' after the value of '\(name)'") }
            offset += 1
        }
        offset += 1
        return members
    }

    private mutating func elements() throws(Failure) -> [JSON5] {
        var elements: [JSON5] = []
        while true {
            try skipSpace()
            if next == UInt8(ascii: "]") { break }
            elements.append(try value())
            try skipSpace()
            if next == UInt8(ascii: "]") { break }
            guard next == UInt8(ascii: ",") else { throw unexpected("',' or ']' after an element of a list") }
            offset += 1
        }
        offset += 1
        return elements
    }

    private static let nameOctet = ByteClass.alphaNumeric.union(ByteClass("_$"))

    private mutating func memberName() throws(Failure) -> String {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") { return try string() }
        let start = offset
        while let octet = next, JSON5Parser.nameOctet.contains(octet) { offset += 1 }
        guard offset > start, !ByteClass.digit.contains(octets[start]) else {
            offset = start
            throw unexpected("a key or '}'")
        }
        return String(decoding: octets[start..<offset], as: UTF8.self)
    }

    private mutating func word() throws(Failure) -> JSON5.Value {
        for (word, value) in [
            ("true", JSON5.Value.boolean(true)), ("false", .boolean(false)), ("null", .null),
            ("Infinity", .number(.infinity)), ("NaN", .number(.nan)),
        ] where follows(Array(word.utf8)) && !isNameOctet(at: offset + word.utf8.count) {
            offset += word.utf8.count
            return value
        }
        throw unexpected("a value (text stands in quotes)")
    }

    private func isNameOctet(at offset: Int) -> Bool {
        offset < octets.count && JSON5Parser.nameOctet.contains(octets[offset])
    }

    private mutating func number() throws(Failure) -> JSON5.Value {
        let start = offset
        let octet = ByteClass.alphaNumeric.union(ByteClass(".+-"))
        while let next, octet.contains(next) { offset += 1 }
        let text = String(decoding: octets[start..<offset], as: UTF8.self)
        if let value = JSON5Parser.numberValue(text) { return value }
        offset = start
        throw Failure(position: position(at: start), found: "'\(text)'", expected: "a number (text stands in quotes)")
    }

    private static func numberValue(_ text: String) -> JSON5.Value? {
        var digits = Substring(text)
        var isNegative = false
        if let sign = digits.first, sign == "+" || sign == "-" {
            isNegative = sign == "-"
            digits = digits.dropFirst()
        }
        guard let first = digits.first, first != "+", first != "-" else { return nil }
        if digits == "Infinity" { return .number(isNegative ? -.infinity : .infinity) }
        if digits == "NaN" { return .number(.nan) }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            guard digits.dropFirst(2).first?.isHexDigit == true, let value = Int(digits.dropFirst(2), radix: 16) else {
                return nil
            }
            return .integer(isNegative ? -value : value)
        }
        let isDecimal = digits.allSatisfy { $0.isASCII && ($0.isNumber || "eE.+-".contains($0)) }
        let hasLeadingZero = digits.count > 1 && first == "0" && digits.dropFirst().first?.isNumber == true
        guard isDecimal, !hasLeadingZero, digits.contains(where: \.isNumber), first != "e", first != "E" else {
            return nil
        }
        if let value = Int(digits) { return .integer(isNegative ? -value : value) }
        if digits.hasPrefix(".") { digits = "0" + digits }
        if digits.hasSuffix(".") { digits = digits.dropLast() }
        guard let value = Double(digits) else { return nil }
        return .number(isNegative ? -value : value)
    }
}

// MARK: Strings

extension JSON5Parser {
    private mutating func string() throws(Failure) -> String {
        let start = offset
        let quote = octets[offset]
        offset += 1
        var text: [UInt8] = []
        while let octet = next, octet != .lineFeed, octet != .carriageReturn {
            offset += 1
            if octet == quote { return String(decoding: text, as: UTF8.self) }
            if octet == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(octet) }
        }
        throw Failure(
            position: position(at: start),
            found: "text without closing quote",
            expected: String(UnicodeScalar(quote)) + " before the end of the line"
        )
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let octet = next else { throw unexpected("a character after '\\'") }
        offset += 1
        switch octet {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(.lineFeed)
        case UInt8(ascii: "r"): text.append(.carriageReturn)
        case UInt8(ascii: "t"): text.append(.tab)
        case UInt8(ascii: "v"): text.append(0x0B)
        case UInt8(ascii: "0"): text.append(0)
        case .lineFeed: break
        case .carriageReturn: if next == .lineFeed { offset += 1 }
        case UInt8(ascii: "x"): try append(scalar: try hexadecimal(2), to: &text)
        case UInt8(ascii: "u"): try append(scalar: try codePoint(), to: &text)
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            offset -= 1
            throw unexpected("no digit after '\\'")
        default: text.append(octet)
        }
    }

    /// One `\u` escape, or two that are a surrogate pair.
    private mutating func codePoint() throws(Failure) -> UInt32 {
        let high = try hexadecimal(4)
        guard (0xD800..<0xDC00).contains(high), follows(Array("\\u".utf8)) else { return high }
        offset += 2
        let low = try hexadecimal(4)
        guard (0xDC00..<0xE000).contains(low) else { return high }
        return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
    }

    private mutating func hexadecimal(_ count: Int) throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = next?.hexValue else { throw unexpected("\(count) hexadecimal digits") }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    private func append(scalar: UInt32, to text: inout [UInt8]) throws(Failure) {
        guard let scalar = Unicode.Scalar(scalar) else { throw unexpected("an escape that stands for a character") }
        text.append(contentsOf: String(Character(scalar)).utf8)
    }
}
