internal import Octets

/// Character references of HTML: `&amp;`, `&#38;`, `&#x26;`. HTML Standard §13.2.5.72.
enum HTMLReferences {
    struct Found {
        var first: Unicode.Scalar
        /// Some names stand for two.
        var second: Unicode.Scalar?
        /// Behind the reference.
        var end: Int
    }

    /// The reference that begins with the `&` at `start`; nil if none does, so that the `&` is text.
    ///
    /// In an attribute, a name without semicolon is text if a letter, a digit or `=` follows: `?a=1&copy=2`.
    static func reference(at start: Int, in html: Span<UInt8>, end: Int, isAttribute: Bool = false) -> Found? {
        let nameStart = start + 1
        guard nameStart < end else { return nil }
        if html[nameStart] == 0x23 { return number(at: nameStart + 1, in: html, end: end) }
        var nameEnd = nameStart
        while nameEnd < end, nameEnd - nameStart < longestName, ByteClass.isNameOctet(html[nameEnd]) { nameEnd += 1 }
        guard nameEnd > nameStart + 1 else { return nil }
        let table = table
        if nameEnd < end, html[nameEnd] == 0x3B, let entry = table.find(html.extracting(nameStart..<nameEnd)) {
            return entry.found(end: nameEnd + 1)
        }
        // The longest name that needs no semicolon.
        var count = min(nameEnd - nameStart, longestBareName)
        while count >= shortestBareName {
            let stop = nameStart + count
            if let entry = table.find(html.extracting(nameStart..<stop)), entry.isBare {
                let isFollowed = stop < end && (ByteClass.isNameOctet(html[stop]) || html[stop] == 0x3D)
                return isAttribute && isFollowed ? nil : entry.found(end: stop)
            }
            count -= 1
        }
        return nil
    }

    private static var longestName: Int { 31 }
    private static var longestBareName: Int { 6 }
    private static var shortestBareName: Int { 2 }

    /// HTML Standard §13.2.5.80: what is no character becomes U+FFFD, and 128…159 are meant as windows-1252.
    private static func number(at start: Int, in html: Span<UInt8>, end: Int) -> Found? {
        var index = start
        let isHex = index < end && html[index] | 0x20 == 0x78
        if isHex { index += 1 }
        let digits = index
        var value: UInt32 = 0
        while index < end, let digit = isHex ? html[index].hexValue : html[index].digitValue {
            value = min(value * (isHex ? 16 : 10) + UInt32(digit), 0x110000)
            index += 1
        }
        guard index > digits else { return nil }
        if index < end, html[index] == 0x3B { index += 1 }
        if value == 0 { value = 0xFFFD }
        if (0x80...0x9F).contains(value) { value = upperControls[Int(value) - 0x80] }
        return Found(first: Unicode.Scalar(value) ?? "\u{FFFD}", end: index)
    }

    /// What 0x80…0x9F are in windows-1252.
    private static let upperControls: [UInt32] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
        0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x009D, 0x017E, 0x0178,
    ]

    private static let table = Table(HTMLReferenceTable.text)
}

extension HTMLReferences {
    fileprivate struct Entry {
        var nameStart: Int
        var nameEnd: Int
        var isBare: Bool
        var first: UInt32
        var second: UInt32

        func found(end: Int) -> Found {
            Found(
                first: Unicode.Scalar(first) ?? "\u{FFFD}",
                second: second == 0 ? nil : Unicode.Scalar(second),
                end: end
            )
        }
    }

    /// The names, sorted, and where those of each first letter begin.
    fileprivate struct Table: Sendable {
        private var octets: [UInt8]
        private var entries: [Entry] = []
        private var starts = [Int](repeating: 0, count: 129)

        init(_ text: StaticString) {
            octets = Array(text.description.utf8)
            var index = 0
            while index < octets.count {
                guard ByteClass.isNameOctet(octets[index]) else {
                    index += 1
                    continue
                }
                var entry = Entry(nameStart: index, nameEnd: index, isBare: false, first: 0, second: 0)
                while index < octets.count, ByteClass.isNameOctet(octets[index]) { index += 1 }
                entry.nameEnd = index
                entry.isBare = index < octets.count && octets[index] == 0x21
                index += 1
                entry.first = hexNumber(&index)
                if index < octets.count, octets[index] == 0x2B {
                    index += 1
                    entry.second = hexNumber(&index)
                }
                entries.append(entry)
            }
            var letter = 0
            for (place, entry) in entries.enumerated() {
                while letter <= Int(octets[entry.nameStart]) {
                    starts[letter] = place
                    letter += 1
                }
            }
            while letter < starts.count {
                starts[letter] = entries.count
                letter += 1
            }
        }

        private func hexNumber(_ index: inout Int) -> UInt32 {
            var value: UInt32 = 0
            while index < octets.count, let digit = octets[index].hexValue {
                value = value << 4 | UInt32(digit)
                index += 1
            }
            return value
        }

        /// The entry of that name.
        func find(_ name: Span<UInt8>) -> Entry? {
            let letter = Int(name[0] & 0x7F)
            var low = starts[letter]
            var high = starts[letter + 1]
            while low < high {
                let middle = (low + high) / 2
                let order = compare(entries[middle], name)
                if order == 0 { return entries[middle] }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }

        private func compare(_ entry: Entry, _ name: Span<UInt8>) -> Int {
            let count = entry.nameEnd - entry.nameStart
            for index in 0..<min(count, name.count) where octets[entry.nameStart + index] != name[index] {
                return Int(octets[entry.nameStart + index]) - Int(name[index])
            }
            return count - name.count
        }
    }
}

extension ByteClass {
    /// Whether it is an ASCII letter or digit.
    @inline(__always)
    static func isNameOctet(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }
}
