internal import Octets

/// How strings are written where a client may have enabled UTF-8. RFC 9051 §4.3, RFC 6855 §3.
extension [UInt8] {
    /// As `append(astring:)`; UTF-8 goes in quotes if it was enabled.
    public mutating func append(astring octets: [UInt8], enabled: EnabledExtensions) {
        if isQuotedUTF8(octets, enabled) { append(quoted: octets) } else { append(astring: octets) }
    }

    /// As `append(string:)`; UTF-8 goes in quotes if it was enabled.
    public mutating func append(string octets: [UInt8], enabled: EnabledExtensions) {
        if isQuotedUTF8(octets, enabled) { append(quoted: octets) } else { append(string: octets) }
    }

    /// As `append(nstring:)`; UTF-8 goes in quotes if it was enabled.
    public mutating func append(nstring octets: [UInt8]?, enabled: EnabledExtensions) {
        if let octets { append(string: octets, enabled: enabled) } else { append(text: "NIL") }
    }

    /// Appends `octets` as a string, or as literal8 where only that can hold them: NUL. Nil as NIL. RFC 4466 §3.
    public mutating func append(value octets: [UInt8]?, enabled: EnabledExtensions) {
        guard let octets, octets.contains(0) else { return append(nstring: octets, enabled: enabled) }
        append("~")
        append(literal: octets.span)
    }

    /// Appends what was encoded for every client, such as an ENVELOPE. If UTF-8 was enabled, its literals go in quotes
    /// where `append(string:enabled:)` would quote them. RFC 6855 §3.
    ///
    /// What is no list of strings and literals goes as it is.
    mutating func append(encoded: [UInt8], enabled: EnabledExtensions) {
        guard enabled.hasUTF8, encoded.contains(UInt8(ascii: "{")) else { return append(contentsOf: encoded) }
        var start = 0
        var index = 0
        while index < encoded.count {
            switch encoded[index] {
            case UInt8(ascii: "\""):
                index += 1
                while index < encoded.count, encoded[index] != UInt8(ascii: "\"") {
                    index += encoded[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index += 1
            case UInt8(ascii: "{"):
                guard let literal = literal(in: encoded, at: index) else {
                    return append(contentsOf: encoded[start...])
                }
                let octets = Array(encoded[literal])
                if isQuotedUTF8(octets, enabled) {
                    append(contentsOf: encoded[start..<index])
                    append(quoted: octets)
                    start = literal.upperBound
                }
                index = literal.upperBound
            default: index += 1
            }
        }
        append(contentsOf: encoded[start...])
    }

    /// Where the octets of the literal are that is announced at `start`; nil if none is.
    private func literal(in encoded: [UInt8], at start: Int) -> Range<Int>? {
        var index = start + 1
        while index < encoded.count, encoded[index].digitValue != nil { index += 1 }
        let octets = encoded.span
        guard let count: Int = decimal(octets.extracting(start + 1..<index)), encoded.count - index >= 3,
            encoded[index] == UInt8(ascii: "}"), encoded[index + 1] == .carriageReturn,
            encoded[index + 2] == .lineFeed, count <= encoded.count - index - 3
        else { return nil }
        return index + 3..<index + 3 + count
    }

    /// Whether the octets are text that ASCII cannot hold and quotes can.
    private func isQuotedUTF8(_ octets: [UInt8], _ enabled: EnabledExtensions) -> Bool {
        guard enabled.hasUTF8, octets.count <= 1000, octets.contains(where: { $0 >= 0x80 }) else { return false }
        return octets.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && String(validating: octets, as: UTF8.self) != nil
    }

    private mutating func append(quoted octets: [UInt8]) {
        append("\"")
        for byte in octets {
            if ByteClass.quotedSpecials.contains(byte) { append("\\") }
            append(byte)
        }
        append("\"")
    }
}
