internal import DNS
internal import Octets

/// A line `name type value` of `FixedNames` or of the overrides of a `Resolver`.
struct FixedEntry {
    enum Value {
        case record(RecordData)
        /// Nil for all types.
        case behaviour(FixedNames.Behaviour, RecordType?)
    }

    var name: Name
    var value: Value

    /// Reads a line; nil for an empty one and for a comment. The offset of an error counts octets of the line.
    init?(_ line: String) throws(SyntaxError) {
        let octets = Array(line.utf8)
        let blanks = ByteClass.whitespace.union(ByteClass("\r"))
        var cursor = Cursor(end: octets.count)
        var starts: [Int] = []
        var words: [String] = []
        for _ in 0..<2 {
            _ = cursor.run(of: blanks, in: octets.span)
            let start = cursor.offset
            while let octet = cursor.peek(in: octets.span), !blanks.contains(octet) { cursor.offset += 1 }
            starts.append(start)
            words.append(String(decoding: octets[start..<cursor.offset], as: UTF8.self))
        }
        _ = cursor.run(of: blanks, in: octets.span)
        if words[0].isEmpty || words[0].utf8.first == UInt8(ascii: "#") { return nil }
        var end = octets.count
        while end > cursor.offset, blanks.contains(octets[end - 1]) { end -= 1 }
        let value = String(decoding: octets[cursor.offset..<end], as: UTF8.self)

        guard let name = try? InternationalDomain.name(words[0]) else {
            throw SyntaxError(offset: starts[0], expected: "name")
        }
        self.name = name
        let type = RecordType(words[1])
        guard type != nil || words[1] == "*" else { throw SyntaxError(offset: starts[1], expected: "type of a record") }
        if value.utf8.first == UInt8(ascii: "!") {
            guard let behaviour = FixedNames.Behaviour(rawValue: String(value.dropFirst())) else {
                throw SyntaxError(offset: cursor.offset, expected: "!temporary, !refused or !authenticated")
            }
            self.value = .behaviour(behaviour, type)
            return
        }
        guard let type else { throw SyntaxError(offset: cursor.offset, expected: "! and what happens") }
        do { self.value = .record(try RecordData(type, parsing: value)) } catch {
            throw SyntaxError(offset: cursor.offset + error.offset, expected: error.expected)
        }
    }
}
