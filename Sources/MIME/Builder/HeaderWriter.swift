internal import Octets

/// Writes header fields, folded so that no line is longer than 78 octets where a blank allows it. RFC 5322 §2.1.1, §2.2.3.
struct HeaderWriter {
    private(set) var octets: [UInt8] = []
    private var column = 0

    private static var lineLength: Int { 78 }
    /// RFC 2047 §2 allows 75; this fits behind the longest field name.
    private static var encodedWordLength: Int { 68 }

    /// Words of ASCII that the caller made itself, a blank or a fold between.
    mutating func field(_ name: String, words: [String]) {
        begin(name)
        for word in words { append(word: Array(word.utf8)) }
        end()
    }

    /// Unstructured text. RFC 5322 §3.2.5.
    mutating func field(_ name: String, text: String) throws(MessageBuilder.Problem) {
        try Self.check(text)
        begin(name)
        for word in Self.words(of: text) { append(word: word) }
        end()
    }

    /// A list of addresses. RFC 5322 §3.4.
    mutating func field(_ name: String, people: [MessageBuilder.Person]) throws(MessageBuilder.Problem) {
        begin(name)
        for (index, person) in people.enumerated() {
            try Self.check(person.name)
            try Self.check(person.address)
            let address = try Self.addrSpec(person.address)
            let comma: [UInt8] = index + 1 < people.count ? [0x2C] : []
            if person.name.isEmpty {
                append(word: address + comma)
            } else {
                for word in Self.phrase(person.name) { append(word: word) }
                append(word: [0x3C] + address + [0x3E] + comma)
            }
        }
        end()
    }

    /// Message identifiers. RFC 5322 §3.6.4.
    mutating func field(_ name: String, identifiers: [String]) throws(MessageBuilder.Problem) {
        begin(name)
        for identifier in identifiers {
            let octets = Array(identifier.utf8)
            guard octets.count >= 5, octets.count <= 900, octets.first == 0x3C, octets.last == 0x3E,
                octets.allSatisfy({ ByteClass.visible.contains($0) }), octets.contains(0x40),
                !octets.dropFirst().dropLast().contains(where: { $0 == 0x3C || $0 == 0x3E })
            else { throw .identifier }
            append(word: octets)
        }
        end()
    }

    // MARK: Lines

    private mutating func begin(_ name: String) {
        octets.append(ascii: name)
        octets.append(0x3A)
        column = name.utf8.count + 1
    }

    private mutating func append(word: [UInt8]) {
        if column + 1 + word.count > Self.lineLength, column > 1 {
            octets.append(.carriageReturn)
            octets.append(.lineFeed)
            column = 0
        }
        octets.append(.space)
        octets += word
        column += 1 + word.count
    }

    private mutating func end() {
        octets.append(.carriageReturn)
        octets.append(.lineFeed)
        column = 0
    }

    // MARK: Words

    private static func check(_ text: String) throws(MessageBuilder.Problem) {
        for byte in text.utf8 where byte == .carriageReturn || byte == .lineFeed || byte == 0 { throw .controlOctet }
    }

    /// `local@domain`, the local part a dot-atom or in quotes already; UTF-8 is let through. RFC 5322 §3.4.1, RFC 6532 §3.2.
    private static func addrSpec(_ address: String) throws(MessageBuilder.Problem) -> [UInt8] {
        let octets = Array(address.utf8)
        guard octets.count <= 900, let at = octets.lastIndex(of: 0x40), at > 0, at + 1 < octets.count else {
            throw .address
        }
        let domain = octets[(at + 1)...]
        guard domain.allSatisfy({ atomText.contains($0) || $0 == 0x2E || $0 == 0x5B || $0 == 0x5D || $0 == 0x3A })
        else {
            throw .address
        }
        let local = octets[..<at]
        let isDotAtom = local.allSatisfy { atomText.contains($0) || $0 == 0x2E }
        if isDotAtom, local.first != 0x2E, local.last != 0x2E { return octets }
        if local.count >= 2, local.first == 0x22, local.last == 0x22 { return try quotedLocal(local) + octets[at...] }
        throw .address
    }

    /// A local part that came in quotes: nothing in it may end them early.
    private static func quotedLocal(_ local: ArraySlice<UInt8>) throws(MessageBuilder.Problem) -> [UInt8] {
        var isEscaped = false
        for byte in local.dropFirst().dropLast() {
            guard byte >= 0x20, byte != 0x7F, isEscaped || byte != 0x22 else { throw .address }
            isEscaped = !isEscaped && byte == 0x5C
        }
        guard !isEscaped else { throw .address }
        return Array(local)
    }

    /// ATEXT with UTF-8. RFC 5322 §3.2.3, RFC 6532 §3.2.
    private static let atomText = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~"))
        .union(ByteClass { $0 >= 0x80 })

    /// A display name: atoms, or one quoted string, or encoded words. RFC 5322 §3.2.5.
    private static func phrase(_ name: String) -> [[UInt8]] {
        let octets = Array(name.utf8)
        if needsEncoding(octets) { return encodedWords(name) }
        if octets.allSatisfy({ atomText.contains($0) || $0 == .space }), octets.first != .space, octets.last != .space {
            return octets.split(separator: .space).map { Array($0) }
        }
        return [quoted(octets)]
    }

    private static func quoted(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = [0x22]
        for byte in octets {
            if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
            text.append(byte)
        }
        text.append(0x22)
        return text
    }

    /// Words between which the text has single blanks; encoded words if it cannot be written so.
    private static func words(of text: String) -> [[UInt8]] {
        let octets = Array(text.utf8)
        guard !needsEncoding(octets) else { return encodedWords(text) }
        return octets.split(separator: .space, omittingEmptySubsequences: false).map { Array($0) }
    }

    /// Whether the text is not ASCII, has controls, words too long for a line, or what a reader would take for an encoded
    /// word, or blanks that a fold would lose.
    private static func needsEncoding(_ octets: [UInt8]) -> Bool {
        var run = 0
        var last: UInt8 = .space
        for byte in octets {
            if byte >= 0x7F || byte < 0x20 || (last == 0x3D && byte == 0x3F) { return true }
            if byte == .space, last == .space { return true }
            run = byte == .space ? 0 : run + 1
            if run > 900 { return true }
            last = byte
        }
        return !octets.isEmpty && last == .space
    }

    /// `text` as UTF-8 encoded words, in the shorter of B and Q, no character cut. RFC 2047 §2, §5.
    private static func encodedWords(_ text: String) -> [[UInt8]] {
        let octets = Array(text.utf8)
        let quotedLength = octets.reduce(0) { $0 + (isPlainQ($1) ? 1 : 3) }
        let isBase64 = (octets.count + 2) / 3 * 4 < quotedLength
        let room = encodedWordLength - "=?utf-8?q??=".utf8.count
        var words: [[UInt8]] = []
        var chunk: [UInt8] = []
        var length = 0
        func flush() {
            guard !chunk.isEmpty else { return }
            var word = Array((isBase64 ? "=?utf-8?b?" : "=?utf-8?q?").utf8)
            word += isBase64 ? Base64.encode(chunk.span) : encodedQ(chunk)
            words.append(word + [0x3F, 0x3D])
            chunk.removeAll(keepingCapacity: true)
            length = 0
        }
        for scalar in text.unicodeScalars {
            let scalarOctets = Array(String(scalar).utf8)
            let width = scalarOctets.reduce(0) { $0 + (isPlainQ($1) ? 1 : 3) }
            let isFull = isBase64 ? (chunk.count + scalarOctets.count + 2) / 3 * 4 > room : length + width > room
            if isFull { flush() }
            chunk += scalarOctets
            length += width
        }
        flush()
        return words
    }

    private static func encodedQ(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for byte in octets {
            if byte == .space {
                text.append(0x5F)
            } else if isPlainQ(byte) {
                text.append(byte)
            } else {
                TransferEncoder.append(code: byte, to: &text)
            }
        }
        return text
    }

    /// What may stand for itself in a phrase too, and the space, which becomes `_`. RFC 2047 §5.
    private static func isPlainQ(_ byte: UInt8) -> Bool {
        byte == .space || ByteClass.alphaNumeric.contains(byte) || "!*+-/".utf8.contains(byte)
    }
}
