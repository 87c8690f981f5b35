internal import Octets

/// Says which mailbox names a LIST or LSUB pattern means. RFC 3501 §6.3.8.
///
/// The time for a name is at most the product of the lengths of name and pattern: after a mismatch only the last `%`, or
/// else the last `*`, takes one octet more. Earlier wildcards cannot do better, since what follows them was found at the
/// earliest place possible.
public struct MailboxMatcher: Hashable, Sendable {
    private let pattern: [UInt8]
    private let delimiter: UInt8
    /// Octets of the pattern that stand for themselves; a shorter name cannot match.
    private let literalCount: Int

    private static let any = UInt8(ascii: "*")
    private static let anyInLevel = UInt8(ascii: "%")

    /// Names that `pattern` means after `reference`, which is put before it as it is.
    public init(reference: MailboxName, pattern: MailboxPattern, delimiter: UInt8) {
        var joined: [UInt8] = []
        for byte in reference.octets + pattern.octets {
            switch (joined.last, byte) {
            case (Self.any, Self.anyInLevel), (Self.any, Self.any), (Self.anyInLevel, Self.anyInLevel): continue
            case (Self.anyInLevel, Self.any): joined[joined.count - 1] = Self.any
            default: joined.append(byte)
            }
        }
        self.pattern = joined
        self.delimiter = delimiter
        literalCount = joined.count { $0 != Self.any && $0 != Self.anyInLevel }
    }

    /// Whether `name` is meant. INBOX, and INBOX as the first level of a name, match without case.
    public func matches(_ name: MailboxName) -> Bool {
        var steps = 0
        return matches(name.octets, steps: &steps)
    }

    /// The names above `name` that are meant, from the top: what LSUB with `%` shows in its place, and LIST for a mailbox
    /// that exists only as a level. RFC 3501 §6.3.9.
    public func matchingAncestors(of name: MailboxName) -> [MailboxName] {
        name.octets.indices.filter { name.octets[$0] == delimiter }.compactMap { end in
            let ancestor = MailboxName(Array(name.octets[..<end]))
            return matches(ancestor) ? ancestor : nil
        }
    }

    /// As `matches`; counts its steps, so that tests see the bound held.
    func matches(_ name: [UInt8], steps: inout Int) -> Bool {
        guard name.count >= literalCount else { return false }
        let folded = inboxCount(name)
        var place = 0
        var index = 0
        var afterAny: (place: Int, index: Int)?
        var afterLevel: (place: Int, index: Int)?
        while true {
            steps += 1
            if place < pattern.count, pattern[place] == Self.any {
                place += 1
                afterAny = (place, index)
                afterLevel = nil
            } else if place < pattern.count, pattern[place] == Self.anyInLevel {
                place += 1
                afterLevel = (place, index)
            } else if index == name.count, place == pattern.count {
                return true
            } else if index < name.count, place < pattern.count, isEqual(pattern[place], name[index], index < folded) {
                place += 1
                index += 1
            } else if let retry = afterLevel, retry.index < name.count, name[retry.index] != delimiter {
                afterLevel = (retry.place, retry.index + 1)
                (place, index) = (retry.place, retry.index + 1)
            } else if let retry = afterAny, retry.index < name.count {
                afterAny = (retry.place, retry.index + 1)
                afterLevel = nil
                (place, index) = (retry.place, retry.index + 1)
            } else {
                return false
            }
        }
    }

    private func isEqual(_ left: UInt8, _ right: UInt8, _ isFolded: Bool) -> Bool {
        isFolded ? left.asciiLowercased == right.asciiLowercased : left == right
    }

    /// How many octets at the beginning of `name` are INBOX as a whole level: 5 or 0.
    private func inboxCount(_ name: [UInt8]) -> Int {
        guard name.count >= 5, name.count == 5 || name[5] == delimiter else { return 0 }
        return equalsIgnoringCase(name.span.extracting(0..<5), "INBOX") ? 5 : 0
    }
}
