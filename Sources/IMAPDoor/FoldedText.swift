internal import Octets

/// Text as SEARCH compares it: UTF-8 in which case does not matter. RFC 3501 §6.4.4.
///
/// ASCII, which most mail is, is folded octet by octet; other text by Unicode's lower-case mapping.
struct FoldedText {
    private(set) var octets: [UInt8]

    /// The folded form of UTF-8; what is damaged counts as U+FFFD.
    init(_ text: [UInt8]) {
        octets = text
        if FoldedText.foldASCII(&octets) { return }
        octets = Array(String(decoding: text, as: UTF8.self).lowercased().utf8)
    }

    /// Folds ASCII letters; false, and nothing sensible done, if there are other octets.
    private static func foldASCII(_ octets: inout [UInt8]) -> Bool {
        var seen: UInt8 = 0
        for index in octets.indices {
            seen |= octets[index]
            octets[index] = octets[index].asciiLowercased
        }
        return seen < 0x80
    }
}

/// Text to be found in other text, prepared once: the time of a search is linear in the text (Knuth, Morris, Pratt).
struct Needle {
    private let octets: [UInt8]
    /// For each length of a match, how much of it may still be one after the next octet fails.
    private let fallbacks: [Int]

    init(_ text: [UInt8]) {
        octets = FoldedText(text).octets
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
    func isIn(_ text: FoldedText) -> Bool {
        let needle = octets.span
        let text = text.octets.span
        guard needle.count > 0 else { return true }
        let first = needle[0]
        var length = 0
        for index in text.indices {
            let octet = text[index]
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
        // These stand otherwise in an ENVELOPE: escaped, or as the joints of an address.
        let joints: StaticString = field == .subject ? "\"\\\r\n" : "\"\\\r\n@<>, "
        let set = ByteClass(joints)
        guard !octets.contains(where: { $0 >= 0x80 || set.contains($0) }) else { return true }
        let needle = octets.span
        let text = envelope.span
        var length = 0
        var before: UInt8 = 0
        for index in text.indices {
            let octet = text[index].asciiLowercased
            // An encoded word, or an octet that case folding may change into ASCII.
            if octet >= 0x80 || octet == UInt8(ascii: "?") && before == UInt8(ascii: "=") { return true }
            before = octet
            if length == needle.count { continue }
            while length > 0, needle[length] != octet { length = fallbacks[length] }
            if needle[length] == octet { length += 1 }
        }
        return length == needle.count
    }
}
