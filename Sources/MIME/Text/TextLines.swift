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
        let source = text.utf8.span
        var octets: [UInt8] = []
        var start = 0
        var index = 0
        while index < source.count {
            guard source[index] == .carriageReturn else {
                index += 1
                continue
            }
            if octets.isEmpty { octets.reserveCapacity(source.count) }
            octets.append(contentsOf: source.extracting(start..<index))
            octets.append(.lineFeed)
            index = behindBreak(at: index, in: source)
            start = index
        }
        guard start > 0 else { return text }
        octets.append(contentsOf: source.extracting(start..<source.count))
        return String(decoding: octets, as: UTF8.self)
    }
}
