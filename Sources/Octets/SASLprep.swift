/// Names and passwords in the form in which they are compared and hashed, so that it does not matter by which keyboard they
/// were typed. RFC 4013, a profile of RFC 3454.
///
/// Characters that Unicode 3.2 does not have pass as they are: RFC 4013 §2.5 wants them refused where a password is set, which
/// would be every emoji of these days.
public enum SASLprep {
    /// Why a text has no such form.
    public enum Failure: Error, Hashable, Sendable {
        /// A character that is not allowed. RFC 4013 §2.3.
        case prohibited
        /// Text that runs both ways. RFC 4013 §2.4.
        case bidirectional
    }

    /// The form of `text`, perhaps empty. Takes time in proportion to it, but for long runs of accents, which are sorted.
    public static func prepare(_ text: String) throws(Failure) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var scalars: [UInt32] = []
        for scalar in text.unicodeScalars { decompose(scalar.value, into: &scalars) }
        order(&scalars)
        compose(&scalars)
        guard !scalars.contains(where: { table.prohibited.contains($0) }) else { throw .prohibited }
        if scalars.contains(where: { table.rightToLeft.contains($0) }) {
            guard let first = scalars.first, let last = scalars.last, table.rightToLeft.contains(first),
                table.rightToLeft.contains(last), !scalars.contains(where: { table.leftToRight.contains($0) })
            else { throw .bidirectional }
        }
        var prepared = String.UnicodeScalarView()
        prepared.append(contentsOf: scalars.lazy.compactMap { Unicode.Scalar($0) })
        return String(prepared)
    }

    // MARK: Mapping and normalization form KC. RFC 4013 §2.1-2.2.

    private static func decompose(_ scalar: UInt32, into scalars: inout [UInt32]) {
        if (0xAC00...0xD7A3).contains(scalar) {
            let index = scalar - 0xAC00
            scalars += [0x1100 + index / 588, 0x1161 + index % 588 / 28]
            if index % 28 > 0 { scalars.append(0x11A7 + index % 28) }
        } else if let parts = table.mappings[scalar] {
            scalars += parts
        } else {
            scalars.append(scalar)
        }
    }

    /// Sorts each run of accents by class, those of one class as they stand.
    private static func order(_ scalars: inout [UInt32]) {
        var start = 0
        while start < scalars.count {
            var end = start
            while end < scalars.count, table.classes[scalars[end]] != nil { end += 1 }
            if end - start > 1 {
                let run = scalars[start..<end].enumerated().map { (table.classes[$1] ?? 0, $0, $1) }
                scalars.replaceSubrange(start..<end, with: run.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2))
            }
            start = end + 1
        }
    }

    private static func compose(_ scalars: inout [UInt32]) {
        var composed: [UInt32] = []
        var starter: Int?
        var lastClass: UInt8 = 0
        for scalar in scalars {
            let own = table.classes[scalar] ?? 0
            if let starter {
                // What stands between them must not keep them apart.
                let isNext = starter == composed.count - 1
                if isNext || lastClass < own, let whole = composition(composed[starter], scalar) {
                    composed[starter] = whole
                    continue
                }
            }
            composed.append(scalar)
            if own == 0 { starter = composed.count - 1 }
            lastClass = own
        }
        scalars = composed
    }

    private static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if (0x1100...0x1112).contains(first), (0x1161...0x1175).contains(second) {
            return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
        }
        if (0xAC00...0xD7A3).contains(first), (first - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(second) {
            return first + (second - 0x11A7)
        }
        return table.compositions[UInt64(first) << 32 | UInt64(second)]
    }

    // MARK: The table

    /// Characters, as runs in ascending order.
    private struct Runs {
        var firsts: [UInt32] = []
        var lasts: [UInt32] = []

        func contains(_ scalar: UInt32) -> Bool {
            var low = 0
            var high = lasts.count
            while low < high {
                let middle = (low + high) / 2
                if lasts[middle] < scalar { low = middle + 1 } else { high = middle }
            }
            return low < firsts.count && firsts[low] <= scalar
        }
    }

    private struct Table {
        /// What a character is replaced by, taken apart as far as possible.
        var mappings: [UInt32: [UInt32]] = [:]
        /// The classes of accents. Others have 0.
        var classes: [UInt32: UInt8] = [:]
        /// What two characters, one in the upper half, one in the lower, become.
        var compositions: [UInt64: UInt32] = [:]
        var prohibited = Runs()
        var rightToLeft = Runs()
        var leftToRight = Runs()
    }

    private struct Reader {
        let octets: [UInt8]
        var offset = 0

        mutating func number() -> UInt32 {
            var value: UInt32 = 0
            var shift: UInt32 = 0
            while offset < octets.count {
                let octet = octets[offset]
                offset += 1
                value |= UInt32(octet & 0x7F) << shift
                shift += 7
                if octet < 0x80 { break }
            }
            return value
        }

        mutating func runs() -> Runs {
            var runs = Runs()
            var last: UInt32 = 0
            for _ in 0..<number() {
                let first = last + number()
                last = first + number()
                runs.firsts.append(first)
                runs.lasts.append(last)
            }
            return runs
        }
    }

    private static let table: Table = {
        var reader = Reader(octets: Base64.decodeStrictly(Array(encodedTable.description.utf8).span) ?? [])
        var table = Table()
        var scalar: UInt32 = 0
        for _ in 0..<reader.number() {
            scalar += reader.number()
            table.mappings[scalar] = (0..<reader.number()).map { _ in reader.number() }
        }
        scalar = 0
        for _ in 0..<reader.number() {
            scalar += reader.number()
            table.classes[scalar] = UInt8(truncatingIfNeeded: reader.number())
        }
        for _ in 0..<reader.number() {
            let pair = (reader.number(), reader.number())
            table.compositions[UInt64(pair.0) << 32 | UInt64(pair.1)] = reader.number()
        }
        table.prohibited = reader.runs()
        table.rightToLeft = reader.runs()
        table.leftToRight = reader.runs()
        return table
    }()
}
