internal import Octets

/// Rewrites a message as it comes, so that no octet of it is NUL: parts with `Content-Transfer-Encoding: binary` that have
/// one become base64, everything else stays as it is. RFC 3516 §4.4.
///
///     header lines ──empty line──▶ held: a binary part, as long as it may stay as it is
///        ▲     ▲                      │ NUL, or too much of it
///        │     └───── delimiter ── encoded
///        └──── delimiter ── passed: all other bodies
///
/// The message is fed to a scanner line by line, so that all that a line ends and begins is known when it has been pushed.
/// Memory is bounded: a header is held up to the scanner's limit, a body up to `heldOctets`, a line that may be a
/// delimiter up to the same.
public struct BinaryMessageConverter: Sendable {
    /// What cannot be rewritten has NULs: a header, a body that does not say that it is binary.
    public struct Unconvertible: Error, Hashable, Sendable {}

    private enum State { case header, passed, held, encoded }

    private var scanner: StructureScanner<Sink>
    private var state = State.header
    /// The entity that is held or encoded.
    private var entity = 0
    /// The header being read, or that of the body that is held.
    private var header: [UInt8] = []
    /// Where in it the value of the encoding is.
    private var encoding = 0..<0
    /// The body that is held; without `lineBreak`.
    private var body: [UInt8] = []
    private var encoder = Base64Encoder(lineLength: 76)
    /// Ends the last line; it belongs to a delimiter, if one follows.
    private var lineBreak: [UInt8] = []
    /// The start of a line that may be a delimiter.
    private var line: [UInt8] = []
    /// Octets that were taken.
    private var octets = 0
    /// Whether the start of the line that comes was taken already.
    private var isInLine = false
    private let heldOctets: Int
    private let encodesBareLineEndings: Bool

    /// A converter at the start of a message. More of a binary body than `heldOctets` becomes base64 in any case; with
    /// `encodesBareLineEndings` so does one that has a CR or a LF alone, for ways on which only CRLF ends lines.
    public init(heldOctets: Int = 64 << 10, encodesBareLineEndings: Bool = false) {
        self.heldOctets = heldOctets
        self.encodesBareLineEndings = encodesBareLineEndings
        scanner = StructureScanner(sink: Sink())
        scanner.sink.found = Found()
    }

    /// Takes the next octets of the message, and appends what is certain of the new one to `output`.
    public mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) throws(Unconvertible) {
        var start = 0
        while start < octets.count {
            let lineFeed = octets.firstLineFeed(from: start)
            let end = lineFeed.map { $0 + 1 } ?? octets.count
            let piece = octets.extracting(start..<end)
            start = end
            // The start of a line is kept while it may be a delimiter, or its line break may be cut in two.
            let mayWait = !isInLine && (!line.isEmpty || piece[0] == 0x2D) || piece[piece.count - 1] == .carriageReturn
            line.append(contentsOf: piece)
            guard lineFeed != nil || !mayWait && line.count >= 1024 || line.count >= heldOctets else { continue }
            try take(isWhole: lineFeed != nil, into: &output)
        }
    }

    /// Ends the message.
    public mutating func finish(into output: inout [UInt8]) throws(Unconvertible) {
        let isHeld = state == .held || state == .encoded
        guard isHeld, !isInLine, !line.isEmpty else {
            if !line.isEmpty { try take(isWhole: false, into: &output) }
            if state == .held || state == .encoded { endBody(lineBreakIsBody: true, into: &output) }
            output.append(contentsOf: header)
            header = []
            return
        }
        // A last line without an end may be a delimiter, which the scanner says only now.
        let line = line
        scanner.push(line.span)
        _ = scanner.finish()
        if let end = scanner.sink.found.ended[entity], end <= octets {
            endBody(lineBreakIsBody: false, into: &output)
            output.append(contentsOf: line)
        } else {
            add(line, isWhole: false, into: &output)
            endBody(lineBreakIsBody: true, into: &output)
        }
    }

    // MARK: Lines

    /// Takes `line`, or its start or rest if it is very long.
    private mutating func take(isWhole: Bool, into output: inout [UInt8]) throws(Unconvertible) {
        var line: [UInt8] = []
        swap(&line, &self.line)
        defer { isInLine = !isWhole }
        scanner.push(line.span)
        octets += line.count
        let found = scanner.sink.found
        scanner.sink.found = Found()
        switch state {
        case .held, .encoded:
            if found.ended[entity] != nil {
                // Part of a delimiter was taken for the body: no mail program writes delimiters of that length.
                guard !isInLine else { throw Unconvertible() }
                endBody(lineBreakIsBody: false, into: &output)
                output.append(contentsOf: line)
                state = found.hasBegun ? .header : .passed
            } else {
                add(line, isWhole: isWhole, into: &output)
            }
        case .header: try addHeader(line, found, into: &output)
        case .passed:
            guard !line.contains(0) else { throw Unconvertible() }
            output.append(contentsOf: line)
            if found.hasBegun { state = .header }
        }
    }

    private mutating func addHeader(
        _ line: [UInt8],
        _ found: Found,
        into output: inout [UInt8]
    ) throws(Unconvertible) {
        guard !line.contains(0) else { throw Unconvertible() }
        header.append(contentsOf: line)
        let isTooLong = header.count > ScannerLimits.standard.headerOctets
        guard found.hasHeader || isTooLong else { return }
        if let binary = found.binary, found.ended[binary.entity] == nil, !isTooLong {
            (entity, encoding) = (binary.entity, binary.encoding)
            state = .held
            return
        }
        output.append(contentsOf: header)
        header.removeAll(keepingCapacity: true)
        // Of a header that is too long the scanner says later where it ended; what is in it is passed.
        state = found.hasBegun ? .header : .passed
    }

    // MARK: Bodies

    private mutating func add(_ line: [UInt8], isWhole: Bool, into output: inout [UInt8]) {
        let joined = lineBreak + line
        var end = joined.count - (isWhole ? 1 : 0)
        if end > 0, joined[end - 1] == .carriageReturn { end -= 1 }
        let content = joined[..<end]
        lineBreak = Array(joined[end...])
        if state == .held {
            body.append(contentsOf: content)
            let isBare = encodesBareLineEndings && (content.contains(.carriageReturn) || lineBreak == [.lineFeed])
            guard content.contains(0) || isBare || body.count > heldOctets else { return }
            beginEncoding(into: &output)
        } else {
            encoder.push(content.span, into: &output)
        }
    }

    private mutating func beginEncoding(into output: inout [UInt8]) {
        output.append(contentsOf: header[..<encoding.lowerBound])
        output.append(contentsOf: "base64".utf8)
        output.append(contentsOf: header[encoding.upperBound...])
        header = []
        let held = body
        body = []
        encoder.push(held.span, into: &output)
        state = .encoded
    }

    private mutating func endBody(lineBreakIsBody: Bool, into output: inout [UInt8]) {
        if state == .encoded {
            let last = lineBreak
            if lineBreakIsBody { encoder.push(last.span, into: &output) }
            encoder.finish(into: &output)
            if lineBreakIsBody { output.append(contentsOf: [.carriageReturn, .lineFeed]) }
        } else {
            output.append(contentsOf: header)
            output.append(contentsOf: body)
            if lineBreakIsBody { output.append(contentsOf: lineBreak) }
        }
        if !lineBreakIsBody { output.append(contentsOf: lineBreak) }
        header = []
        body = []
        lineBreak = []
    }
}

extension BinaryMessageConverter {
    /// What a line ended and began.
    private struct Found {
        /// Entities, and where they did.
        var ended: [Int: Int] = [:]
        /// The header of an entity begins behind the line.
        var hasBegun = false
        /// A header is complete.
        var hasHeader = false
        /// It is that of a binary body that can be rewritten, and there its encoding stands.
        var binary: (entity: Int, encoding: Range<Int>)?
    }

    private struct Sink: StructureSink {
        var found = Found()

        mutating func begin(entity: Int, in parent: Int?, at offset: Int) { found.hasBegun = true }

        mutating func header(_ header: EntityHeader, octets: Span<UInt8>) {
            found.hasHeader = true
            found.hasBegun = false
            found.binary = nil
            guard header.kind == .text || header.kind == .other, let range = header.fields.encoding,
                ContentField(range, in: octets).isType("binary")
            else { return }
            found.binary = (header.entity, HeaderFields.trim(octets, range))
        }

        mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool) {}

        mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int) {
            found.ended[entity] = offset
        }
    }
}
