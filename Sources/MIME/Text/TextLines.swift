internal import Octets

/// Lines of text that came from a message.
enum TextLines {
    /// Where the next line begins, if one ends at `index`: behind CRLF, LF or CR.
    @inline(__always)
    static func behindBreak(at index: Int, in text: Span<UInt8>) -> Int {
        guard index < text.count else { return index }
        let isPair = text[index] == .carriageReturn && index + 1 < text.count && text[index + 1] == .lineFeed
        return index + (isPair ? 2 : 1)
    }

    /// `text` with LF for every CRLF and CR.
    static func withLineFeeds(_ text: String) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count)
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte != .lineFeed || last != .carriageReturn {
                octets.append(byte == .carriageReturn ? .lineFeed : byte)
            }
            last = byte
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
