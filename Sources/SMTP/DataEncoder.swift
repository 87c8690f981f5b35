internal import Octets

/// Stuffs dots into a message and ends it, for a client. RFC 5321 §4.5.2.
public struct DataEncoder: Hashable, Sendable {
    private enum State: UInt8 {
        case lineStart
        case text
        case carriageReturn
    }

    private var state = State.lineStart

    /// An encoder for one message.
    public init() {}

    /// Appends `octets`, a piece of the message, as they are sent. Their lines must end with CRLF.
    public mutating func push(_ octets: Span<UInt8>, into wire: inout [UInt8]) {
        var run = 0
        for index in octets.indices {
            let byte = octets[index]
            if state == .lineStart, byte == UInt8(ascii: ".") {
                wire.append(contentsOf: octets.extracting(run..<index))
                wire.append(byte)
                run = index
            }
            state =
                switch (state, byte) {
                case (.carriageReturn, .lineFeed): .lineStart
                case (_, .carriageReturn): .carriageReturn
                default: .text
                }
        }
        wire.append(contentsOf: octets.extracting(run..<octets.count))
    }

    /// Appends the end of the message, after a CRLF if its last line has none.
    public mutating func finish(into wire: inout [UInt8]) {
        if state != .lineStart { wire.append(contentsOf: "\r\n".utf8) }
        wire.append(contentsOf: ".\r\n".utf8)
        state = .lineStart
    }
}
