/// A JSON text, read strictly. RFC 8259.
///
/// An object that has a name twice is refused: two readers could take one for two different things.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A whole number, written without fraction and exponent, of 64 bits.
    case integer(Int)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Arrays and objects within each other.
    public static let depthLimit = 32

    /// Reads one value and nothing else but white space.
    ///
    /// - Throws: where it is not JSON, or is deeper than `depthLimit`.
    public init(parsing text: Span<UInt8>) throws(SyntaxError) {
        var reader = JSONReader(over: text)
        self = try reader.read(text)
    }

    /// The member of that name, if it is an object and has one.
    public subscript(name: String) -> JSONValue? { if case .object(let members) = self { members[name] } else { nil } }

    /// The text, if it is one.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The elements, if it is an array.
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The number, if it is one; a fraction is cut off, as is what is beyond 53 bits.
    public var seconds: Int64? {
        switch self {
        case .integer(let number): Int64(number)
        case .number(let number) where abs(number) < 9e15: Int64(number)
        default: nil
        }
    }
}

/// Reads one JSON text with a stack of its own, so that nesting costs no calls.
private struct JSONReader {
    private enum Open {
        case array([JSONValue])
        /// With the name of the member that is being read.
        case object([String: JSONValue], name: String)
    }

    private var cursor: Cursor
    private var stack: [Open] = []

    init(over text: Span<UInt8>) { cursor = Cursor(over: text) }

    mutating func read(_ text: Span<UInt8>) throws(SyntaxError) -> JSONValue {
        while true {
            skipSpace(text)
            // A value begins here, or the bracket that ends an empty array or object.
            var value: JSONValue
            switch cursor.peek(in: text) {
            case UInt8(ascii: "["):
                try open(.array([]))
                skipSpace(text)
                guard cursor.take(UInt8(ascii: "]"), in: text) else { continue }
                stack.removeLast()
                value = .array([])
            case UInt8(ascii: "{"):
                try open(.object([:], name: ""))
                skipSpace(text)
                guard cursor.take(UInt8(ascii: "}"), in: text) else {
                    try nameMember(text)
                    continue
                }
                stack.removeLast()
                value = .object([:])
            case UInt8(ascii: "\""): value = .string(try string(text))
            case UInt8(ascii: "t"): value = try word("true", .bool(true), text)
            case UInt8(ascii: "f"): value = try word("false", .bool(false), text)
            case UInt8(ascii: "n"): value = try word("null", .null, text)
            default: value = try number(text)
            }
            if let whole = try close(&value, text) { return whole }
        }
    }

    /// Puts `value` where it belongs, and ends what ends after it. Returns the whole text's value at its end.
    private mutating func close(_ value: inout JSONValue, _ text: Span<UInt8>) throws(SyntaxError) -> JSONValue? {
        while true {
            skipSpace(text)
            switch stack.popLast() {
            case nil:
                guard cursor.isAtEnd else { throw cursor.unexpected("the end of the text") }
                return value
            case .array(var elements):
                elements.append(value)
                if cursor.take(UInt8(ascii: ","), in: text) {
                    stack.append(.array(elements))
                    return nil
                }
                guard cursor.take(UInt8(ascii: "]"), in: text) else { throw cursor.unexpected("a comma or ]") }
                value = .array(elements)
            case .object(var members, let name):
                guard members.updateValue(value, forKey: name) == nil else { throw cursor.unexpected("another name") }
                if cursor.take(UInt8(ascii: ","), in: text) {
                    stack.append(.object(members, name: ""))
                    skipSpace(text)
                    try nameMember(text)
                    return nil
                }
                guard cursor.take(UInt8(ascii: "}"), in: text) else { throw cursor.unexpected("a comma or }") }
                value = .object(members)
            }
        }
    }

    private mutating func open(_ new: Open) throws(SyntaxError) {
        guard stack.count < JSONValue.depthLimit else { throw cursor.unexpected("less depth") }
        stack.append(new)
        cursor.offset += 1
    }

    private mutating func nameMember(_ text: Span<UInt8>) throws(SyntaxError) {
        guard cursor.peek(in: text) == UInt8(ascii: "\"") else { throw cursor.unexpected("a name") }
        let name = try string(text)
        skipSpace(text)
        guard cursor.take(UInt8(ascii: ":"), in: text) else { throw cursor.unexpected("a colon") }
        guard case .object(let members, _) = stack.popLast() else { return }
        stack.append(.object(members, name: name))
    }

    private mutating func skipSpace(_ text: Span<UInt8>) {
        while let octet = cursor.peek(in: text), [0x20, 0x09, 0x0A, 0x0D].contains(octet) { cursor.offset += 1 }
    }

    private mutating func word(
        _ word: StaticString,
        _ value: JSONValue,
        _ text: Span<UInt8>
    ) throws(SyntaxError) -> JSONValue {
        for octet in word.description.utf8 {
            guard cursor.take(octet, in: text) else { throw cursor.unexpected("a value") }
        }
        return value
    }

    /// RFC 8259 §6.
    private mutating func number(_ text: Span<UInt8>) throws(SyntaxError) -> JSONValue {
        let start = cursor.offset
        let digit = ByteClass.digit
        _ = cursor.take(UInt8(ascii: "-"), in: text)
        let whole = cursor.run(of: digit, in: text)
        guard !whole.isEmpty, whole.count == 1 || text[whole.lowerBound] != UInt8(ascii: "0") else {
            throw cursor.unexpected("a value")
        }
        var isWhole = true
        if cursor.take(UInt8(ascii: "."), in: text) {
            isWhole = false
            guard !cursor.run(of: digit, in: text).isEmpty else { throw cursor.unexpected("a digit") }
        }
        if cursor.take(UInt8(ascii: "e"), in: text) || cursor.take(UInt8(ascii: "E"), in: text) {
            isWhole = false
            if !cursor.take(UInt8(ascii: "+"), in: text) { _ = cursor.take(UInt8(ascii: "-"), in: text) }
            guard !cursor.run(of: digit, in: text).isEmpty else { throw cursor.unexpected("a digit") }
        }
        // More digits than any number needs are no number that anybody means.
        guard cursor.offset - start <= 64 else { throw cursor.unexpected("a shorter number") }
        let digits = String(decoding: text.extracting(start..<cursor.offset))
        if isWhole, let integer = Int(digits) { return .integer(integer) }
        guard let number = Double(digits), number.isFinite else { throw cursor.unexpected("a number") }
        return .number(number)
    }

    /// RFC 8259 §7. Both halves of a surrogate pair have to be there.
    private mutating func string(_ text: Span<UInt8>) throws(SyntaxError) -> String {
        cursor.offset += 1
        var octets: [UInt8] = []
        while let octet = cursor.next(in: text) {
            switch octet {
            case UInt8(ascii: "\""):
                guard let string = String(validating: octets, as: UTF8.self) else { throw cursor.unexpected("UTF-8") }
                return string
            case UInt8(ascii: "\\"): octets.append(contentsOf: String(try escape(text)).utf8)
            case 0..<0x20: throw cursor.unexpected("no control character")
            default: octets.append(octet)
            }
        }
        throw cursor.unexpected("the end of a string")
    }

    private mutating func escape(_ text: Span<UInt8>) throws(SyntaxError) -> Unicode.Scalar {
        switch cursor.next(in: text) {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var unit = try hexadecimal(text)
            if (0xD800...0xDBFF).contains(unit) {
                guard cursor.take(UInt8(ascii: "\\"), in: text), cursor.take(UInt8(ascii: "u"), in: text) else {
                    throw cursor.unexpected("the second half of a pair")
                }
                let low = try hexadecimal(text)
                guard (0xDC00...0xDFFF).contains(low) else { throw cursor.unexpected("the second half of a pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw cursor.unexpected("the first half of a pair") }
            return scalar
        default: throw cursor.unexpected("an escape")
        }
    }

    private mutating func hexadecimal(_ text: Span<UInt8>) throws(SyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = cursor.next(in: text)?.hexValue else { throw cursor.unexpected("a hexadecimal digit") }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
