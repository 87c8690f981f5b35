internal import Octets

/// Undoes the chunked transfer coding, at any cut. Extensions and trailer fields are checked and passed over.
/// RFC 9112 §7.1.
public struct ChunkedDecoder: Hashable, Sendable {
    private enum State: Hashable {
        /// In the size, of which so many digits were seen.
        case size(digits: Int)
        case beforeExtension, extensions
        case sizeLineFeed
        case data, dataCarriageReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, endLineFeed
        case done
    }

    private var state = State.size(digits: 0)
    private var left = 0
    private var overhead = 0
    private let limit: Int
    private var total = 0

    /// The beginning of a body of at most `limit` octets.
    public init(limit: Int) { self.limit = limit }

    /// Whether the whole body was decoded.
    public var isDone: Bool { state == .done }

    /// Takes `input`, the body's next, up to the end of the body, and appends what it decodes to `body`.
    ///
    /// - Returns: how many octets were taken.
    public mutating func push(
        _ input: Span<UInt8>,
        into body: inout [UInt8]
    ) throws(RequestError) -> Int {
        var index = 0
        while index < input.count, state != .done {
            if state == .data {
                let count = min(left, input.count - index)
                body.append(contentsOf: input.extracting(index..<index + count))
                index += count
                left -= count
                if left == 0 { state = .dataCarriageReturn }
            } else {
                try push(input[index])
                index += 1
            }
        }
        return index
    }

    private mutating func push(_ octet: UInt8) throws(RequestError) {
        switch state {
        case .size(let digits): try pushSize(octet, digits)
        case .beforeExtension:
            // BWS before the semicolon. RFC 9112 §7.1.1.
            if octet == UInt8(ascii: ";") {
                state = .extensions
            } else if octet != .space, octet != .tab {
                throw malformed
            }
            try countOverhead()
        case .extensions:
            if octet == .carriageReturn {
                state = .sizeLineFeed
            } else if !fieldCharacter.contains(octet) {
                throw malformed
            }
            try countOverhead()
        case .sizeLineFeed:
            try expect(octet, .lineFeed, left == 0 ? .trailerStart : .data)
        case .dataCarriageReturn: try expect(octet, .carriageReturn, .dataLineFeed)
        case .dataLineFeed: try expect(octet, .lineFeed, .size(digits: 0))
        case .trailerStart:
            if octet == .carriageReturn { return state = .endLineFeed }
            guard tokenCharacter.contains(octet) else { throw malformed }
            state = .trailerName
            try countOverhead()
        case .trailerName:
            if octet == UInt8(ascii: ":") {
                state = .trailerValue
            } else if !tokenCharacter.contains(octet) {
                throw malformed
            }
            try countOverhead()
        case .trailerValue:
            if octet == .carriageReturn {
                state = .trailerLineFeed
            } else if !fieldCharacter.contains(octet) {
                throw malformed
            }
            try countOverhead()
        case .trailerLineFeed: try expect(octet, .lineFeed, .trailerStart)
        case .endLineFeed: try expect(octet, .lineFeed, .done)
        case .data, .done: break
        }
    }

    private mutating func pushSize(_ octet: UInt8, _ digits: Int) throws(RequestError) {
        if let digit = octet.hexValue {
            guard digits < 15 else { throw malformed }
            left = left << 4 | Int(digit)
            state = .size(digits: digits + 1)
            return
        }
        guard digits > 0 else { throw malformed }
        guard left <= limit - total else { throw RequestError(.contentTooLarge, "at most \(limit) octets") }
        total += left
        switch octet {
        case .carriageReturn: state = .sizeLineFeed
        case UInt8(ascii: ";"): state = .extensions
        case .space, .tab: state = .beforeExtension
        default: throw malformed
        }
    }

    private mutating func expect(_ octet: UInt8, _ expected: UInt8, _ next: State) throws(RequestError) {
        guard octet == expected else { throw malformed }
        state = next
    }

    private mutating func countOverhead() throws(RequestError) {
        overhead += 1
        guard overhead <= Limits.chunkOverhead else { throw malformed }
    }

    private var malformed: RequestError { RequestError(.badRequest, "malformed chunk") }
}
