internal import Octets

/// One field of a header, as offsets into the octets it was found in.
public struct HeaderField: Hashable, Sendable {
    /// The name without the white space that old mail puts before the colon. Empty if the line is no field, as it has no
    /// colon or something before it that no name has; it is kept so that nothing is lost. RFC 5322 §2.2.
    public var name: Range<Int>
    /// All after the colon, folds included, without the line break that ends it.
    public var value: Range<Int>
    /// The whole field with its last line break: the next one begins where this ends.
    public var whole: Range<Int>
}

/// Walks the fields of a header without losing an octet. RFC 5322 §2.2, §2.2.3.
///
///     var fields = HeaderFields(in: octets)
///     while let field = fields.next(in: octets) { … }
///
/// It stops at the empty line, or at the end. CRLF and bare LF both end lines; a line that begins with white space goes
/// on with the field before it.
public struct HeaderFields: Hashable, Sendable {
    /// Where the next field begins.
    public private(set) var offset: Int
    private let end: Int

    /// Starts at the first of `octets`.
    public init(in octets: Span<UInt8>) {
        self.init(from: 0, end: octets.count)
    }

    /// Starts at `offset` and stops at `end`.
    public init(from offset: Int, end: Int) {
        self.offset = offset
        self.end = end
    }

    /// The next field; nil at the empty line, which is not passed, or at the end.
    @inline(__always)
    public mutating func next(in octets: Span<UInt8>) -> HeaderField? {
        let start = offset
        let limit = min(end, octets.count)
        guard start < limit, !isEmptyLine(at: start, limit: limit, in: octets) else { return nil }
        let colon = octets.position(of: 0x3A, or: .lineFeed, from: start, to: limit)
        var position = colon
        var valueEnd = limit
        while true {
            position = octets.position(of: .lineFeed, from: position, to: limit)
            guard position < limit else { break }
            valueEnd = position
            position += 1
            guard position < limit, octets[position] == .space || octets[position] == .tab else { break }
            valueEnd = limit
        }
        offset = position
        let nameEnd = nameEnd(before: colon, from: start, in: octets)
        let hasName = colon < limit && octets[colon] == 0x3A && isName(start..<nameEnd, in: octets)
        let valueStart = hasName ? colon + 1 : start
        if valueEnd > valueStart, octets[valueEnd - 1] == .carriageReturn { valueEnd -= 1 }
        return HeaderField(
            name: start..<(hasName ? nameEnd : start),
            value: valueStart..<max(valueStart, valueEnd),
            whole: start..<position
        )
    }

    @inline(__always)
    private func isEmptyLine(at start: Int, limit: Int, in octets: Span<UInt8>) -> Bool {
        octets[start] == .lineFeed
            || (octets[start] == .carriageReturn && start + 1 < limit && octets[start + 1] == .lineFeed)
    }

    @inline(__always)
    private func nameEnd(before colon: Int, from start: Int, in octets: Span<UInt8>) -> Int {
        var nameEnd = colon
        while nameEnd > start, octets[nameEnd - 1] == .space || octets[nameEnd - 1] == .tab { nameEnd -= 1 }
        return nameEnd
    }

    /// Whether there are octets, all printable US-ASCII: 33 to 126. RFC 5322 §2.2.
    @inline(__always)
    private func isName(_ range: Range<Int>, in octets: Span<UInt8>) -> Bool {
        var hasOther = false
        for index in range { hasOther = hasOther || octets[index] &- 33 > 93 }
        return !hasOther && !range.isEmpty
    }

    /// The value of the first field called `name`, ASCII case not regarded, unfolded and without white space around it;
    /// nil if there is none. RFC 5322 §2.2.3.
    public static func firstValue(named name: String, in octets: Span<UInt8>) -> [UInt8]? {
        var fields = HeaderFields(in: octets)
        while let field = fields.next(in: octets) {
            guard !field.name.isEmpty, matches(octets, field.name, name) else { continue }
            return unfolded(octets, field.value)
        }
        return nil
    }

    /// The value of `range`, unfolded and without white space around it. RFC 5322 §2.2.3.
    public static func unfolded(_ octets: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        let trimmed = trim(octets, range)
        var value: [UInt8] = []
        value.reserveCapacity(trimmed.count)
        for index in trimmed {
            let byte = octets[index]
            if byte != .carriageReturn && byte != .lineFeed { value.append(byte) }
        }
        return value
    }

    /// The fields whose name is among `names` (or, with `not`, is not), in the order of the header and as they stand,
    /// and then an empty line: IMAP's HEADER.FIELDS and HEADER.FIELDS.NOT. RFC 9051 §6.4.5.1.
    ///
    /// The header may be followed by its empty line. Lines that are no fields are in neither.
    public static func subset(of octets: Span<UInt8>, names: [[UInt8]], not: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(256)
        var fields = HeaderFields(in: octets)
        while let field = fields.next(in: octets) {
            guard !field.name.isEmpty else { continue }
            let name = octets.extracting(field.name)
            let isNamed = names.contains { equalsIgnoringCase(name, $0.span) }
            guard isNamed != not else { continue }
            result.append(contentsOf: octets.extracting(field.whole))
            if octets[field.whole.upperBound - 1] != .lineFeed {
                result.append(.carriageReturn)
                result.append(.lineFeed)
            }
        }
        result.append(.carriageReturn)
        result.append(.lineFeed)
        return result
    }

    /// `range` without white space and line breaks at either end.
    static func trim(_ octets: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isBlank(octets[start]) { start += 1 }
        while end > start, isBlank(octets[end - 1]) { end -= 1 }
        return start..<end
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == .space || byte == .tab || byte == .carriageReturn || byte == .lineFeed
    }

    /// Whether the octets in `range` are `word`, ASCII case not regarded.
    static func matches(_ octets: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
        guard range.count == word.utf8.count else { return false }
        var index = range.lowerBound
        for byte in word.utf8 {
            guard octets[index].asciiLowercased == byte.asciiLowercased else { return false }
            index += 1
        }
        return true
    }
}

/// Whether two octet strings are the same but for the case of ASCII letters.
func equalsIgnoringCase(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index].asciiLowercased != right[index].asciiLowercased { return false }
    return true
}
