/// A position in octets that are passed to each call, so that nothing stores a `Span`.
///
/// No call moves past `end`, none traps, and one that throws leaves the cursor where it was.
public struct Cursor: Hashable, Sendable {
    /// Octets already taken.
    public var offset: Int
    /// One past the last octet that may be taken.
    public var end: Int

    /// Starts at `offset` and stops before `end`.
    public init(from offset: Int = 0, end: Int) {
        self.offset = offset
        self.end = end
    }

    /// Starts at the first of `octets` and stops after the last.
    public init(over octets: Span<UInt8>) {
        self.init(end: octets.count)
    }

    /// Whether nothing is left.
    @inlinable public var isAtEnd: Bool { offset >= end }
    /// Octets left.
    @inlinable public var remaining: Int { end - offset }

    /// The error that says what was expected here.
    public func unexpected(_ expected: String) -> SyntaxError {
        SyntaxError(offset: offset, expected: expected)
    }

    /// The next octet, not taken; nil at the end.
    @inlinable
    public func peek(in octets: Span<UInt8>) -> UInt8? {
        offset < end ? octets[offset] : nil
    }

    /// Takes the next octet; nil at the end.
    @inlinable
    public mutating func next(in octets: Span<UInt8>) -> UInt8? {
        guard offset < end else { return nil }
        defer { offset += 1 }
        return octets[offset]
    }

    /// Takes the next octet if it is `byte`, and says whether it was.
    @inlinable
    public mutating func take(_ byte: UInt8, in octets: Span<UInt8>) -> Bool {
        guard offset < end, octets[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Takes `byte` or throws.
    public mutating func expect(
        _ byte: UInt8,
        in octets: Span<UInt8>,
        as production: String
    ) throws(SyntaxError) {
        guard take(byte, in: octets) else { throw unexpected(production) }
    }

    /// Takes `word` if it comes next, ASCII letters compared without case, and says whether it did.
    public mutating func take(word: StaticString, in octets: Span<UInt8>) -> Bool {
        let expected = word.description.utf8
        guard remaining >= expected.count else { return false }
        var index = offset
        for byte in expected {
            guard octets[index].asciiLowercased == byte.asciiLowercased else { return false }
            index += 1
        }
        offset = index
        return true
    }

    /// Takes `word`, ASCII letters compared without case, or throws.
    public mutating func expect(
        word: StaticString,
        in octets: Span<UInt8>,
        as production: String
    ) throws(SyntaxError) {
        guard take(word: word, in: octets) else { throw unexpected(production) }
    }

    /// Takes the longest run of octets in `set` and returns where it stood; it may be empty.
    @inlinable
    public mutating func run(of set: ByteClass, in octets: Span<UInt8>) -> Range<Int> {
        let start = offset
        while offset < end, set.contains(octets[offset]) { offset += 1 }
        return start..<offset
    }

    /// Takes a run of at least one octet in `set`, or throws.
    public mutating func expectRun(
        of set: ByteClass,
        in octets: Span<UInt8>,
        as production: String
    ) throws(SyntaxError) -> Range<Int> {
        let range = run(of: set, in: octets)
        guard !range.isEmpty else { throw unexpected(production) }
        return range
    }

    /// Takes 1*DIGIT whose value fits `Value`, or throws. Leading zeros count as digits, at most 20 digits in all.
    public mutating func number<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self,
        in octets: Span<UInt8>,
        as production: String
    ) throws(SyntaxError) -> Value {
        var value: Value = 0
        var index = offset
        while index < end, let digit = octets[index].digitValue {
            let (scaled, overflowsTimes) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsPlus) = scaled.addingReportingOverflow(Value(digit))
            guard !overflowsTimes, !overflowsPlus, index - offset < 20 else { throw unexpected(production) }
            value = sum
            index += 1
        }
        guard index > offset else { throw unexpected(production) }
        offset = index
        return value
    }
}
