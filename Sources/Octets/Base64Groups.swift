/// The inner loops of base64: whole groups of 3 octets and 4 letters, many at a time.
///
/// Decoding adds four look-ups, each in a table whose values are shifted to where they belong; encoding looks up two letters at
/// a time. Both write more octets at once than they have, where there is room, and the next group overwrites the rest.
enum Base64Groups {
    /// For each of the four places in a group, what each octet is there: the three octets of the group, the first one lowest.
    /// One that is no letter has a bit above them.
    private static let quarters: [UInt32] = {
        var quarters = [UInt32](repeating: 1 << 24, count: 4 * 256)
        for (value, letter) in Base64.alphabet.enumerated() {
            for place in 0..<4 {
                let group = UInt32(value) << (18 - 6 * UInt32(place))
                quarters[place << 8 | Int(letter)] = (group << 8).byteSwapped
            }
        }
        return quarters
    }()

    /// The two letters of each value of 12 bits, the first one lowest.
    private static let pairs: [UInt16] = (0..<4096).map { value in
        UInt16(Base64.alphabet[value >> 6]) | UInt16(Base64.alphabet[value & 63]) << 8
    }

    /// How many octets behind the decoded ones may be overwritten.
    static let slack = 8

    /// Decodes groups from `index` on, up to the first that is not of four letters or not whole, or to the end of `output`,
    /// and moves `index` and `place` behind them.
    @inline(__always)
    static func decode(
        _ text: Span<UInt8>,
        at index: inout Int,
        into output: inout MutableSpan<UInt8>,
        at place: inout Int
    ) {
        let quarters = quarters.span
        guard quarters.count == 4 * 256 else { return }
        let first = quarters.extracting(0..<256)
        let second = quarters.extracting(256..<512)
        let third = quarters.extracting(512..<768)
        let fourth = quarters.extracting(768..<1024)
        guard first.count == 256, second.count == 256, third.count == 256, fourth.count == 256 else { return }
        let end = text.count
        let room = output.count
        guard room >= slack else { return }
        while index >= 0, index <= end - 8, place >= 0, place <= room - slack {
            let low =
                first[Int(text[index])] | second[Int(text[index + 1])] | third[Int(text[index + 2])]
                | fourth[Int(text[index + 3])]
            let high =
                first[Int(text[index + 4])] | second[Int(text[index + 5])] | third[Int(text[index + 6])]
                | fourth[Int(text[index + 7])]
            guard low | high < 1 << 24 else { break }
            let octets = UInt64(low) | UInt64(high) << 24
            output.store(octets, at: place)
            index += 8
            place += 6
        }
        while index >= 0, index <= end - 4, place >= 0, place <= room - 4 {
            let octets =
                first[Int(text[index])] | second[Int(text[index + 1])] | third[Int(text[index + 2])]
                | fourth[Int(text[index + 3])]
            guard octets < 1 << 24 else { break }
            output.store(octets, at: place)
            index += 4
            place += 3
        }
    }

    /// Encodes `count` groups from `index` on, or as many as there are and have room, and moves `index` and `place` behind
    /// them.
    @inline(__always)
    static func encode(
        _ octets: Span<UInt8>,
        at index: inout Int,
        groups count: Int,
        into output: inout MutableSpan<UInt8>,
        at place: inout Int
    ) {
        let pairs = pairs.span
        guard pairs.count == 4096, count > 0 else { return }
        let end = min(octets.count, index + 3 * min(count, (octets.count - index) / 3))
        let room = output.count
        while index >= 0, index <= end - 6, place >= 0, place <= room - 8 {
            let low = UInt32(octets[index]) << 16 | UInt32(octets[index + 1]) << 8 | UInt32(octets[index + 2])
            let high = UInt32(octets[index + 3]) << 16 | UInt32(octets[index + 4]) << 8 | UInt32(octets[index + 5])
            let lowLetters = UInt64(pairs[Int(low >> 12)]) | UInt64(pairs[Int(low & 4095)]) << 16
            let highLetters = UInt64(pairs[Int(high >> 12)]) | UInt64(pairs[Int(high & 4095)]) << 16
            let letters = lowLetters | highLetters << 32
            output.store(letters, at: place)
            index += 6
            place += 8
        }
        while index >= 0, index <= end - 3, place >= 0, place <= room - 4 {
            let group = UInt32(octets[index]) << 16 | UInt32(octets[index + 1]) << 8 | UInt32(octets[index + 2])
            let letters = UInt32(pairs[Int(group >> 12)]) | UInt32(pairs[Int(group & 4095)]) << 16
            output.store(letters, at: place)
            index += 3
            place += 4
        }
    }

    /// The letters of the last one or two octets, with padding.
    static func lastLetters(_ first: UInt8, _ second: UInt8?) -> (UInt8, UInt8, UInt8, UInt8) {
        let low = second ?? 0
        return (
            Base64.alphabet[Int(first >> 2)], Base64.alphabet[Int((first << 4 | low >> 4) & 63)],
            second == nil ? Base64.pad : Base64.alphabet[Int(low << 2 & 63)], Base64.pad
        )
    }
}

extension MutableSpan<UInt8> {
    /// Puts the octets of `value` at `place`, the lowest one first. The compiler makes one store of it.
    @inline(__always)
    fileprivate mutating func store(_ value: some FixedWidthInteger & UnsignedInteger, at place: Int) {
        for index in 0..<(value.bitWidth / 8) {
            self[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }
}
