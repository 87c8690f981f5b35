public import Octets

/// The items of extensions.
extension FetchResponse {
    /// MODSEQ: 1…2^63-1. RFC 7162 §3.1.4.2.
    public mutating func modSequence(_ value: UInt64, into output: inout [UInt8]) {
        item("MODSEQ (", into: &output)
        output.append(decimal: value)
        output.append(")")
    }

    /// EMAILID. RFC 8474 §5.1.
    public mutating func emailID(_ id: String, into output: inout [UInt8]) {
        item("EMAILID (", into: &output)
        output.append(contentsOf: id.utf8)
        output.append(")")
    }

    /// THREADID; nil for NIL: there are no threads. RFC 8474 §5.2.
    public mutating func threadID(_ id: String?, into output: inout [UInt8]) {
        guard let id else { return item("THREADID NIL", into: &output) }
        item("THREADID (", into: &output)
        output.append(contentsOf: id.utf8)
        output.append(")")
    }

    /// SAVEDATE; nil for NIL: the mailbox does not keep it. RFC 8514 §4.2.
    public mutating func saveDate(_ date: DateTime?, into output: inout [UInt8]) {
        guard let date else { return item("SAVEDATE NIL", into: &output) }
        item("SAVEDATE ", into: &output)
        output.append(date: date)
    }

    /// PREVIEW, as UTF-8 of at most 200 characters; nil for NIL: there is none yet. RFC 8970 §3.1.
    public mutating func preview(_ text: [UInt8]?, enabled: EnabledExtensions = [], into output: inout [UInt8]) {
        item("PREVIEW ", into: &output)
        output.append(nstring: text, enabled: enabled)
    }

    /// BINARY: decoded octets as a literal, or as literal8 if there is a NUL among them. RFC 3516 §4.2.
    public mutating func binary(
        _ octets: Span<UInt8>,
        part: [UInt32],
        partial: Partial? = nil,
        into output: inout [UInt8]
    ) {
        var hasNull = false
        for index in octets.indices where octets[index] == 0 { hasNull = true }
        binaryHeader(octets.count, isLiteral8: hasNull, part: part, partial: partial, into: &output)
        output.append(contentsOf: octets)
    }

    /// As `binary`, for `count` octets that the caller sends next, in pieces: as literal8, unless it is known that there is
    /// no NUL. RFC 3516 §4.2.
    public mutating func binaryHeader(
        _ count: Int,
        isLiteral8: Bool = true,
        part: [UInt32],
        partial: Partial? = nil,
        into output: inout [UInt8]
    ) {
        item("BINARY[", into: &output)
        Section(part: part).encode(into: &output)
        output.append("]")
        if let partial {
            output.append("<")
            output.append(decimal: partial.offset)
            output.append(">")
        }
        output.append(text: isLiteral8 ? " ~" : " ")
        output.append(literalHeader: count)
    }

    /// BINARY of a part that does not exist: NIL. RFC 3516 §7.
    public mutating func missingBinary(part: [UInt32], into output: inout [UInt8]) {
        item("BINARY[", into: &output)
        Section(part: part).encode(into: &output)
        output.append(text: "] NIL")
    }

    /// BINARY.SIZE: how many octets BINARY has. RFC 3516 §4.3.
    public mutating func binarySize(_ size: UInt64, part: [UInt32], into output: inout [UInt8]) {
        item("BINARY.SIZE[", into: &output)
        Section(part: part).encode(into: &output)
        output.append(text: "] ")
        output.append(decimal: size)
    }
}
