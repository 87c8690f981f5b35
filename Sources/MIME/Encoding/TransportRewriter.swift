internal import Octets

/// Rewrites a message as it comes, the way that `TransportFacts.rewriting` has found: parts are encoded, and headers say so.
public struct TransportRewriter: Sendable {
    private enum Action {
        case edit(TransportRewriting.Edit)
        case body(TransportRewriting.Body)

        var range: Range<Int> {
            switch self {
            case .edit(let edit): edit.range
            case .body(let body): body.range
            }
        }
    }

    private let isMasking: Bool
    /// In reverse order.
    private var actions: [Action]
    /// Octets that were taken.
    private var position = 0
    private var encoder: BodyStream?

    /// For the octets that the survey has seen.
    public init(_ rewriting: TransportRewriting) {
        isMasking = rewriting.isMasking
        let all = rewriting.edits.map { Action.edit($0) } + rewriting.bodies.map { Action.body($0) }
        actions = all.sorted { $0.range.lowerBound > $1.range.lowerBound }
    }

    /// Takes the next octets, and appends what is certain of the new message to `output`.
    public mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < octets.count {
            guard let action = actions.last else { return pass(octets.extracting(start...), into: &output) }
            let range = action.range
            if position < range.lowerBound {
                let count = min(octets.count - start, range.lowerBound - position)
                pass(octets.extracting(start..<start + count), into: &output)
                start += count
                continue
            }
            let count = min(octets.count - start, max(0, range.upperBound - position))
            take(octets.extracting(start..<start + count), for: action, into: &output)
            start += count
        }
    }

    /// Ends the message.
    public mutating func finish(into output: inout [UInt8]) {
        let nothing: [UInt8] = []
        while let action = actions.last, position >= action.range.lowerBound {
            take(nothing.span, for: action, into: &output)
            // The message is shorter than it was: what was begun is ended.
            if actions.last?.range == action.range { end(action, into: &output) }
        }
        actions = []
    }

    private mutating func pass(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        position += octets.count
        guard isMasking else { return output.append(contentsOf: octets) }
        for index in octets.indices { output.append(octets[index] < 0x80 ? octets[index] : UInt8(ascii: "?")) }
    }

    private mutating func take(_ octets: Span<UInt8>, for action: Action, into output: inout [UInt8]) {
        if case .body(let body) = action {
            if encoder == nil { encoder = BodyStream(body) }
            encoder?.push(octets, into: &output)
        }
        position += octets.count
        if position >= action.range.upperBound { end(action, into: &output) }
    }

    private mutating func end(_ action: Action, into output: inout [UInt8]) {
        actions.removeLast()
        switch action {
        case .edit(let edit): output.append(contentsOf: edit.octets)
        case .body:
            encoder?.finish(into: &output)
            encoder = nil
        }
    }
}

/// One body on its way through an encoder.
private struct BodyStream: Sendable {
    private var base64: Base64Encoder?
    /// What quoted-printable has of the lines that are not ended yet.
    private var held: [UInt8] = []

    /// Octets that are encoded together.
    private static var most: Int { 4096 }

    init(_ body: TransportRewriting.Body) {
        if body.code == .base64 { base64 = Base64Encoder(lineLength: 76, endsLastLine: body.isLast) }
    }

    mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        guard base64 == nil else {
            base64?.push(octets, into: &output)
            return
        }
        var start = 0
        while start < octets.count {
            let count = min(octets.count - start, Self.most - held.count)
            held.append(contentsOf: octets.extracting(start..<start + count))
            start += count
            if held.count == Self.most { encode(lastLineBreak(), into: &output) }
        }
    }

    mutating func finish(into output: inout [UInt8]) {
        base64?.finish(into: &output)
        encode(held.count, into: &output)
    }

    /// Where the last whole line ends; if there is none, a place that is not within a CRLF.
    private func lastLineBreak() -> Int {
        var end = held.count
        while end > 1 {
            if held[end - 1] == .lineFeed, held[end - 2] == .carriageReturn { return end }
            end -= 1
        }
        return held.last == .carriageReturn ? held.count - 1 : held.count
    }

    /// A line that is cut gets a soft break. RFC 2045 §6.7.
    private mutating func encode(_ count: Int, into output: inout [UInt8]) {
        guard count > 0 else { return }
        let lines = Array(held[..<count])
        held.removeFirst(count)
        guard let text = QuotedPrintableWriter.encode(lines.span, limit: .max / 4, endsLine: true) else { return }
        output.append(contentsOf: text)
    }
}
