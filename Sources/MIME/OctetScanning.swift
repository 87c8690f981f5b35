internal import Octets

/// The inner loops of scanning.
extension Span<UInt8> {
    /// How many line feeds there are.
    var lineFeedCount: Int {
        var total = 0
        for index in indices { total += self[index] == .lineFeed ? 1 : 0 }
        return total
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

    /// Whether nothing but white space follows from `start` on.
    func isBlank(from start: Int) -> Bool {
        for index in start..<count where !HeaderFields.isBlank(self[index]) { return false }
        return true
    }
}
