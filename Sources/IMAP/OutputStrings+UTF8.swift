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
