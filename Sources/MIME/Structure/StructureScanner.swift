internal import Octets

/// Reads a message once, in pieces of any size, tells a sink what it passes, and says at the end where its parts are.
///
///     var scanner = StructureScanner(sink: NoSink())
///     scanner.push(first.span)
///     scanner.push(second.span)
///     let structure = scanner.finish()
///
/// Any octets are a message: what cannot be understood is a leaf. Memory is bounded by `ScannerLimits`, not by the
/// message: a body is only counted, a header is kept until its empty line. Where the pieces were cut never matters.
/// CRLF and bare LF both end lines; a bare CR does not. RFC 5322 §2.3, §4.1.
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
/// 2. Each of `delimiters.multiparts` belongs to one entity of `open`, in the same order.
/// 3. Without multiparts, a body has no end but the message's, so its lines need no look: they are only counted.
public struct StructureScanner<Sink: StructureSink>: Sendable {
    private enum State { case header, body }

    /// What the scanner needs of an entity beside its part.
    private struct Entity {
        var isDigest = false
        var isMessage = false
        var childCount = 0
        /// Line feeds of the message before the body.
        var linesBefore = 0
    }

    /// Who is told.
    public var sink: Sink

    private let limits: ScannerLimits
    private var state = State.header
    private var structure: MessageStructure
    private var entities = [Entity()]
    private var open = [0]
    private var delimiters = Delimiters()
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
    public init(limits: ScannerLimits = .standard, sink: Sink) {
        self.limits = limits
        self.sink = sink
        structure = MessageStructure(parts: [Self.part(headerStart: 0, parent: nil)])
        header.reserveCapacity(4096)
        self.sink.begin(entity: 0, in: nil, at: 0)
    }

    private static func part(headerStart: Int, parent: Int?) -> MessageStructure.Part {
        MessageStructure.Part(
            headerStart: headerStart,
            bodyStart: headerStart,
            bodyEnd: headerStart,
            parent: parent,
            isMultipart: false,
            isMessage: false
        )
    }

    /// Takes the next octets of the message.
    public mutating func push(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        var position = 0
        while position < octets.count {
            if state == .header {
                position = pushHeader(octets, from: position)
            } else if delimiters.isEmpty || isFrozen {
                lineFeeds += octets.extracting(position...).lineFeedCount
                position = octets.count
            } else {
                position = pushMultipart(octets, from: position)
            }
        }
        base += octets.count
        lastOctet = octets[octets.count - 1]
    }

    /// Ends the message and says where its parts were. The scanner must not be used any more, except for its sink.
    public mutating func finish() -> MessageStructure {
        if !head.isEmpty {
            let found = delimiters.isEmpty || isFrozen ? nil : delimiters.match(head.span)
            if let found { take(found, next: base, linesBefore: lineFeeds) }
        }
        while state == .header { endHeader(at: base, bodyStart: base, linesBefore: lineFeeds) }
        close(to: 0, end: base, lines: lineFeeds)
        return structure
    }

    // MARK: Lines

    /// Takes header lines up to the end of the header or of the piece; returns where it stopped.
    private mutating func pushHeader(_ octets: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while let lineFeed = octets.firstLineFeed(from: position) {
            lineFeeds += 1
            var isEmpty = false
            var found: Delimiters.Delimiter?
            if head.isEmpty {
                (isEmpty, found) = headerLine(octets.extracting(position..<lineFeed))
            } else {
                keepHead(octets.extracting(position..<lineFeed))
                (isEmpty, found) = headerLine(head.span)
            }
            if let found {
                keepHeader(octets.extracting(start..<position))
                take(found, next: base + lineFeed + 1, linesBefore: lineFeeds - 1)
            }
            let headerEnd = lineStart
            endLine(octets, lineFeed: lineFeed)
            if isEmpty {
                keepHeader(octets.extracting(start..<position))
                endHeader(at: headerEnd, bodyStart: lineStart, linesBefore: lineFeeds)
            }
            position = lineFeed + 1
            if isEmpty || found != nil { return position }
        }
        keepHeader(octets.extracting(start...))
        keepHead(octets.extracting(position...))
        return octets.count
    }

    private func headerLine(_ line: Span<UInt8>) -> (isEmpty: Bool, delimiter: Delimiters.Delimiter?) {
        let isEmpty = line.count == 0 || (line.count == 1 && line[0] == .carriageReturn)
        return (isEmpty, isEmpty || delimiters.isEmpty || isFrozen ? nil : delimiters.match(line))
    }

    /// Looks for delimiters in body lines; returns where it stopped.
    private mutating func pushMultipart(_ octets: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while true {
            if head.isEmpty, position < octets.count, octets[position] != 0x2D {
                let skipped = octets.skipLines(notBeginningWith: 0x2D, 0x2D, from: position)
                if skipped.lineStart > position {
                    lineFeeds += skipped.lineFeeds
                    endLine(octets, lineFeed: skipped.lineStart - 1)
                    position = skipped.lineStart
                }
            }
            guard let lineFeed = octets.firstLineFeed(from: position) else { break }
            lineFeeds += 1
            var found: Delimiters.Delimiter?
            if !head.isEmpty {
                keepHead(octets.extracting(position..<lineFeed))
                found = delimiters.match(head.span)
            } else if octets[position] == 0x2D {
                found = delimiters.match(octets.extracting(position..<lineFeed))
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
        let count = min(Delimiters.lineLimit - head.count, octets.count)
        if count > 0 { head.append(contentsOf: octets.extracting(first: count)) }
    }

    private mutating func keepHeader(_ octets: Span<UInt8>) {
        let count = min(limits.headerOctets - header.count, octets.count)
        if count > 0 { header.append(contentsOf: octets.extracting(first: count)) }
    }

    // MARK: Entities

    /// Ends what the delimiter ends, and begins the next part if there is one.
    /// It is the current line; the next one begins at `next`.
    private mutating func take(_ delimiter: Delimiters.Delimiter, next: Int, linesBefore: Int) {
        let index = delimiter.multipart
        while state == .header { endHeader(at: lineStart, bodyStart: lineStart, linesBefore: linesBefore) }
        guard delimiter.isClose || entities.count < limits.parts else {
            isFrozen = true
            structure.reachedLimits.insert(.parts)
            return
        }
        close(to: delimiters.multiparts[index].depth + 1, end: lineStart - lastBreak, lines: linesBefore - 1)
        delimiters.multiparts.removeLast(delimiters.multiparts.count - index - 1)
        let entity = delimiters.multiparts[index].entity
        sink.delimiter(of: entity, line: lineStart..<next, isClose: delimiter.isClose)
        if delimiter.isClose {
            delimiters.multiparts[index].isClosed = true
        } else {
            begin(headerStart: next, in: entity)
        }
    }

    private mutating func begin(headerStart: Int, in parent: Int) {
        let entity = entities.count
        entities[parent].childCount += 1
        open.append(entity)
        entities.append(Entity())
        structure.parts.append(Self.part(headerStart: headerStart, parent: parent))
        header.removeAll(keepingCapacity: true)
        state = .header
        sink.begin(entity: entity, in: parent, at: headerStart)
    }

    /// Ends all entities of `open` from `depth` on. `lines` are the line feeds before `end`. A part that a delimiter cut
    /// short in its header ends where that line begins, and so then does what it is in.
    private mutating func close(to depth: Int, end: Int, lines: Int) {
        var end = end
        var lines = lines
        while open.count > depth {
            let index = open.removeLast()
            if end <= structure.parts[index].bodyStart {
                end = structure.parts[index].bodyStart
                lines = entities[index].linesBefore
            }
            structure.parts[index].bodyEnd = end
            if entities[index].childCount == 0 { structure.parts[index].isMultipart = false }
            sink.end(
                entity: index,
                at: end,
                lineFeeds: lines - entities[index].linesBefore,
                childCount: entities[index].childCount
            )
        }
    }

    /// The header of the entity being read is complete: it ends at `end`, and its empty line, if it has one, at `bodyStart`.
    private mutating func endHeader(at end: Int, bodyStart: Int, linesBefore: Int) {
        let index = open[open.count - 1]
        let parent = structure.parts[index].parent
        var octets: [UInt8] = []
        swap(&octets, &header)
        // The start of the line that ended it may have come with an earlier piece.
        let length = max(end - structure.parts[index].headerStart, 0)
        if octets.count > length { octets.removeLast(octets.count - length) }
        if octets.count < length { structure.reachedLimits.insert(.header) }
        let fields = EntityFields(octets.span)
        let type = ContentField(ifPresent: fields.contentType, in: octets.span)
        let isInDigest = parent.map { entities[$0].isDigest } ?? false
        let isDeep = open.count >= limits.depth
        let body = EntityHeader.body(
            type,
            fields,
            in: octets.span,
            isInDigest: isInDigest,
            canNest: !isDeep && entities.count < limits.parts && !isFrozen
        )
        if body.isStopped { structure.reachedLimits.insert(isDeep ? .depth : .parts) }
        let header = EntityHeader(
            entity: index,
            parent: parent,
            start: structure.parts[index].headerStart,
            bodyStart: bodyStart,
            kind: body.kind,
            isInDigest: isInDigest,
            isMessage: parent.map { structure.parts[$0].isMessage } ?? true,
            fields: fields,
            type: type
        )
        sink.header(header, octets: octets.span)
        structure.parts[index].bodyStart = bodyStart
        structure.parts[index].isMultipart = body.kind == .multipart
        structure.parts[index].isMessage = body.kind == .message
        entities[index].linesBefore = linesBefore
        entities[index].isDigest = header.isDigest
        state = .body
        octets.removeAll(keepingCapacity: true)
        swap(&octets, &self.header)
        switch body.kind {
        case .multipart:
            delimiters.multiparts.append(
                Delimiters.Multipart(entity: index, depth: open.count - 1, boundary: body.boundary)
            )
        case .message: begin(headerStart: bodyStart, in: index)
        case .text, .other: break
        }
    }
}
