/// The stored form: a version, the number of parts, and for each part numbers of 7 bits an octet, low ones first.
///
///     part = what headerLength bodyLength headerStart
///     what = bit 0 multipart, bit 1 message, then how far back the parent is (0 for none)
///
/// Version 2 has the limits that were reached behind the version; version 1 is written when there are none.
/// A header start is written as the distance from the start of the part before.
extension MessageStructure {
    private static var version: UInt8 { 1 }
    private static var limitedVersion: UInt8 { 2 }
    /// More parts than this are not read: no scanner makes them.
    private static var partLimit: Int { 1 << 16 }

    /// The structure as octets, some 8 for each part.
    public var encoded: [UInt8] {
        var octets = reachedLimits.isEmpty ? [Self.version] : [Self.limitedVersion, reachedLimits.rawValue]
        octets.reserveCapacity(2 + parts.count * 10)
        octets.append(number: parts.count)
        var before = 0
        for (index, part) in parts.enumerated() {
            let up = part.parent.map { max(index - $0, 0) } ?? 0
            octets.append(number: up << 2 | (part.isMessage ? 2 : 0) | (part.isMultipart ? 1 : 0))
            octets.append(number: max(part.bodyStart - part.headerStart, 0))
            octets.append(number: max(part.bodyEnd - part.bodyStart, 0))
            octets.append(number: max(part.headerStart - before, 0))
            before = part.headerStart
        }
        return octets
    }

    /// The structure that `encoded` wrote; nil for other octets.
    public init?(encoded: [UInt8]) {
        let isLimited = encoded.first == Self.limitedVersion
        var reader = NumberReader(octets: encoded, offset: isLimited ? 2 : 1)
        reachedLimits = ReachedLimits(rawValue: isLimited && encoded.count > 1 ? encoded[1] : 0)
        guard isLimited != reachedLimits.isEmpty, isLimited || encoded.first == Self.version, let count = reader.next(),
            (1...Self.partLimit).contains(count)
        else {
            return nil
        }
        parts = []
        parts.reserveCapacity(min(count, encoded.count / 4))
        var before = 0
        for index in 0..<count {
            guard let what = reader.next(), let header = reader.next(), let body = reader.next(),
                let distance = reader.next(), what >> 2 <= index, (what >> 2 == 0) == (index == 0)
            else { return nil }
            let start = before + distance
            before = start
            parts.append(
                Part(
                    headerStart: start,
                    bodyStart: start + header,
                    bodyEnd: start + header + body,
                    parent: what >> 2 == 0 ? nil : index - (what >> 2),
                    isMultipart: what & 1 != 0,
                    isMessage: what & 2 != 0
                )
            )
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension [UInt8] {
    /// Appends a number that is not negative, 7 bits an octet.
    fileprivate mutating func append(number: Int) {
        var value = number
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(truncatingIfNeeded: value))
    }
}

private struct NumberReader {
    let octets: [UInt8]
    var offset: Int

    var isAtEnd: Bool { offset == octets.count }

    /// The next number below 2^42, so that sums of them cannot overflow.
    mutating func next() -> Int? {
        var value = 0
        var shift = 0
        while offset < octets.count, shift < 42 {
            let byte = octets[offset]
            offset += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
