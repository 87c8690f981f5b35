/// Text in the form in which i;unicode-casemap compares it: each character in title case, then taken apart. RFC 5051 §2.
///
/// Two texts are equal if their forms are, one stands in another if its form does, and forms in the order of their octets are
/// in the order of the collation.
public enum UnicodeCasemap {
    /// The form of UTF-8; what is damaged counts as U+FFFD. Takes time in proportion to the text.
    public static func map(_ text: [UInt8]) -> [UInt8] {
        var mapped = text
        if mapASCII(&mapped) { return mapped }
        mapped.removeAll(keepingCapacity: true)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            guard scalar.value >= 0x80 else {
                mapped.append(UInt8(scalar.value).asciiUppercased)
                continue
            }
            append(scalar, to: &mapped)
        }
        return mapped
    }

    /// Maps ASCII letters; false, and nothing sensible done, if there are other octets.
    private static func mapASCII(_ octets: inout [UInt8]) -> Bool {
        var seen: UInt8 = 0
        for index in octets.indices {
            seen |= octets[index]
            octets[index] = octets[index].asciiUppercased
        }
        return seen < 0x80
    }

    private static func append(_ scalar: Unicode.Scalar, to mapped: inout [UInt8]) {
        if let syllable = hangul(scalar.value) {
            for part in syllable { append(plain: part, to: &mapped) }
            return
        }
        var low = 0
        var high = table.keys.count
        while low < high {
            let middle = (low + high) / 2
            if table.keys[middle] < scalar.value { low = middle + 1 } else { high = middle }
        }
        guard low < table.keys.count, table.keys[low] == scalar.value else {
            return append(plain: scalar, to: &mapped)
        }
        let start = low == 0 ? 0 : Int(table.ends[low - 1])
        mapped.append(contentsOf: table.octets[start..<Int(table.ends[low])])
    }

    private static func append(plain scalar: Unicode.Scalar, to mapped: inout [UInt8]) {
        mapped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The letters of a Hangul syllable; nil for what is none. Unicode §3.12.
    private static func hangul(_ value: UInt32) -> [Unicode.Scalar]? {
        guard (0xAC00...0xD7A3).contains(value) else { return nil }
        let index = value - 0xAC00
        let letters = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
        return letters.filter { $0 != 0x11A7 }.compactMap { Unicode.Scalar($0) }
    }

    private struct Table {
        /// Ascending.
        var keys: [UInt32] = []
        /// Where what a key becomes ends in `octets`; it begins where that of the key before ends.
        var ends: [UInt32] = []
        var octets: [UInt8] = []
    }

    private static let table: Table = {
        let encoded = Base64.decodeStrictly(Array(encodedTable.description.utf8).span) ?? []
        var table = Table()
        var offset = 0
        var key: UInt32 = 0
        func number() -> UInt32 {
            var value: UInt32 = 0
            var shift: UInt32 = 0
            while offset < encoded.count {
                let octet = encoded[offset]
                offset += 1
                value |= UInt32(octet & 0x7F) << shift
                shift += 7
                if octet < 0x80 { break }
            }
            return value
        }
        while offset < encoded.count {
            key += number()
            let count = Int(number())
            let end = min(offset + count, encoded.count)
            table.octets.append(contentsOf: encoded[offset..<end])
            offset = end
            table.keys.append(key)
            table.ends.append(UInt32(table.octets.count))
        }
        return table
    }()
}
