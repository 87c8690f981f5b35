internal import Octets

/// Writes a parameter of a MIME field in the shortest form that can hold its value: a token, a quoted string, or RFC 2231;
/// cut into continuations if it does not fit a line. RFC 2045 §5.1, RFC 2231 §3, §4.
struct ParameterWriter {
    /// Whether UTF-8 may stand in a quoted string. RFC 6532 §3.2.
    var isUTF8: Bool

    /// A line of 78 octets has room for a blank, this and a semicolon.
    private static var pieceLength: Int { 76 }
    /// Continuations, at most: readers look no further.
    private static var segmentLimit: Int { 100 }

    /// `name=value`, in one or more parts without semicolons. `name` must be a token.
    func pieces(_ name: String, _ value: String) throws(MessageBuilder.Problem) -> [[UInt8]] {
        try HeaderWriter.check(value)
        let attribute = try HeaderWriter.token(name)
        let octets = Array(value.utf8)
        guard isPlain(octets) else { return try extended(attribute, octets) }
        let whole = attribute + [0x3D] + plain(octets[...])
        return whole.count <= Self.pieceLength ? [whole] : try continued(attribute, octets)
    }

    /// A file name. If not every reader could read it, a plain one stands before it. RFC 2183 §2.3.
    func pieces(fileName: String) throws(MessageBuilder.Problem) -> [[UInt8]] {
        let octets = Array(fileName.utf8)
        guard (1...1024).contains(octets.count), fileName != ".", fileName != "..",
            octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F && $0 != 0x5C })
        else { throw .fileName }
        let name = "filename"
        let pieces = try pieces(name, fileName)
        if pieces.count == 1, isPlain(octets) { return pieces }
        let fallback = Self.fallback(fileName)
        return [Array("\(name)=".utf8) + plain(fallback[...])] + pieces
    }

    /// An ASCII name much like `name`: what cannot be kept is `_`, and a long one is cut before its extension.
    private static func fallback(_ name: String) -> [UInt8] {
        var octets: [UInt8] = []
        for scalar in name.unicodeScalars {
            let value = scalar.value
            if value > 0x20, value < 0x7F, value != 0x22 {
                octets.append(UInt8(truncatingIfNeeded: value))
            } else if octets.last != 0x5F {
                octets.append(0x5F)
            }
        }
        var stem = octets[...]
        var ending: ArraySlice<UInt8> = []
        if let dot = octets.lastIndex(of: 0x2E), dot > 0, (1...16).contains(octets.count - dot) {
            stem = octets[..<dot]
            ending = octets[dot...]
        }
        if stem.allSatisfy({ $0 == 0x5F }) { stem = Array("attachment".utf8)[...] }
        var short = Array(stem.prefix(40) + ending)
        // What a reader would take for an encoded word.
        for index in short.indices.dropFirst() where short[index] == 0x3F && short[index - 1] == 0x3D {
            short[index] = 0x5F
        }
        return short
    }

    // MARK: Forms

    /// Whether a token or quoted string can hold the value and every reader will take it for what it is.
    private func isPlain(_ value: [UInt8]) -> Bool {
        guard value.first != .space, value.last != .space else { return false }
        var last: UInt8 = 0
        for byte in value {
            guard byte >= 0x20, byte != 0x7F, byte < 0x80 || isUTF8, last != 0x3D || byte != 0x3F else { return false }
            last = byte
        }
        return true
    }

    private func plain(_ value: ArraySlice<UInt8>) -> [UInt8] {
        if !value.isEmpty, value.allSatisfy(HeaderWriter.tokenText.contains) { return Array(value) }
        var text: [UInt8] = [0x22]
        for byte in value {
            if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
            text.append(byte)
        }
        text.append(0x22)
        return text
    }

    /// `name*0=…`, `name*1=…`.
    private func continued(_ attribute: [UInt8], _ value: [UInt8]) throws(MessageBuilder.Problem) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < value.count {
            let prefix = attribute + Array("*\(pieces.count)=".utf8)
            // Quotes, and no octet twice as long as its place.
            var room = Self.pieceLength - prefix.count - 2
            var end = start
            while end < value.count {
                var next = end + 1
                while next < value.count, value[next] & 0xC0 == 0x80 { next += 1 }
                let isEscaped = value[end] == 0x22 || value[end] == 0x5C
                room -= isEscaped ? 2 : next - end
                if room < 0 { break }
                end = next
            }
            guard end > start, pieces.count < Self.segmentLimit else { throw .tooLong }
            pieces.append(prefix + plain(value[start..<end]))
            start = end
        }
        return pieces
    }

    /// `name*=utf-8''…`, or `name*0*=utf-8''…`, `name*1*=…`.
    private func extended(_ attribute: [UInt8], _ value: [UInt8]) throws(MessageBuilder.Problem) -> [[UInt8]] {
        let charset = Array("utf-8''".utf8)
        let whole = attribute + Array("*=".utf8) + charset + Self.percentEncoded(value[...])
        if whole.count <= Self.pieceLength { return [whole] }
        var pieces: [[UInt8]] = []
        var start = 0
        while start < value.count {
            var piece = attribute + Array("*\(pieces.count)*=".utf8)
            if pieces.isEmpty { piece += charset }
            var end = start
            while end < value.count {
                var next = end + 1
                while next < value.count, value[next] & 0xC0 == 0x80 { next += 1 }
                let text = Self.percentEncoded(value[end..<next])
                if piece.count + text.count > Self.pieceLength { break }
                piece += text
                end = next
            }
            guard end > start, pieces.count < Self.segmentLimit else { throw .tooLong }
            pieces.append(piece)
            start = end
        }
        return pieces
    }

    /// RFC 2231 §7: attribute-char stands for itself.
    private static func percentEncoded(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for byte in octets {
            if attributeText.contains(byte) { text.append(byte) } else { text.append(hexadecimal: byte, behind: 0x25) }
        }
        return text
    }

    private static let attributeText = HeaderWriter.tokenText.subtracting(ByteClass("*'%"))
}
