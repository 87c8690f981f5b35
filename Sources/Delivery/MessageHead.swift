internal import Directory
internal import Octets

/// The header section of a message as it comes: kept for notices, and looked through for `Delivered-To`.
///
/// Bounded: of a longer one, what is beyond `limit` is not looked at. Every octet is looked at once.
struct MessageHead: Sendable {
    private static let limit = DeliveryNotice.headerLimit
    /// Fields that are remembered: so many mailboxes one after the other are a loop too.
    static let fields = 100
    private static let name = Array("delivered-to:".utf8)

    /// The lines so far, each with its CRLF or LF.
    private(set) var octets: [UInt8] = []
    private var isComplete = false
    /// Where the last line begins.
    private var line = 0
    /// To whom the message was delivered before.
    private(set) var deliveredTo: Set<MailAddress> = []

    /// Takes the next octets of the message.
    mutating func push(_ more: Span<UInt8>) {
        var index = 0
        while index < more.count, !isComplete {
            octets.append(more[index])
            if more[index] == .lineFeed { endLine() }
            index += 1
            if octets.count >= Self.limit, !isComplete { end(at: line) }
        }
    }

    /// The message has no more octets.
    mutating func finish() { if !isComplete { end(at: octets.count) } }

    private mutating func end(at count: Int) {
        isComplete = true
        octets.removeLast(octets.count - count)
    }

    private mutating func endLine() {
        var end = octets.count - 1
        if end > line, octets[end - 1] == .carriageReturn { end -= 1 }
        guard end > line else { return self.end(at: line) }
        look(at: line..<end)
        line = octets.count
    }

    private mutating func look(at range: Range<Int>) {
        guard range.count > Self.name.count, deliveredTo.count < Self.fields else { return }
        for (place, byte) in Self.name.enumerated() where octets[range.lowerBound + place].asciiLowercased != byte {
            return
        }
        let value = octets[range.lowerBound + Self.name.count..<range.upperBound].drop { $0 == 0x20 || $0 == 0x09 }
        let text = String(decoding: value, as: UTF8.self)
        if let address = MailAddress(text) { deliveredTo.insert(address) }
    }
}
