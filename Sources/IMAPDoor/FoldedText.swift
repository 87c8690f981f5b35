internal import Octets

/// Text as SEARCH compares it: in the form of i;unicode-casemap. RFC 3501 §6.4.4, RFC 5255 §4.
struct FoldedText {
    private(set) var octets: [UInt8]

    /// The folded form of UTF-8; what is damaged counts as U+FFFD.
    init(_ text: [UInt8]) { octets = UnicodeCasemap.map(text) }

    /// Octets without the marks above and below letters: U+0300…U+036F.
    static func withoutMarks(_ octets: Span<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            let next = index + 1 < octets.count ? octets[index + 1] : 0
            if octets[index] == 0xCC && next >= 0x80 || octets[index] == 0xCD && (0x80..<0xB0).contains(next) {
                index += 2
            } else {
                plain.append(octets[index])
                index += 1
            }
        }
        return plain
    }
}

/// Text to be found in other text, prepared once: the time of a search is linear in the text (Knuth, Morris, Pratt).
struct Needle {
    private let octets: [UInt8]
    /// For each length of a match, how much of it may still be one after the next octet fails.
    private let fallbacks: [Int]
    /// Whether it stands in an ENVELOPE just as it is: in a subject, or in the parts of an address.
    private let isPlainText: Bool
    private let isPlainName: Bool
    /// Whether `e` is found where `é` stands, and the other way round.
    private let ignoresMarks: Bool

    init(_ text: [UInt8], ignoringMarks ignoresMarks: Bool = false) {
        self.ignoresMarks = ignoresMarks
        let folded = FoldedText(text)
        octets = ignoresMarks ? FoldedText.withoutMarks(folded.octets.span) : folded.octets
        isPlainText = octets.allSatisfy { $0 < 0x80 && !Needle.escaped.contains($0) }
        isPlainName = octets.allSatisfy { $0 < 0x80 && !Needle.joints.contains($0) }
        var fallbacks = [Int](repeating: 0, count: octets.count + 1)
        var length = 0
        for index in octets.indices.dropFirst() {
            while length > 0, octets[index] != octets[length] { length = fallbacks[length] }
            if octets[index] == octets[length] { length += 1 }
            fallbacks[index + 1] = length
        }
        self.fallbacks = fallbacks
    }

    /// Whether it is empty, and so is everywhere.
    var isEmpty: Bool { octets.isEmpty }

    /// Whether it stands somewhere in `text`.
    func isIn(_ text: FoldedText) -> Bool { isIn(text.octets.span) }

    /// Whether it stands somewhere in `text`, which is folded.
    func isIn(_ text: Span<UInt8>) -> Bool {
        guard ignoresMarks else { return isIn(text) { $0 } }
        return isIn(FoldedText.withoutMarks(text).span) { $0 }
    }

    /// Whether it stands somewhere in `text`, each octet of which becomes another first.
    @inline(__always)
    private func isIn(_ text: Span<UInt8>, _ mapped: (UInt8) -> UInt8) -> Bool {
        let needle = octets.span
        guard needle.count > 0 else { return true }
        let first = needle[0]
        var length = 0
        for index in text.indices {
            let octet = mapped(text[index])
            if length == 0 {
                if octet != first { continue }
                length = 1
            } else {
                while length > 0, needle[length] != octet { length = fallbacks[length] }
                if needle[length] == octet { length += 1 }
            }
            if length == needle.count { return true }
        }
        return false
    }

    /// Whether it could stand in what `envelope`, an ENVELOPE as it is sent, means in `field`: false is sure. Most
    /// messages that do not match are told from their octets so, with nothing parsed or decoded.
    func mayBeIn(_ envelope: [UInt8], _ field: SearchCondition.EnvelopeField) -> Bool {
        guard field == .subject ? isPlainText : isPlainName else { return true }
        let text = envelope.span
        // Encoded words, and octets that folding may change into ASCII: only a look inside can tell.
        var all: UInt8 = 0
        var questions = 0
        for index in text.indices {
            all |= text[index]
            questions &+= text[index] == UInt8(ascii: "?") ? 1 : 0
        }
        if all >= 0x80 || questions > 0 && hasEncodedWord(text) { return true }
        return isIn(text) { $0.asciiUppercased }
    }

    private func hasEncodedWord(_ text: Span<UInt8>) -> Bool {
        for index in 1..<max(1, text.count)
        where text[index] == UInt8(ascii: "?") && text[index - 1] == UInt8(ascii: "=") {
            return true
        }
        return false
    }

    /// What stands otherwise in an ENVELOPE: escaped, or on several lines.
    private static let escaped = ByteClass("\"\\\r\n")
    /// The joints of an address.
    private static let joints = escaped.union(ByteClass("@<>, "))
}
