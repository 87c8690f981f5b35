internal import Octets

/// Lines of text that came from a message.
enum TextLines {
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
