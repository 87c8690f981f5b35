internal import Octets

/// Parameters of a field together: twice the same one (RFC 6838 §4.3), and the segments and encodings of RFC 2231.
extension Linter {
    /// What is known of the parameters that are one.
    private struct Segments {
        var offset: Int
        var isPlain = false
        var isExtended = false
        var numbers: Set<Int> = []
        /// Whether the first segment has a charset.
        var hasCharset = false
        var firstEncoded: Int?
    }

    /// A name taken apart: `name*1*`. RFC 2231 §3, §4.
    private struct Name {
        var base: String
        var number: Int?
        var isExtended = false
        var isWellFormed = true
    }

    /// Looks at all parameters of a field.
    mutating func lintParameters(_ parameters: [StrictContent.Parameter], of part: Int, in message: Span<UInt8>) {
        var names: Set<String> = []
        var order: [String] = []
        var known: [String: Segments] = [:]
        for parameter in parameters {
            let whole = String(decoding: message.extracting(parameter.name)).asciiLowercased
            let offset = parameter.name.lowerBound
            guard names.insert(whole).inserted else {
                found.add(.repeatedParameter, at: offset, part: part, message.shown(parameter.name))
                continue
            }
            let name = Self.name(whole)
            guard name.isWellFormed else {
                found.add(.parameterSegments, at: offset, part: part, message.shown(parameter.name))
                continue
            }
            if name.isExtended {
                lintExtended(parameter, isFirst: (name.number ?? 0) == 0, of: part, in: message)
            }
            if known[name.base] == nil { order.append(name.base) }
            var segments = known[name.base] ?? Segments(offset: offset)
            if let number = name.number {
                segments.numbers.insert(number)
                if number == 0 { segments.hasCharset = name.isExtended }
                if name.isExtended, number > 0, segments.firstEncoded == nil { segments.firstEncoded = offset }
            } else if name.isExtended {
                segments.isExtended = true
            } else {
                segments.isPlain = true
            }
            known[name.base] = segments
        }
        for base in order { if let segments = known[base] { lintSegments(segments, base, of: part) } }
    }

    private mutating func lintSegments(_ segments: Segments, _ name: String, of part: Int) {
        let numbers = segments.numbers
        // Different numbers that are not negative, so none is missing if the largest one is this.
        if let last = numbers.max(), last != numbers.count - 1 {
            found.add(.parameterSegments, at: segments.offset, part: part, name)
        } else if let offset = segments.firstEncoded, !segments.hasCharset {
            found.add(.parameterEncoding, at: offset, part: part, "\(name): the first segment has no charset")
        }
        let forms = (segments.isPlain ? 1 : 0) + (segments.isExtended ? 1 : 0) + (numbers.isEmpty ? 0 : 1)
        if forms > 1 { found.add(.parameterInBothForms, at: segments.offset, part: part, name) }
    }

    private static func name(_ whole: String) -> Name {
        guard let star = whole.firstIndex(of: "*") else { return Name(base: whole) }
        var name = Name(base: String(whole[..<star]))
        var rest = Array(whole.utf8[star...].dropFirst())
        if rest.isEmpty {
            name.isExtended = true
            return name
        }
        if rest.last == UInt8(ascii: "*") {
            name.isExtended = true
            rest.removeLast()
        }
        name.number = decimal(rest.span, as: Int.self)
        // No leading zero. RFC 2231 §3.
        name.isWellFormed =
            name.number != nil && (rest.count == 1 || rest.first != UInt8(ascii: "0")) && !name.base.isEmpty
        return name
    }

    /// `charset'language'text`, with `%` before two digits; later segments have only the text. RFC 2231 §4, §7.
    private mutating func lintExtended(
        _ parameter: StrictContent.Parameter,
        isFirst: Bool,
        of part: Int,
        in message: Span<UInt8>
    ) {
        let value = parameter.value
        var start = value.lowerBound
        func damage(_ reason: String) {
            found.add(.parameterEncoding, at: start, part: part, "\(message.shown(parameter.name)): \(reason)")
        }
        if parameter.isQuoted { damage("it is quoted") }
        if isFirst {
            let quotes = value.filter { message[$0] == UInt8(ascii: "'") }
            guard quotes.count >= 2 else {
                damage("it has no charset'language'")
                return
            }
            let charset = String(decoding: message.extracting(start..<quotes[0])).asciiLowercased
            if !charset.isEmpty { lintCharsetLabel(charset, at: start, of: part) }
            start = quotes[1] + 1
        }
        for index in start..<value.upperBound where message[index] == UInt8(ascii: "%") {
            guard index + 2 < value.upperBound, message[index + 1].hexValue != nil, message[index + 2].hexValue != nil
            else {
                damage("a % is not before two digits")
                return
            }
        }
    }

    /// Says so if the charset is not known.
    mutating func lintCharsetLabel(_ charset: String, at offset: Int, of part: Int) {
        let nothing: [UInt8] = []
        guard charsets.decode(nothing.span, charset: charset) == nil else { return }
        let label = Array(charset.utf8)
        found.add(.unknownCharset, at: offset, part: part, label.span.shown(0..<label.count))
    }
}
