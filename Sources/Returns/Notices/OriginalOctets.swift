internal import Octets
internal import SMTP

/// What goes back of a message: all of it, or the header.
struct OriginalOctets {
    /// All of the message if `isWhole`, else nothing.
    var octets: [UInt8] = []
    /// The header, with its last line end, without the empty line.
    var header: [UInt8] = []
    /// Whether the message goes back whole.
    var isWhole = false
    /// Whether it would have, had it been smaller.
    var isTooLarge = false

    /// Octets that are asked for at a time.
    private static let piece = 64 << 10

    /// RET is about failures only: of other events, the header alone is sent. RFC 3461 §4.3.
    init(
        of original: DeliveryNotice.Original,
        isFailure: Bool,
        _ settings: DeliveryNotice.Settings
    ) async throws {
        let wantsAll = isFailure && original.ret != .headers
        isWhole = wantsAll && original.size <= settings.fullLimit
        isTooLarge = wantsAll && !isWhole
        var end = HeaderEnd(limit: settings.headerLimit)
        while octets.count < original.size {
            if end.isFound, !isWhole { break }
            let next = min(octets.count + Self.piece, original.size)
            let piece = try await original.read(octets.count..<next)
            // A source that has less than it said must not be asked for ever.
            guard !piece.isEmpty else { break }
            octets += piece
            end.look(at: octets)
        }
        header = Array(octets[..<end.offset(in: octets)])
        if !isWhole { octets = [] }
    }
}

/// Finds where a header ends: before its empty line, or with the last line within the limit.
private struct HeaderEnd {
    let limit: Int
    private var lineStart = 0
    private var position = 0
    private(set) var isFound = false

    init(limit: Int) { self.limit = max(limit, 0) }

    mutating func look(at octets: [UInt8]) {
        while !isFound, position < octets.count {
            defer { position += 1 }
            guard octets[position] == .lineFeed else {
                // A line that crosses the limit ends the header before it.
                if position >= limit { isFound = true }
                continue
            }
            let isEmpty = position == lineStart || position == lineStart + 1 && octets[lineStart] == .carriageReturn
            if isEmpty || position >= limit { isFound = true } else { lineStart = position + 1 }
        }
    }

    func offset(in octets: [UInt8]) -> Int { min(isFound ? lineStart : octets.count, limit, octets.count) }
}
