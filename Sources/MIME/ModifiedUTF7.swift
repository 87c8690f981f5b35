internal import Octets

/// The encoding of mailbox names in IMAP4rev1: ASCII, and UTF-16 in a base64 of its own between `&` and `-`.
/// RFC 3501 §5.1.3.
public enum ModifiedUTF7 {
    /// `name` as IMAP4rev1 sends it.
    public static func encode(_ name: String) -> [UInt8] {
        var octets: [UInt8] = []
        var units: [UInt16] = []
        for scalar in name.unicodeScalars {
            guard (0x20...0x7E).contains(scalar.value) else {
                units.append(contentsOf: UTF16.encode(scalar).map(Array.init) ?? [])
                continue
            }
            flush(&units, into: &octets)
            octets.append(UInt8(truncatingIfNeeded: scalar.value))
            if scalar == "&" { octets.append(0x2D) }
        }
        flush(&units, into: &octets)
        return octets
    }

    private static func flush(_ units: inout [UInt16], into octets: inout [UInt8]) {
        guard !units.isEmpty else { return }
        let wide = units.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        octets.append(0x26)
        for letter in Base64.encode(wide.span) where letter != Base64.pad {
            octets.append(letter == 0x2F ? 0x2C : letter)
        }
        octets.append(0x2D)
        units.removeAll(keepingCapacity: true)
    }

    /// The name that `octets` stand for; nil unless they are exactly what `encode` would send: printable ASCII only, no
    /// ASCII in base64, no two base64 runs in a row, whole UTF-16, padding bits zero.
    public static func decode(_ octets: Span<UInt8>) -> String? {
        var name = String.UnicodeScalarView()
        var index = 0
        var lastRunEnd = -1
        while index < octets.count {
            let byte = octets[index]
            guard (0x20...0x7E).contains(byte) else { return nil }
            guard byte == 0x26 else {
                name.append(Unicode.Scalar(byte))
                index += 1
                continue
            }
            guard let end = end(of: octets, from: index + 1) else { return nil }
            if end == index + 1 {
                name.append("&")
            } else {
                guard lastRunEnd != index, appendRun(octets.extracting(index + 1..<end), to: &name) else { return nil }
                lastRunEnd = end + 1
            }
            index = end + 1
        }
        return String(name)
    }

    private static func end(of octets: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < octets.count {
            if octets[index] == 0x2D { return index }
            index += 1
        }
        return nil
    }

    private static func appendRun(_ run: Span<UInt8>, to name: inout String.UnicodeScalarView) -> Bool {
        var letters: [UInt8] = []
        letters.reserveCapacity(run.count + 3)
        for index in run.indices {
            guard run[index] != 0x2F else { return false }
            letters.append(run[index] == 0x2C ? 0x2F : run[index])
        }
        guard letters.count % 4 != 1, !letters.contains(Base64.pad) else { return false }
        while letters.count % 4 != 0 { letters.append(Base64.pad) }
        guard let wide = Base64.decodeStrictly(letters.span), wide.count % 2 == 0 else { return false }
        let units = stride(from: 0, to: wide.count, by: 2).map { UInt16(wide[$0]) << 8 | UInt16(wide[$0 + 1]) }
        guard let text = String(validating: units, as: UTF16.self) else { return false }
        for scalar in text.unicodeScalars {
            guard !(0x20...0x7E).contains(scalar.value) else { return false }
            name.append(scalar)
        }
        return true
    }
}
