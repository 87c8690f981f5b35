internal import Octets

extension FetchResponse {
    /// Appends `* number FETCH (UID uid FLAGS (…))` whole, or without UID if `uid` is nil; system flags only.
    ///
    /// The same as `init`, `uid`, `flags` and `end`, but in one reservation of space: what makes lists of flags, the most
    /// frequent answer of all, fast.
    public static func flags(_ number: UInt32, uid: UInt32?, _ flags: SystemFlags, into output: inout [UInt8]) {
        let list = SystemFlags.openLists[Int(flags.rawValue & 63)]
        output.append(addingCapacity: longestFlags + list.count) { line in
            line.append(start)
            line.append(digits: number)
            if let uid {
                line.append(fetchUID)
                line.append(digits: uid)
                line.append(spaceFlags)
            } else {
                line.append(fetchFlags)
            }
            for index in list.indices { line.append(list[index]) }
            line.append(end)
        }
    }

    private static let start: InlineArray<2, UInt8> = fixed("* ")
    private static let fetchUID: InlineArray<12, UInt8> = fixed(" FETCH (UID ")
    private static let spaceFlags: InlineArray<7, UInt8> = fixed(" FLAGS ")
    private static let fetchFlags: InlineArray<14, UInt8> = fixed(" FETCH (FLAGS ")
    private static let end: InlineArray<4, UInt8> = fixed("))\r\n")
    /// Octets of the fixed texts and of two numbers.
    private static let longestFlags = 2 + 12 + 7 + 4 + 2 * 10

    /// The octets of `text`, which has exactly `count`.
    private static func fixed<let count: Int>(_ text: StaticString) -> InlineArray<count, UInt8> {
        let octets = Array(text.description.utf8)
        return InlineArray { index in index < octets.count ? octets[index] : UInt8.space }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a fixed text.
    @inline(__always)
    fileprivate mutating func append<let count: Int>(_ text: InlineArray<count, UInt8>) {
        for index in 0..<count { append(text[index]) }
    }

    /// Appends the digits of `number`.
    @inline(__always)
    fileprivate mutating func append(digits number: UInt32) {
        var digits = InlineArray<10, UInt8>(repeating: 0x30)
        var rest = number
        var start = 10
        repeat {
            start -= 1
            digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        while start < 10 {
            append(digits[start])
            start += 1
        }
    }
}
