public import Octets

/// A domain name: labels of 1…63 octets from the left to the root, at most 255 octets with their lengths
/// (RFC 1035 §2.3.4, §3.1).
///
/// Two names are equal if they differ only in the case of ASCII letters (RFC 4343); the case is kept as it came, see
/// `isIdentical(to:)`.
public struct Name: Sendable {
    /// The octets of the longest name, with the length of each label and of the root.
    public static let maximumCount = 255
    /// The octets of the longest label.
    public static let maximumLabelCount = 63

    /// The name on the wire without pointers: each label after its length, and a zero for the root.
    public let wire: [UInt8]

    /// `.`, the name without labels.
    public static let root = Name(unchecked: [0])

    init(unchecked wire: [UInt8]) { self.wire = wire }

    /// The name with these labels. Throws if one is empty or longer than 63 octets, or all are too long together;
    /// `offset` then counts the labels before the one that is refused.
    public init(labels: [[UInt8]]) throws(SyntaxError) {
        var wire: [UInt8] = []
        for (index, label) in labels.enumerated() {
            guard !label.isEmpty, label.count <= Self.maximumLabelCount else {
                throw SyntaxError(offset: index, expected: "label of 1 to 63 octets")
            }
            // One octet is left for the root.
            guard wire.count + label.count + 2 <= Self.maximumCount else {
                throw SyntaxError(offset: index, expected: "name of at most 255 octets")
            }
            wire.append(UInt8(label.count))
            wire.append(contentsOf: label)
        }
        wire.append(0)
        self.wire = wire
    }

    /// Whether this is the root.
    public var isRoot: Bool { wire.count == 1 }

    /// Where each label stands in `wire`, without its length.
    var labelRanges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        var index = 0
        while wire[index] != 0 {
            let next = index + 1 + Int(wire[index])
            ranges.append(index + 1..<next)
            index = next
        }
        return ranges
    }

    /// The labels from the left to the right, without the empty one of the root.
    public var labels: [[UInt8]] { labelRanges.map { Array(wire[$0]) } }

    /// The name without its first label; nil for the root.
    public var parent: Name? {
        isRoot ? nil : Name(unchecked: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// Whether the name is `other` or below it.
    public func isWithin(_ other: Name) -> Bool {
        let start = wire.count - other.wire.count
        guard start >= 0, start == 0 || labelRanges.contains(where: { $0.lowerBound - 1 == start }) || other.isRoot
        else { return false }
        return zip(wire[start...], other.wire).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// The name in small letters.
    public var lowercased: Name { Name(unchecked: wire.map(\.asciiLowercased)) }

    /// Whether the names are equal and have the same case too. A query whose letters were given a random case wants it
    /// back in the response.
    public func isIdentical(to other: Name) -> Bool { wire == other.wire }
}

extension Name: Hashable {
    /// Whether the names are the same but for the case of ASCII letters.
    public static func == (one: Name, other: Name) -> Bool {
        guard one.wire.count == other.wire.count else { return false }
        // A length is at most 63 and no capital, so the octets are compared all alike.
        for index in one.wire.indices where one.wire[index].asciiLowercased != other.wire[index].asciiLowercased {
            return false
        }
        return true
    }

    /// Feeds the name, its capitals as small letters.
    public func hash(into hasher: inout Hasher) {
        for octet in wire { hasher.combine(octet.asciiLowercased) }
    }
}
