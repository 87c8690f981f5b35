internal import Octets

/// Parameter values for people: RFC 2231 parts put together and decoded, else RFC 2047 words, which many mail programs
/// write there though RFC 2047 §5 forbids it.
extension ContentField {
    /// More continuations than this are not put together.
    private static var segmentLimit: Int { 100 }

    /// The value of the parameter called `name` (in lower case) as text; nil if there is none.
    func text(of name: String, charsets: some CharsetDecoder) -> String? {
        if let extended = extendedText(of: name, charsets: charsets) { return extended }
        return parameter(name).map { EncodedWord.decodedText($0.span, charsets: charsets) }
    }

    /// RFC 2231 §3, §4: `name*`, or `name*0`, `name*1*`, …
    private func extendedText(of name: String, charsets: some CharsetDecoder) -> String? {
        if let whole = parameter(name + "*") {
            let (charset, start) = Self.charset(of: whole)
            let octets = Self.percentDecoded(whole[start...])
            return charsets.decode(octets.span, charset: charset) ?? StandardCharsets.guess(octets.span)
        }
        var octets: [UInt8] = []
        var charset = ""
        var isExtended = false
        var segment = 0
        while segment < Self.segmentLimit {
            if let plain = parameter("\(name)*\(segment)") {
                octets += plain
            } else if let encoded = parameter("\(name)*\(segment)*") {
                isExtended = true
                var start = 0
                if segment == 0 { (charset, start) = Self.charset(of: encoded) }
                octets += Self.percentDecoded(encoded[start...])
            } else {
                break
            }
            segment += 1
        }
        guard segment > 0 else { return nil }
        guard isExtended else { return EncodedWord.decodedText(octets.span, charsets: charsets) }
        return charsets.decode(octets.span, charset: charset) ?? StandardCharsets.guess(octets.span)
    }

    /// `charset'language'` and where the text begins behind it; none if the quotes are missing.
    private static func charset(of value: [UInt8]) -> (charset: String, start: Int) {
        guard let first = value.firstIndex(of: 0x27),
            let second = value[(first + 1)...].firstIndex(of: 0x27)
        else { return ("", 0) }
        return (String(decoding: value[..<first], as: UTF8.self), second + 1)
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == 0x25, index + 2 < text.endIndex, let high = text[index + 1].hexValue,
                let low = text[index + 2].hexValue
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(text[index])
                index += 1
            }
        }
        return octets
    }
}
