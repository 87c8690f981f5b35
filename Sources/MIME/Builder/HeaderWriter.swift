internal import Octets

/// Writes header fields, folded so that no line is longer than 78 octets where a blank allows it, none with an encoded
/// word in it longer than 76, and none longer than 998. RFC 5322 §2.1.1, §2.2.3, RFC 2047 §2.
struct HeaderWriter {
    private(set) var octets: [UInt8] = []
    /// Whether UTF-8 may stand in a field as it is. RFC 6532 §3.
    let isUTF8: Bool
    private var column = 0
    private var hasEncodedWord = false
    /// Whether the field has nothing but its name so far.
    private var isBare = false
    /// Octets of a line that are kept free behind each word.
    var reserved = 0

    private static var lineLength: Int { 78 }
    private static var encodedLineLength: Int { 76 }
    /// A longer word cannot be written: with a field name or a fold it would come near 998 octets.
    static var wordLimit: Int { 900 }

    init(isUTF8: Bool = false) {
        self.isUTF8 = isUTF8
    }

    // MARK: Fields

    /// Words of visible ASCII (or UTF-8 if the header may have it) and blanks, a single blank or a fold between them.
    mutating func field(_ name: String, words: [String]) throws(MessageBuilder.Problem) {
        begin(name)
        for word in words { try append(checked: word) }
        end()
    }

    /// Unstructured text. RFC 5322 §3.2.5.
    mutating func field(_ name: String, text: String) throws(MessageBuilder.Problem) {
        try Self.check(text)
        begin(name)
        append(HeaderRuns(unstructured: Array(text.utf8), isUTF8: isUTF8), safe: EncodedWordWriter.textSafe)
        end()
    }

    /// Message identifiers. RFC 5322 §3.6.4.
    mutating func field(_ name: String, identifiers: [String]) throws(MessageBuilder.Problem) {
        begin(name)
        for identifier in identifiers { append(word: try Self.identifier(identifier)) }
        end()
    }

    /// Parts of a field, each already in its final form: parameters, addresses.
    mutating func field(_ name: String, pieces: [[UInt8]]) throws(MessageBuilder.Problem) {
        begin(name)
        for piece in pieces {
            guard piece.count <= Self.wordLimit else { throw .tooLong }
            append(word: piece)
        }
        end()
    }

    // MARK: Lines

    mutating func begin(_ name: String) {
        octets.append(ascii: name)
        octets.append(0x3A)
        column = name.utf8.count + 1
        hasEncodedWord = false
        isBare = true
    }

    /// Appends `word` behind `gap`. If the line would get too long, it ends before the gap.
    mutating func append(word: [UInt8], gap: [UInt8] = [.space]) {
        let limit = hasEncodedWord ? Self.encodedLineLength : Self.lineLength
        if column + gap.count + word.count > limit - reserved, column > 1 { fold() }
        octets += gap
        octets += word
        column += gap.count + word.count
        isBare = false
    }

    /// Appends what belongs to the word before it.
    mutating func append(glued octet: UInt8) {
        octets.append(octet)
        column += 1
    }

    mutating func append(checked word: String) throws(MessageBuilder.Problem) {
        try Self.check(word)
        let octets = Array(word.utf8)
        guard octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .controlOctet }
        guard isUTF8 || octets.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
        guard octets.count <= Self.wordLimit else { throw .tooLong }
        guard octets.contains(where: { $0 != .space }) else { return }
        append(word: octets)
    }

    /// Appends plain words and encoded ones. `safe` are the octets that stand for themselves in the Q encoding.
    mutating func append(_ runs: HeaderRuns, safe: ByteClass) {
        for run in runs.runs {
            let gap = run.gap.map { Array(runs.octets[$0]) } ?? []
            let content = Array(runs.octets[run.content])
            guard run.isEncoded else {
                append(word: content, gap: gap.isEmpty ? [.space] : gap)
                continue
            }
            let words = EncodedWordWriter.shortest(
                content,
                column: column,
                mayFold: !isBare,
                lineLength: Self.encodedLineLength - reserved,
                safe: safe
            )
            for (index, word) in words.enumerated() {
                if word.isFolded { fold() }
                let blank = index == 0 && gap.count == 1 ? gap : [.space]
                octets += blank
                octets += word.octets
                column += 1 + word.octets.count
            }
            hasEncodedWord = true
            isBare = false
        }
    }

    mutating func end() {
        octets.append(.carriageReturn)
        octets.append(.lineFeed)
        column = 0
        hasEncodedWord = false
    }

    private mutating func fold() {
        end()
    }

    // MARK: Checks

    static func check(_ text: String) throws(MessageBuilder.Problem) {
        for byte in text.utf8 where byte == .carriageReturn || byte == .lineFeed || byte == 0 { throw .controlOctet }
    }

    /// `<left@right>`. RFC 5322 §3.6.4.
    static func identifier(_ text: String) throws(MessageBuilder.Problem) -> [UInt8] {
        let octets = Array(text.utf8)
        guard isIdentifier(octets.span) else { throw .identifier }
        return octets
    }

    static func isIdentifier(_ octets: Span<UInt8>) -> Bool {
        guard octets.count >= 5, octets.count <= wordLimit, octets[0] == 0x3C, octets[octets.count - 1] == 0x3E else {
            return false
        }
        var atSigns = 0
        for index in 1..<(octets.count - 1) {
            let byte = octets[index]
            guard ByteClass.visible.contains(byte), byte != 0x3C, byte != 0x3E else { return false }
            if byte == 0x40 { atSigns += 1 }
        }
        return atSigns > 0 && octets[1] != 0x40 && octets[octets.count - 2] != 0x40
    }

    /// A field name of the caller's. RFC 5322 §3.6.8. Longer than 76 octets, and no value fits behind it.
    static func check(fieldName name: String) throws(MessageBuilder.Problem) {
        let octets = name.utf8
        guard (1...76).contains(octets.count), octets.allSatisfy({ ByteClass.visible.contains($0) && $0 != 0x3A })
        else {
            throw .fieldName
        }
    }

    /// A token of MIME. RFC 2045 §5.1.
    static func token(_ text: String) throws(MessageBuilder.Problem) -> [UInt8] {
        let octets = Array(text.utf8)
        guard (1...127).contains(octets.count), octets.allSatisfy(tokenText.contains) else { throw .token }
        return octets
    }

    /// RFC 2045 §5.1.
    static let tokenText = ByteClass.visible.subtracting(ByteClass("()<>@,;:\\\"/[]?="))
}
