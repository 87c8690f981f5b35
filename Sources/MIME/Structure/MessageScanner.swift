internal import Octets

/// Reads a message once, in pieces of any size, and says where its parts are and what IMAP shows of it.
///
///     var scanner = MessageScanner()
///     scanner.push(first.span)
///     scanner.push(second.span)
///     let summary = scanner.finish()
///
/// Any octets are a message: what cannot be understood is a leaf. Memory is bounded by `ScannerLimits`, not by the
/// message: a body is only counted, a header is kept until its empty line. Where the pieces were cut never matters.
/// CRLF and bare LF both end lines.
///
/// ```
///             empty line: leaf, multipart
///   header ───────────────────────────────▶ body
///    ▲  ▲ │ empty line: message/rfc822       │
///    │  └─┘                                  │
///    └───────────────────────────────────────┘
///             delimiter of an open multipart
/// ```
///
/// 1. `open` is the path from the message to the entity whose header or body is being read.
/// 2. Each of `multiparts` belongs to one entity of `open`, in the same order.
/// 3. Without `multiparts`, a body has no end but the message's, so its lines need no look: they are only counted.
public struct MessageScanner: Sendable {
    private enum State { case header, body }

    /// A multipart that a delimiter may continue or close.
    private struct Multipart {
        var entity: Int
        /// Its place in `open`.
        var depth: Int
        var boundary: [UInt8]
        /// Whether its close delimiter was seen: the rest is epilogue.
        var isClosed = false
    }

    /// A line that ends a part. RFC 2046 §5.1.1.
    private struct Delimiter {
        var multipart: Int
        var isClose: Bool
    }

    /// Octets kept of the start of a line that was cut: more than any delimiter needs.
    private static let headLimit = 512

    private let limits: ScannerLimits
    private var state = State.header
    private var entities: [ScannedEntity]
    private var open = [0]
    private var multiparts: [Multipart] = []
    private var writer = EntityWriter()
    /// The header being read, up to the limit.
    private var header: [UInt8] = []
    /// The start of the current line, if that line began in an earlier piece.
    private var head: [UInt8] = []
    /// Octets of earlier pieces.
    private var base = 0
    /// Where the current line began.
    private var lineStart = 0
    private var lineFeeds = 0
    /// Octets of the line break before the current line: 0 at the start of the message.
    private var lastBreak = 0
    private var lastOctet: UInt8 = 0
    /// No further part is opened: all that follows belongs to the entity being read.
    private var isFrozen = false

    /// Begins a message.
    public init(limits: ScannerLimits = .standard) {
        self.limits = limits
        entities = [ScannedEntity(headerStart: 0, parent: nil)]
        header.reserveCapacity(4096)
    }

    /// Takes the next octets of the message.
    public mutating func push(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        var position = 0
        while position < octets.count {
            if state == .header {
                position = pushHeader(octets, from: position)
            } else if multiparts.isEmpty || isFrozen {
                lineFeeds += octets.extracting(position...).lineFeedCount
                position = octets.count
            } else {
                position = pushMultipart(octets, from: position)
            }
        }
        base += octets.count
        lastOctet = octets[octets.count - 1]
    }

    /// Ends the message and says what it was.
    public mutating func finish() -> MessageSummary {
        if !head.isEmpty {
            let found = multiparts.isEmpty || isFrozen ? nil : delimiter(in: head.span)
            if let found { take(found, next: base, linesBefore: lineFeeds) }
        }
        while state == .header { endHeader(bodyStart: base, linesBefore: lineFeeds) }
        close(to: 0, end: base, lines: lineFeeds)
        let summary = SummaryWriter(entities: entities, octets: writer.octets).summary()
        self = MessageScanner(limits: limits)
        return summary
    }

    // MARK: Lines

    /// Takes header lines up to the end of the header or of the piece; returns where it stopped.
    private mutating func pushHeader(_ octets: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while let lineFeed = octets.firstLineFeed(from: position) {
            lineFeeds += 1
            var isEmpty = false
            var found: Delimiter?
            if head.isEmpty {
                (isEmpty, found) = headerLine(octets.extracting(position..<lineFeed))
            } else {
                keepHead(octets.extracting(position..<lineFeed))
                (isEmpty, found) = headerLine(head.span)
            }
            if let found {
                keepHeader(octets.extracting(start..<position))
                let length = max(lineStart - entities[open[open.count - 1]].part.headerStart, 0)
                if header.count > length { header.removeLast(header.count - length) }
                take(found, next: base + lineFeed + 1, linesBefore: lineFeeds - 1)
            }
            endLine(octets, lineFeed: lineFeed)
            if isEmpty {
                keepHeader(octets.extracting(start..<position))
                endHeader(bodyStart: lineStart, linesBefore: lineFeeds)
            }
            position = lineFeed + 1
            if isEmpty || found != nil { return position }
        }
        keepHeader(octets.extracting(start...))
        keepHead(octets.extracting(position...))
        return octets.count
    }

    private func headerLine(_ line: Span<UInt8>) -> (isEmpty: Bool, delimiter: Delimiter?) {
        let isEmpty = line.count == 0 || (line.count == 1 && line[0] == .carriageReturn)
        return (isEmpty, isEmpty || multiparts.isEmpty || isFrozen ? nil : delimiter(in: line))
    }

    /// Looks for delimiters in body lines; returns where it stopped.
    private mutating func pushMultipart(_ octets: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while true {
            if head.isEmpty, position < octets.count, octets[position] != 0x2D {
                let skipped = octets.skipLinesWithoutDashes(from: position)
                if skipped.lineStart > position {
                    lineFeeds += skipped.lineFeeds
                    endLine(octets, lineFeed: skipped.lineStart - 1)
                    position = skipped.lineStart
                }
            }
            guard let lineFeed = octets.firstLineFeed(from: position) else { break }
            lineFeeds += 1
            var found: Delimiter?
            if !head.isEmpty {
                keepHead(octets.extracting(position..<lineFeed))
                found = delimiter(in: head.span)
            } else if octets[position] == 0x2D {
                found = delimiter(in: octets.extracting(position..<lineFeed))
            }
            if let found { take(found, next: base + lineFeed + 1, linesBefore: lineFeeds - 1) }
            endLine(octets, lineFeed: lineFeed)
            position = lineFeed + 1
            if found != nil { return position }
        }
        keepHead(octets.extracting(position...))
        return octets.count
    }

    private mutating func endLine(_ octets: Span<UInt8>, lineFeed: Int) {
        let before = lineFeed > 0 ? octets[lineFeed - 1] : lastOctet
        lastBreak = before == .carriageReturn ? 2 : 1
        lineStart = base + lineFeed + 1
        if !head.isEmpty { head.removeAll(keepingCapacity: true) }
    }

    private mutating func keepHead(_ octets: Span<UInt8>) {
        let count = min(Self.headLimit - head.count, octets.count)
        if count > 0 { head.append(contentsOf: octets.extracting(first: count)) }
    }

    private mutating func keepHeader(_ octets: Span<UInt8>) {
        let count = min(limits.headerOctets - header.count, octets.count)
        if count > 0 { header.append(contentsOf: octets.extracting(first: count)) }
    }

    /// Which multipart the line belongs to, if it is a delimiter. The whole boundary must stand there, and then at most
    /// blanks; if no multipart matches so, the one with the longest boundary that the line begins with. RFC 2046 §5.1.2.
    private func delimiter(in line: Span<UInt8>) -> Delimiter? {
        guard line.count > 2, line[0] == 0x2D, line[1] == 0x2D else { return nil }
        var longest: Delimiter?
        var length = 0
        var index = multiparts.count
        while index > 0 {
            index -= 1
            let boundary = multiparts[index].boundary
            guard line.count >= boundary.count + 2, line.begins(with: boundary.span, at: 2) else { continue }
            let end = boundary.count + 2
            let isClose = line.count >= end + 2 && line[end] == 0x2D && line[end + 1] == 0x2D
            if line.isBlank(from: isClose ? end + 2 : end) { return Delimiter(multipart: index, isClose: isClose) }
            if boundary.count > length {
                longest = Delimiter(multipart: index, isClose: isClose)
                length = boundary.count
            }
        }
        return longest
    }

    // MARK: Entities

    /// Ends what the delimiter ends, and begins the next part if there is one.
    /// It is the current line; the next one begins at `next`.
    private mutating func take(_ delimiter: Delimiter, next: Int, linesBefore: Int) {
        let index = delimiter.multipart
        guard !multiparts[index].isClosed else { return }
        while state == .header { endHeader(bodyStart: lineStart, linesBefore: linesBefore) }
        guard delimiter.isClose || entities.count < limits.parts else {
            isFrozen = true
            return
        }
        close(to: multiparts[index].depth + 1, end: lineStart - lastBreak, lines: linesBefore - 1)
        multiparts.removeLast(multiparts.count - index - 1)
        if delimiter.isClose {
            multiparts[index].isClosed = true
        } else {
            begin(headerStart: next, in: multiparts[index].entity)
        }
    }

    private mutating func begin(headerStart: Int, in parent: Int) {
        entities[parent].childCount += 1
        open.append(entities.count)
        entities.append(ScannedEntity(headerStart: headerStart, parent: parent))
        header.removeAll(keepingCapacity: true)
        state = .header
    }

    /// Ends all entities of `open` from `depth` on. `lines` are the line feeds before `end`. A part that a delimiter cut
    /// short in its header ends where that line begins, and so then does what it is in.
    private mutating func close(to depth: Int, end: Int, lines: Int) {
        var end = end
        var lines = lines
        while open.count > depth {
            let index = open.removeLast()
            if end <= entities[index].part.bodyStart {
                end = entities[index].part.bodyStart
                lines = entities[index].linesBefore
            }
            entities[index].part.bodyEnd = end
            entities[index].linesAtEnd = lines
        }
    }

    /// The header of the entity being read is complete.
    private mutating func endHeader(bodyStart: Int, linesBefore: Int) {
        let index = open[open.count - 1]
        entities[index].part.bodyStart = bodyStart
        entities[index].linesBefore = linesBefore
        state = .body
        let parent = entities[index].part.parent
        var octets: [UInt8] = []
        swap(&octets, &header)
        var entity = entities[index]
        let fields = EntityFields(octets.span)
        let isBare = writer.octets.count > limits.summaryOctets
        if parent.map({ entities[$0].kind == .message }) ?? true {
            let start = writer.octets.count
            let shown = isBare ? EntityFields() : fields
            writer.octets.append(envelopeOf: shown, in: octets.span, addressLimit: limits.addresses)
            entity.envelope = start..<writer.octets.count
        }
        let body = writer.write(
            fields,
            in: octets.span,
            entity: &entity,
            isInDigest: parent.map { entities[$0].isDigest } ?? false,
            canNest: open.count < limits.depth && entities.count < limits.parts && !isFrozen,
            isBare: isBare
        )
        entities[index] = entity
        octets.removeAll(keepingCapacity: true)
        swap(&octets, &header)
        switch body.kind {
        case .multipart: multiparts.append(Multipart(entity: index, depth: open.count - 1, boundary: body.boundary))
        case .message: begin(headerStart: bodyStart, in: index)
        case .text, .other: break
        }
    }
}
