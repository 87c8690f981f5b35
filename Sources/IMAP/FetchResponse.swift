public import Octets

/// Appends one `* n FETCH (…)` to output, item by item; begin with `init`, finish with `end`. RFC 3501 §7.4.2.
///
/// Nothing is allocated but what `output` itself needs.
public struct FetchResponse {
    private var isEmpty = true

    /// Appends `* number FETCH (`.
    @inline(__always)
    public init(_ number: UInt32, into output: inout [UInt8]) {
        output.append("*")
        output.append(" ", decimal: number)
        output.append(text: " FETCH (")
    }

    /// Appends `)` and CRLF.
    @inline(__always)
    public func end(into output: inout [UInt8]) { output.append(text: ")\r\n") }

    /// Appends `* uid UIDFETCH (`, which stands for FETCH after ENABLE UIDONLY. RFC 9586 §3.3.
    public init(uidFetch uid: UInt32, into output: inout [UInt8]) {
        output.append("*")
        output.append(" ", decimal: uid)
        output.append(text: " UIDFETCH (")
    }

    @inline(__always)
    mutating func item(_ name: StaticString, into output: inout [UInt8]) {
        if !isEmpty { output.append(" ") }
        isEmpty = false
        output.append(text: name)
    }

    /// UID.
    @inline(__always)
    public mutating func uid(_ uid: UInt32, into output: inout [UInt8]) {
        item("UID ", into: &output)
        output.append(decimal: uid)
    }

    /// FLAGS with system flags only: the short way.
    @inline(__always)
    public mutating func flags(_ flags: SystemFlags, into output: inout [UInt8]) {
        item("FLAGS ", into: &output)
        output.append(contentsOf: SystemFlags.openLists[Int(flags.rawValue & 63)])
        output.append(")")
    }

    /// FLAGS with those of `keywords` whose bit, counted from the least, is set in `present`.
    public mutating func flags(
        _ flags: SystemFlags,
        keywords: [String],
        present: UInt64,
        into output: inout [UInt8]
    ) {
        item("FLAGS ", into: &output)
        output.append(contentsOf: SystemFlags.openLists[Int(flags.rawValue & 63)])
        var isFirst = flags.isDisjoint(with: .all)
        var rest = present
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            guard bit < keywords.count else { break }
            if !isFirst { output.append(" ") }
            output.append(contentsOf: keywords[bit].utf8)
            isFirst = false
        }
        output.append(")")
    }

    /// INTERNALDATE.
    public mutating func internalDate(_ date: DateTime, into output: inout [UInt8]) {
        item("INTERNALDATE ", into: &output)
        output.append(date: date)
    }

    /// RFC822.SIZE.
    public mutating func rfc822Size(_ size: some FixedWidthInteger & UnsignedInteger, into output: inout [UInt8]) {
        item("RFC822.SIZE ", into: &output)
        output.append(decimal: size)
    }

    /// ENVELOPE, already in the form that is sent, parentheses included; to a client that has enabled UTF-8 its literals
    /// of UTF-8 go in quotes.
    public mutating func envelope(
        _ encoded: [UInt8],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        item("ENVELOPE ", into: &output)
        output.append(encoded: encoded, enabled: enabled)
    }

    /// BODYSTRUCTURE, as `envelope`.
    public mutating func bodyStructure(
        _ encoded: [UInt8],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        item("BODYSTRUCTURE ", into: &output)
        output.append(encoded: encoded, enabled: enabled)
    }

    /// BODY: a structure without extension data, as `envelope`.
    public mutating func body(
        _ encoded: [UInt8],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        item("BODY ", into: &output)
        output.append(encoded: encoded, enabled: enabled)
    }

    /// The name of what `attribute` asked for and a literal of `octets`; nil is NIL. RFC822, RFC822.HEADER, RFC822.TEXT and
    /// BODY[…] only; a partial's offset is repeated.
    ///
    /// - Precondition: none; for any other attribute nothing is appended.
    public mutating func octets(_ octets: Span<UInt8>, of attribute: FetchAttribute, into output: inout [UInt8]) {
        guard name(attribute, into: &output) else { return }
        output.append(literal: octets)
    }

    /// As above, for octets that are part of others.
    public mutating func octets(_ octets: ArraySlice<UInt8>, of attribute: FetchAttribute, into output: inout [UInt8]) {
        guard name(attribute, into: &output) else { return }
        output.append(literalHeader: octets.count)
        output.append(contentsOf: octets)
    }

    /// As `octets`, for `count` octets that the caller appends or sends next, in pieces.
    public mutating func literalHeader(_ count: Int, of attribute: FetchAttribute, into output: inout [UInt8]) {
        guard name(attribute, into: &output) else { return }
        output.append(literalHeader: count)
    }

    /// As `octets`, for a part that does not exist.
    public mutating func missing(_ attribute: FetchAttribute, into output: inout [UInt8]) {
        guard name(attribute, into: &output) else { return }
        output.append(text: "NIL")
    }

    /// Appends the item's name and a space; false, and nothing appended, if it is not one of octets.
    private mutating func name(_ attribute: FetchAttribute, into output: inout [UInt8]) -> Bool {
        switch attribute {
        case .rfc822: item("RFC822 ", into: &output)
        case .rfc822Header: item("RFC822.HEADER ", into: &output)
        case .rfc822Text: item("RFC822.TEXT ", into: &output)
        case .section(let section, let partial, _):
            item("BODY[", into: &output)
            section.encode(into: &output)
            output.append("]")
            if let partial {
                output.append("<")
                output.append(decimal: partial.offset)
                output.append(">")
            }
            output.append(" ")
        default: return false
        }
        return true
    }
}

extension Section {
    /// Appends the section as it stands between the brackets. RFC 3501 §9 section-spec.
    public func encode(into output: inout [UInt8]) {
        for (index, number) in part.enumerated() {
            if index > 0 { output.append(".") }
            output.append(decimal: number)
        }
        guard let text else { return }
        if !part.isEmpty { output.append(".") }
        switch text {
        case .header: output.append(text: "HEADER")
        case .text: output.append(text: "TEXT")
        case .mime: output.append(text: "MIME")
        case .headerFields(let names):
            output.append(text: "HEADER.FIELDS ")
            output.appendList(names) { name, output in output.append(astring: name) }
        case .headerFieldsNot(let names):
            output.append(text: "HEADER.FIELDS.NOT ")
            output.appendList(names) { name, output in output.append(astring: name) }
        }
    }
}
