internal import Octets

/// Takes the words of a record's text, which stand between blanks.
struct RecordTextReader {
    private let octets: [UInt8]
    private var cursor: Cursor
    /// Where the word that was taken last begins.
    private var start = 0

    init(_ text: String) {
        octets = Array(text.utf8)
        cursor = Cursor(end: octets.count)
    }

    /// What is wrong with the word that was taken last.
    func unexpected(_ expected: String) -> SyntaxError { SyntaxError(offset: start, expected: expected) }

    mutating func takeGenericMark() -> Bool {
        skipBlanks()
        guard take("\\#") else { return false }
        guard let next = cursor.peek(in: octets.span), !ByteClass.whitespace.contains(next) else { return true }
        cursor.offset -= 2
        return false
    }

    /// The octets after `\#`, read by the rules of the type.
    mutating func generic(_ type: RecordType) throws(SyntaxError) -> RecordData {
        let count: UInt16 = try number()
        let data = count == 0 ? [] : try hexadecimal()
        guard data.count == Int(count) else { throw unexpected("as many octets as the number says") }
        try expectEnd()
        var reader = MessageReader(cursor: Cursor(over: data.span))
        let read: RecordData
        // Its offset is one in the data.
        do { read = try reader.data(of: type, in: .internet, data.span) } catch { throw unexpected(error.expected) }
        guard reader.cursor.isAtEnd else { throw unexpected("data of the type") }
        return read
    }

    mutating func word() throws(SyntaxError) -> String {
        skipBlanks()
        start = cursor.offset
        while let octet = cursor.peek(in: octets.span), !ByteClass.whitespace.contains(octet) { cursor.offset += 1 }
        guard cursor.offset > start else { throw unexpected("another word") }
        return String(decoding: octets[start..<cursor.offset], as: UTF8.self)
    }

    mutating func number<Value: FixedWidthInteger & UnsignedInteger>() throws(SyntaxError) -> Value {
        let word = try word()
        guard let value = decimal(Array(word.utf8).span, as: Value.self) else {
            throw unexpected("number from 0 to \(Value.max)")
        }
        return value
    }

    mutating func name() throws(SyntaxError) -> Name {
        let word = try word()
        do { return try Name(word) } catch {
            throw SyntaxError(offset: start + error.offset, expected: error.expected)
        }
    }

    /// Pairs of digits up to the end, with blanks between any two.
    mutating func hexadecimal() throws(SyntaxError) -> [UInt8] {
        var data: [UInt8] = []
        var high: UInt8?
        skipBlanks()
        start = cursor.offset
        while let octet = next() {
            if ByteClass.whitespace.contains(octet) { continue }
            guard let digit = octet.hexValue else { throw unexpected("hexadecimal digits") }
            if let first = high {
                data.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil, !data.isEmpty else { throw unexpected("pairs of hexadecimal digits") }
        return data
    }

    /// At least one string, in quotes or up to a blank (RFC 1035 §5.1).
    mutating func strings() throws(SyntaxError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        repeat { strings.append(try string()) } while !isAtEnd()
        return strings
    }

    private mutating func string() throws(SyntaxError) -> [UInt8] {
        skipBlanks()
        start = cursor.offset
        guard !cursor.isAtEnd else { throw unexpected("character string") }
        let isQuoted = take("\"")
        var string: [UInt8] = []
        while true {
            guard let octet = cursor.peek(in: octets.span) else {
                guard !isQuoted else { throw unexpected("quote at the end of the character string") }
                break
            }
            if isQuoted ? octet == UInt8(ascii: "\"") : ByteClass.whitespace.contains(octet) { break }
            cursor.offset += 1
            string.append(octet == UInt8(ascii: "\\") ? try escaped() : octet)
            guard string.count <= 255 else { throw unexpected("character string of at most 255 octets") }
        }
        if isQuoted { cursor.offset += 1 }
        return string
    }

    private mutating func escaped() throws(SyntaxError) -> UInt8 {
        guard let first = next() else { throw cursor.unexpected("escaped octet") }
        guard let hundreds = first.digitValue else { return first }
        guard let tens = next()?.digitValue, let ones = next()?.digitValue,
            let octet = UInt8(exactly: Int(hundreds) * 100 + Int(tens) * 10 + Int(ones))
        else { throw cursor.unexpected("three digits of at most 255") }
        return octet
    }

    mutating func expectEnd() throws(SyntaxError) {
        guard isAtEnd() else { throw cursor.unexpected("end of the record") }
    }

    private mutating func isAtEnd() -> Bool {
        skipBlanks()
        return cursor.isAtEnd
    }

    // The octets are not the cursor's: it may not be changed while they are looked at in place.

    private mutating func next() -> UInt8? {
        let octets = octets
        return cursor.next(in: octets.span)
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let octets = octets
        return cursor.take(word: word, in: octets.span)
    }

    private mutating func skipBlanks() {
        let octets = octets
        _ = cursor.run(of: .whitespace, in: octets.span)
    }
}
