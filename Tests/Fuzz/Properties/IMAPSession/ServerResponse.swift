/// One response of an IMAP server, read by rules written down apart from the code that writes it. RFC 9051 §9.
struct ServerResponse {
    enum Kind: Equatable {
        /// `+`.
        case continuation
        /// OK, NO, BAD, BYE or PREAUTH.
        case status(String)
        /// Anything else, with the number before its name.
        case data(String, number: Int?)
    }

    /// nil for `*` and `+`.
    var tag: [UInt8]?
    var kind: Kind
    /// Without the CRLF.
    var octets: [UInt8]

    var text: String { String(decoding: octets, as: UTF8.self) }

    /// All responses of `octets`, which must be whole, and nothing else; octets beyond ASCII only where `hasUTF8`.
    static func all(of octets: [UInt8], hasUTF8: Bool) -> [ServerResponse] {
        var reader = ResponseReader(octets: octets, hasUTF8: hasUTF8)
        var responses: [ServerResponse] = []
        while reader.position < octets.count { responses.append(reader.next()) }
        return responses
    }
}

/// Reads responses one after the other; what no grammar has ends the process.
private struct ResponseReader {
    let octets: [UInt8]
    let hasUTF8: Bool
    var position = 0
    private var start = 0

    init(octets: [UInt8], hasUTF8: Bool) {
        self.octets = octets
        self.hasUTF8 = hasUTF8
    }

    /// Says what is wrong, and where.
    private func fail(_ wanted: String) -> Never {
        let around = octets[start..<min(octets.count, max(position, start) + 80)]
        preconditionFailure(
            "\(wanted) at \(position - start) of a response: \(String(decoding: around, as: UTF8.self))"
        )
    }

    private func peek(_ ahead: Int = 0) -> UInt8 {
        guard position + ahead < octets.count else { fail("the response ends too early") }
        return octets[position + ahead]
    }

    private mutating func expect(_ text: String) {
        for byte in text.utf8 {
            guard peek() == byte else { fail("expected \(text)") }
            position += 1
        }
    }

    private func isAt(_ byte: Unicode.Scalar) -> Bool { UInt32(peek()) == byte.value }

    private mutating func word() -> String {
        let first = position
        while peek() > 0x20, peek() < 0x7F, !isAt("("), !isAt(")"), !isAt("\""), !isAt("["), !isAt("]") {
            position += 1
        }
        guard position > first else { fail("expected a word") }
        return String(decoding: octets[first..<position], as: UTF8.self)
    }

    mutating func next() -> ServerResponse {
        start = position
        if isAt("+") {
            position += 1
            if !isAt("\r") { expect(" ") }
            return ServerResponse(tag: nil, kind: .continuation, octets: restOfLine())
        }
        let first = position
        while peek() > 0x20, peek() < 0x7F { position += 1 }
        let tag = Array(octets[first..<position])
        guard !tag.isEmpty, tag == [0x2A] || !tag.contains(where: { "(){%*\"\\+".utf8.contains($0) }) else {
            fail("a tag")
        }
        expect(" ")
        let number = self.number()
        let name = word().uppercased()
        let isStatus = number == nil && ["OK", "NO", "BAD", "BYE", "PREAUTH"].contains(name)
        guard isStatus || tag == [0x2A] else { fail("a status response behind a tag") }
        if isStatus {
            readStatus()
        } else {
            readValues(hasSections: name == "FETCH" || name == "UIDFETCH")
        }
        expect("\r\n")
        return ServerResponse(
            tag: tag == [0x2A] ? nil : tag,
            kind: isStatus ? .status(name) : .data(name, number: number),
            octets: Array(octets[start..<position - 2])
        )
    }

    /// A number and a space, if they come.
    private mutating func number() -> Int? {
        guard (0x30...0x39).contains(peek()) else { return nil }
        let text = word()
        guard let number = Int(text), number < 1 << 32, String(number) == text else { fail("a number of 32 bits") }
        expect(" ")
        return number
    }

    /// Octets up to the end of the line.
    private mutating func restOfLine() -> [UInt8] {
        while !isAt("\r") {
            guard peek() != 0, peek() != 0x0A, hasUTF8 || peek() < 0x80 else { fail("an octet of text") }
            position += 1
        }
        let line = Array(octets[start..<position])
        expect("\r\n")
        return line
    }

    /// A code in brackets, if there is one, and text: there must be one of them.
    private mutating func readStatus() {
        expect(" ")
        if isAt("[") {
            position += 1
            var depth = 0
            // A URL is text as it came: neither a string nor a list. RFC 4469 §5.
            let isText = word().uppercased() == "BADURL"
            while !isAt("]") || depth > 0 {
                if !isText, isAt("\"") || isAt("{") {
                    readString()
                    continue
                }
                if !isText { depth += isAt("(") ? 1 : isAt(")") ? -1 : 0 }
                guard depth >= 0, peek() >= 0x20, hasUTF8 || peek() < 0x7F else { fail("a response code") }
                position += 1
            }
            position += 1
            if isAt("\r") { return }
            expect(" ")
        }
        guard !isAt("\r") else { fail("text") }
        while !isAt("\r") {
            guard peek() != 0, peek() != 0x0A, hasUTF8 || peek() < 0x80 else { fail("an octet of text") }
            position += 1
        }
    }

    private enum Last { case value, space, opening }

    /// Values, each behind one space, up to the end of the line: lists that are closed, strings, words. Lists may follow
    /// each other without a space: parts of a multipart, threads.
    private mutating func readValues(hasSections: Bool) {
        var depth = 0
        var last = Last.value
        while true {
            switch peek() {
            case 0x0D where depth == 0:
                guard last == .value else { fail("a value behind the space") }
                return
            case UInt8(ascii: " "):
                guard last == .value else { fail("one space") }
                position += 1
                last = .space
            case UInt8(ascii: "("):
                guard last != .value || octets[position - 1] == UInt8(ascii: ")") else { fail("a space before a list") }
                position += 1
                depth += 1
                last = .opening
            case UInt8(ascii: ")"):
                guard depth > 0, last != .space else { fail("a list that ends rightly") }
                position += 1
                depth -= 1
                last = .value
            default:
                guard last != .value else { fail("a space between values") }
                if isAt("\"") || isAt("{") || isAt("~") && peek(1) == UInt8(ascii: "{") {
                    readString(mayHaveNUL: hasSections)
                } else {
                    readAtom(hasSections: hasSections)
                }
                last = .value
            }
        }
    }

    /// An atom, a flag, or an item of FETCH with its section. In a name of a mailbox a bracket is as any character.
    private mutating func readAtom(hasSections: Bool) {
        let first = position
        while peek() > 0x20, peek() < 0x7F, !isAt("("), !isAt(")"), !isAt("\"") {
            if hasSections, isAt("[") {
                while !isAt("]") {
                    if isAt("\"") {
                        readString()
                        continue
                    }
                    guard peek() >= 0x20, peek() < 0x7F else { fail("a section") }
                    position += 1
                }
            }
            position += 1
        }
        guard position > first else { fail("a value") }
    }

    /// A quoted string or a literal. A message is sent as it came, and one that came with NUL has it.
    private mutating func readString(mayHaveNUL: Bool = false) {
        if isAt("\"") {
            position += 1
            while !isAt("\"") {
                if isAt("\\") {
                    position += 1
                    guard isAt("\"") || isAt("\\") else { fail("an escape") }
                }
                guard peek() != 0, peek() != 0x0D, peek() != 0x0A, hasUTF8 || peek() < 0x80 else {
                    fail("a quoted string")
                }
                position += 1
            }
            position += 1
            return
        }
        let isBinary = isAt("~")
        if isBinary { position += 1 }
        expect("{")
        var count = 0
        while (0x30...0x39).contains(peek()), count < 1 << 32 {
            count = count * 10 + Int(peek() - 0x30)
            position += 1
        }
        expect("}\r\n")
        guard count <= octets.count - position else { fail("a whole literal") }
        guard isBinary || mayHaveNUL || !octets[position..<position + count].contains(0) else {
            fail("no NUL in a literal")
        }
        position += count
    }
}
