internal import Octets

/// Undoes the dot-stuffing of what follows DATA and finds its end. RFC 5321 §4.5.2.
///
///      ┌───────────── CR ──────────────┐
///      │                               ▼
///     text ◀── other ── lineStart ◀─LF─ carriageReturn
///                        │ ▲
///                       "." other: the dot is dropped
///                        ▼ │
///                        dot ── CR ──▶ dotCarriageReturn ── LF ──▶ the end
///
/// 1. Only CRLF "." CRLF ends the message, and at the very start "." CRLF. A bare CR or LF starts no line, so what two
///    servers could read differently (SMTP smuggling) is one message here, and a refused one: `fault` is set (RFC 5321
///    §2.3.8) and the octets are consumed to the true end, so the session stays in step with the client.
/// 2. A line may be of any length. RFC 5321 §4.5.3.1.6 lets a server stop at 1000 octets, but much mail is longer, and
///    nothing here is held for the length of a line.
/// 3. The result is the same however the octets are cut.
public struct DataDecoder: Hashable, Sendable {
    private enum State: UInt8 {
        case lineStart
        case text
        case carriageReturn
        case dot
        case dotCarriageReturn
    }

    /// Why a message must be refused.
    public enum Fault: Hashable, Sendable {
        /// A CR without LF, or a LF without CR.
        case bareLineEnding
    }

    /// As if a CRLF had just been read: DATA's own.
    private var state = State.lineStart
    /// Whether the end was found. Nothing is consumed after it.
    public private(set) var isComplete = false
    /// What is wrong with the message, once that is known. Nothing more is decoded after it.
    public private(set) var fault: Fault?
    /// Octets consumed, with dots and the end.
    public private(set) var consumed = 0

    /// A decoder for one message.
    public init() {}

    /// Decodes `octets` up to the end of the message, and appends what it decoded to `message`.
    ///
    /// - Returns: how many octets it took; all of them unless the end is among them.
    public mutating func push(_ octets: Span<UInt8>, into message: inout [UInt8]) -> Int {
        // octets[run..<index] is text that waits to be copied at once.
        var run = 0
        var index = 0
        let count = octets.count
        while index < count, !isComplete {
            switch state {
            case .text:
                index = Self.skipText(octets, from: index)
                guard index < count else { break }
                let byte = octets[index]
                index &+= 1
                if byte == .carriageReturn { state = .carriageReturn } else if byte == .lineFeed { mark() }
            case .lineStart:
                if octets[index] == UInt8(ascii: ".") {
                    copy(run..<index, of: octets, to: &message)
                    index &+= 1
                    run = index
                    state = .dot
                } else {
                    state = .text
                }
            case .carriageReturn:
                if octets[index] == .lineFeed {
                    index &+= 1
                    state = .lineStart
                } else {
                    mark()
                    state = .text
                }
            case .dot:
                if octets[index] == .carriageReturn {
                    index &+= 1
                    run = index
                    state = .dotCarriageReturn
                } else {
                    state = .text
                }
            case .dotCarriageReturn:
                if octets[index] == .lineFeed {
                    index &+= 1
                    run = index
                    isComplete = true
                } else {
                    mark()
                    state = .text
                }
            }
        }
        copy(run..<index, of: octets, to: &message)
        consumed += index
        return index
    }

    /// The first octet at `start` or after it that is no higher than CR, the higher of the two looked for; the end if there
    /// is none. Sixteen at a time: a loop without a way out becomes a few vector instructions.
    private static func skipText(_ octets: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while octets.count - index >= 16 {
            let block = octets.extracting(index..<index &+ 16)
            var least = UInt8.max
            for place in 0..<16 { least = min(least, block[place]) }
            guard least > .carriageReturn else { break }
            index &+= 16
        }
        while index < octets.count, octets[index] > .carriageReturn { index &+= 1 }
        return index
    }

    private mutating func mark() { fault = .bareLineEnding }

    private func copy(_ range: Range<Int>, of octets: Span<UInt8>, to message: inout [UInt8]) {
        guard !range.isEmpty, fault == nil else { return }
        message.append(contentsOf: octets.extracting(range))
    }
}
