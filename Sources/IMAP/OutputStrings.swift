internal import Octets

/// How the pieces of responses are written. RFC 3501 §9.
extension [UInt8] {
    /// Appends one ASCII character.
    @inline(__always)
    mutating func append(_ character: Unicode.Scalar) { append(UInt8(ascii: character)) }

    /// Appends a fixed text.
    @inline(__always)
    mutating func append(text: StaticString) { append(contentsOf: text.description.utf8) }

    /// Appends `separator` and the digits of `number`.
    @inline(__always)
    mutating func append(_ separator: Unicode.Scalar, decimal number: UInt32) {
        append(UInt8(ascii: separator))
        append(decimal: number)
    }

    /// Appends the last two digits of `number`, which is not negative.
    mutating func append(twoDigits number: Int) {
        append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10))
        append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Appends `"(" item *(SP item) ")"`.
    mutating func appendList<Item>(_ items: [Item], _ append: (Item, inout [UInt8]) -> Void) {
        self.append("(")
        for (index, item) in items.enumerated() {
            if index > 0 { self.append(" ") }
            append(item, &self)
        }
        self.append(")")
    }

    /// Appends `octets` as an atom if they are one (and not NIL), else as a string: astring, RFC 3501 §9.
    public mutating func append(astring octets: [UInt8]) {
        let span = octets.span
        var cursor = Cursor(over: span)
        let isAtom = !cursor.run(of: .astringChar, in: span).isEmpty && cursor.isAtEnd
        if isAtom, !equalsIgnoringCase(span, "NIL") { append(contentsOf: octets) } else { append(string: octets) }
    }

    /// Appends `octets` in quotes if quotes can hold them, else as a literal. RFC 3501 §4.3.
    ///
    /// Quotes hold at most 1,000 octets, all of them QUOTED-CHAR, and no control characters, which the grammar allows
    /// and clients do not expect.
    public mutating func append(string octets: [UInt8]) {
        let plain = octets.count <= 1000 && octets.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        guard plain else {
            append(literal: octets.span)
            return
        }
        append("\"")
        for byte in octets {
            if ByteClass.quotedSpecials.contains(byte) { append("\\") }
            append(byte)
        }
        append("\"")
    }

    /// Appends `octets` as a string; nil as NIL: nstring, RFC 3501 §9.
    public mutating func append(nstring octets: [UInt8]?) {
        if let octets { append(string: octets) } else { append(text: "NIL") }
    }

    /// Appends `octets` as a literal. They must not contain NUL; see `literalHeader` for octets that come in pieces.
    public mutating func append(literal octets: Span<UInt8>) {
        append(literalHeader: octets.count)
        append(contentsOf: octets)
    }

    /// Appends the announcement of a literal of `count` octets, which the caller writes next.
    public mutating func append(literalHeader count: Int) {
        append("{")
        append(decimal: count.magnitude)
        append(text: "}\r\n")
    }

    /// Appends ranges as a sequence set: `1:3,7`. RFC 4315 §4 uid-set.
    public mutating func append(ranges: [ClosedRange<UInt32>]) {
        for (index, range) in ranges.enumerated() {
            if index > 0 { append(",") }
            append(decimal: range.lowerBound)
            if range.upperBound != range.lowerBound { append(":", decimal: range.upperBound) }
        }
    }

    /// Appends a date-time, in its quotes. RFC 3501 §9.
    mutating func append(date: DateTime) {
        append("\"")
        append(date.day < 10 ? UInt8.space : 0x30 + UInt8(truncatingIfNeeded: date.day / 10))
        append(0x30 + UInt8(truncatingIfNeeded: date.day % 10))
        append("-")
        append(contentsOf: DateTime.monthNames[Swift.min(Swift.max(date.month, 1), 12) - 1].utf8)
        append("-")
        append(twoDigits: date.year / 100)
        append(twoDigits: date.year)
        append(" ")
        append(twoDigits: date.hour)
        append(":")
        append(twoDigits: date.minute)
        append(":")
        append(twoDigits: date.second)
        append(" ")
        append(date.zoneMinutes < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let zone = date.zoneMinutes.magnitude
        append(twoDigits: Int(truncatingIfNeeded: zone / 60))
        append(twoDigits: Int(truncatingIfNeeded: zone % 60))
        append("\"")
    }

    /// Appends a flag list; with `orNew` its last is `\*`.
    mutating func append(flags: FlagSet, orNew: Bool = false) {
        append(contentsOf: SystemFlags.openLists[Int(flags.system.rawValue & 63)])
        var isFirst = flags.system.isDisjoint(with: .all)
        for name in flags.extensions + flags.keywords {
            if !isFirst { append(" ") }
            append(contentsOf: name.utf8)
            isFirst = false
        }
        if orNew { append(text: isFirst ? "\\*" : " \\*") }
        append(")")
    }
}

extension SystemFlags {
    static let all: SystemFlags = [.changeable, .recent]

    /// For every set of flags the beginning of its list, without the closing parenthesis.
    static let openLists: [[UInt8]] = (0..<64).map { bits in
        let names = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "\\Recent"]
        let present = names.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
        return Array("(\(present.joined(separator: " "))".utf8)
    }
}
