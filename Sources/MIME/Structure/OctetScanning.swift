internal import Octets

/// The inner loops of scanning, written so that the compiler turns them into vector code: blocks of a fixed size,
/// counted in one octet.
extension Span<UInt8> {
    private static var block: Int { 128 }

    /// How many line feeds there are.
    var lineFeedCount: Int {
        var total = 0
        var index = 0
        while index + Self.block <= count {
            var found: UInt8 = 0
            let end = index + Self.block
            while index < end {
                found &+= self[index] == .lineFeed ? 1 : 0
                index += 1
            }
            total += Int(found)
        }
        while index < count {
            total += self[index] == .lineFeed ? 1 : 0
            index += 1
        }
        return total
    }

    /// Passes whole blocks, from the start of a line on, in which no line begins with these two octets. Returns where the
    /// last line that began in them starts, and how many line feeds stand before it; that line is still to be looked at,
    /// and so was the one at `start` before.
    @inline(__always)
    func skipLines(notBeginningWith first: UInt8, _ second: UInt8, from start: Int) -> (lineStart: Int, lineFeeds: Int)
    {
        var index = start
        var total = 0
        // Two octets behind the block are looked at, so a delimiter that begins in the next block is seen too.
        while index + Self.block + 2 <= count {
            var found: UInt8 = 0
            var isFound: UInt8 = 0
            var place = index
            let end = index + Self.block
            while place < end {
                let isLineFeed: UInt8 = self[place] == .lineFeed ? 1 : 0
                found &+= isLineFeed
                isFound |= isLineFeed & (self[place + 1] == first ? 1 : 0) & (self[place + 2] == second ? 1 : 0)
                place += 1
            }
            if isFound != 0 { break }
            total += Int(found)
            index = end
        }
        guard index > start else { return (start, 0) }
        var last = index - 1
        while last >= start, self[last] != .lineFeed { last -= 1 }
        return (last + 1, total)
    }

    /// Where the next line feed is at or behind `start`.
    func firstLineFeed(from start: Int) -> Int? {
        var index = start
        while index < count {
            if self[index] == .lineFeed { return index }
            index += 1
        }
        return nil
    }

    /// Whether `other` stands at `offset`, which leaves room for it.
    func begins(with other: Span<UInt8>, at offset: Int) -> Bool {
        for index in other.indices where self[offset + index] != other[index] { return false }
        return true
    }

    /// Whether nothing but white space stands from `start` to `end`, or to the last octet.
    func isBlank(from start: Int, to end: Int? = nil) -> Bool {
        for index in start..<(end ?? count) where !HeaderFields.isBlank(self[index]) { return false }
        return true
    }
}

extension [UInt8] {
    /// Appends `scalar` in UTF-8.
    mutating func append(scalar: Unicode.Scalar) {
        append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
