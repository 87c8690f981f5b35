internal import Octets

/// One parameter of a Content field for people: put together, unquoted and decoded. RFC 2231.
public struct FieldParameter: Hashable, Sendable {
    /// The name in lower case, without the marks of RFC 2231.
    public var name: String
    /// The value.
    public var value: String
    /// The language that RFC 2231 §4 lets a value name; nil if it names none.
    public var language: String?

    /// A parameter of those.
    public init(name: String, value: String, language: String? = nil) {
        self.name = name
        self.value = value
        self.language = language
    }
}

extension ContentField {
    /// All parameters as text, each name once, in the order in which they first occur.
    ///
    /// Of the forms that one name may have, `name*` counts before `name*0`, `name*1`, …, and those before `name`; of the same
    /// form the first counts. Continuations may come in any order; numbers that are missing leave no gap. Values without a
    /// charset may have RFC 2047 words in them, which many mail programs write though RFC 2047 §5 forbids it.
    func texts(charsets: some CharsetDecoder) -> [FieldParameter] {
        var places: [String: Int] = [:]
        var values: [ParameterParts] = []
        for parameter in parameters {
            let name = ParameterName(parameter.name)
            let place = places[name.base] ?? values.count
            if place == values.count {
                places[name.base] = place
                values.append(ParameterParts(name: name.base))
            }
            values[place].add(parameter.value, name)
        }
        return values.map { $0.text(charsets: charsets) }
    }

    /// The value of the parameter called `name` (in lower case) as text; nil if there is none.
    func text(of name: String, charsets: some CharsetDecoder) -> String? {
        var parts = ParameterParts(name: name)
        for parameter in parameters where parameter.name.count >= name.utf8.count {
            let found = ParameterName(parameter.name)
            if found.base == name { parts.add(parameter.value, found) }
        }
        return parts.isEmpty ? nil : parts.text(charsets: charsets).value
    }
}

/// `base`, `base*`, `base*7` or `base*7*`. RFC 2231 §3, §4.
private struct ParameterName {
    var base: String
    var section: Int?
    var isExtended = false

    /// Numbers with more digits are part of the name.
    private static let digitLimit = 6

    init(_ octets: [UInt8]) {
        var rest = octets[...]
        if rest.count > 1, rest.last == 0x2A {
            isExtended = true
            rest.removeLast()
        }
        let digits = rest.reversed().prefix { $0.digitValue != nil }.count
        let star = rest.endIndex - digits - 1
        if (1...Self.digitLimit).contains(digits), star > rest.startIndex, rest[star] == 0x2A {
            section = rest[(star + 1)...].reduce(0) { $0 * 10 + Int($1.digitValue ?? 0) }
            rest = rest[..<star]
        }
        base = String(decoding: rest.map(\.asciiLowercased), as: UTF8.self)
    }
}

/// The values that were given for one name.
private struct ParameterParts {
    struct Section {
        var number: Int
        var value: [UInt8]
        var isExtended: Bool
    }

    var name: String
    private var plain: [UInt8]?
    private var extended: [UInt8]?
    private var sections: [Section] = []

    init(name: String) {
        self.name = name
    }

    var isEmpty: Bool { plain == nil && extended == nil && sections.isEmpty }

    mutating func add(_ value: [UInt8], _ name: ParameterName) {
        if let number = name.section {
            sections.append(Section(number: number, value: value, isExtended: name.isExtended))
        } else if name.isExtended {
            extended = extended ?? value
        } else {
            plain = plain ?? value
        }
    }

    func text(charsets: some CharsetDecoder) -> FieldParameter {
        if let extended {
            return joined([Section(number: 0, value: extended, isExtended: true)], charsets: charsets)
        }
        if !sections.isEmpty {
            var last = -1
            let order = sections.indices.sorted { (sections[$0].number, $0) < (sections[$1].number, $1) }
            let ordered = order.map { sections[$0] }.filter { section in
                defer { last = section.number }
                return section.number != last
            }
            return joined(ordered, charsets: charsets)
        }
        let octets = plain ?? []
        return FieldParameter(name: name, value: EncodedWord.decodedText(octets.span, charsets: charsets))
    }

    /// Puts sections together before they are decoded, as a character may be cut between them. RFC 2231 §4.1.
    private func joined(_ sections: [Section], charsets: some CharsetDecoder) -> FieldParameter {
        guard let first = sections.first(where: \.isExtended) else {
            let octets = sections.flatMap(\.value)
            return FieldParameter(name: name, value: EncodedWord.decodedText(octets.span, charsets: charsets))
        }
        let label = CharsetPrefix(first.value)
        var value = ""
        var octets: [UInt8] = []
        func flush() {
            value += charsets.headerText(octets.span, charset: label.charset) ?? StandardCharsets.guess(octets.span)
            octets.removeAll(keepingCapacity: true)
        }
        var isFirst = true
        for section in sections {
            if section.isExtended {
                octets += percentDecoded(
                    section.value[(isFirst ? label.length : label.repeatedLength(in: section.value))...]
                )
                isFirst = false
            } else if Self.hasEncodedWord(section.value) {
                flush()
                value += EncodedWord.decodedText(section.value.span, charsets: charsets)
            } else {
                octets += section.value
            }
        }
        flush()
        return FieldParameter(name: name, value: value, language: label.language)
    }

    private static func hasEncodedWord(_ value: [UInt8]) -> Bool {
        value.indices.dropLast().contains { value[$0] == 0x3D && value[$0 + 1] == 0x3F }
    }

    private func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
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

/// `charset'language'` at the start of an extended value; nothing if the quotes are missing. RFC 2231 §4.
private struct CharsetPrefix {
    var charset = ""
    var language: String?
    var length = 0

    init(_ value: [UInt8]) {
        guard let first = value.firstIndex(of: 0x27) else { return }
        charset = String(decoding: value[..<first], as: UTF8.self)
        length = first + 1
        guard let second = value[(first + 1)...].firstIndex(of: 0x27) else {
            // One quote is text if what is before it is no charset.
            let isLabel =
                !charset.isEmpty && value[..<first].allSatisfy { ByteClass.tokenText.contains($0) && $0 != 0x25 }
            if !isLabel {
                charset = ""
                length = 0
            }
            return
        }
        length = second + 1
        if second > first + 1 { language = String(decoding: value[(first + 1)..<second], as: UTF8.self) }
    }

    /// How much of a later section says the charset once more, as some write it.
    func repeatedLength(in value: [UInt8]) -> Int {
        guard !charset.isEmpty, value.starts(with: charset.utf8), value.dropFirst(charset.utf8.count).first == 0x27
        else {
            return 0
        }
        return charset.utf8.count + 1
    }
}
