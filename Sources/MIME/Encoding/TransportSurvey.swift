internal import Octets

/// Reads a message once and finds out what it needs of its way: `TransportFacts`.
///
/// It keeps no octets, only a few numbers for each part, of which `ScannerLimits` bounds the number.
public struct TransportSurvey: Sendable {
    private var scanner = StructureScanner(sink: Sink())
    /// What the line has so far.
    private var line = TransportFacts.Load()
    private var endsWithCR = false

    /// For one message.
    public init() {}

    /// Takes the next octets of the message.
    public mutating func push(_ octets: Span<UInt8>) {
        var start = 0
        while start < octets.count {
            let lineFeed = octets.firstLineFeed(from: start)
            let end = lineFeed.map { $0 + 1 } ?? octets.count
            let piece = octets.extracting(start..<end)
            start = end
            count(piece)
            scanner.push(piece)
            if lineFeed != nil { endLine() }
        }
    }

    /// Ends the message.
    public mutating func finish() -> TransportFacts {
        if endsWithCR { line.isBinary = true }
        if line.octets > Self.lineLimit { line.isBinary = true }
        scanner.sink.hold()
        let structure = scanner.finish()
        scanner.sink.account(line)
        return TransportFacts(entities: scanner.sink.entities, structure: structure)
    }

    /// The longest line, with its CRLF. RFC 5322 §2.1.1.
    private static var lineLimit: Int { 1000 }

    private mutating func count(_ piece: Span<UInt8>) {
        for index in piece.indices {
            let byte = piece[index]
            if endsWithCR, byte != .lineFeed { line.isBinary = true }
            if byte >= 0x80 {
                line.eightBit += 1
                line.coded += 1
            } else if byte == .lineFeed {
                if !endsWithCR { line.isBinary = true }
            } else if byte == 0 {
                line.isBinary = true
                line.coded += 1
            } else if byte == 0x3D || byte == 0x7F || byte < 0x20 && byte != .tab && byte != .carriageReturn {
                line.coded += 1
            }
            endsWithCR = byte == .carriageReturn
        }
        line.octets += piece.count
    }

    private mutating func endLine() {
        if line.octets > Self.lineLimit { line.isBinary = true }
        scanner.sink.account(line)
        line = TransportFacts.Load()
        endsWithCR = false
        scanner.sink.hold()
    }

    /// Knows which entity a line belongs to: where the scanner was before it, unless the line is a delimiter.
    private struct Sink: StructureSink {
        private struct Place {
            var entity = 0
            var isHeader = true
        }

        var entities: [TransportFacts.Entity] = []
        private var parents: [Int?] = []
        private var kinds: [EntityKind] = []
        private var seals: [Bool] = []
        private var now = Place()
        private var before = Place()
        private var delimited: Int?

        /// A line begins.
        mutating func hold() {
            before = now
            delimited = nil
        }

        /// The line that ends now has that.
        mutating func account(_ load: TransportFacts.Load) {
            // A delimiter stands for what its header says.
            if let delimited { return entities[delimited].header.add(load) }
            if before.isHeader {
                entities[before.entity].header.add(load)
            } else {
                entities[before.entity].body.add(load)
            }
        }

        mutating func begin(entity: Int, in parent: Int?, at offset: Int) {
            entities.append(TransportFacts.Entity())
            parents.append(parent)
            kinds.append(.other)
            seals.append(parent.map { seals[$0] } ?? false)
            now = Place(entity: entity, isHeader: true)
        }

        mutating func header(_ header: EntityHeader, octets: Span<UInt8>) {
            now = Place(entity: header.entity, isHeader: false)
            kinds[header.entity] = header.kind
            let type = header.type
            entities[header.entity].isSealed = seals[header.entity]
            entities[header.entity].form = Self.form(header, in: octets)
            entities[header.entity].isText = header.kind == .text
            entities[header.entity].headerEnd = header.start + octets.count
            entities[header.entity].isMessage = header.isMessage
            entities[header.entity].hasType = type != nil
            entities[header.entity].hasVersion = header.isMessage && Self.hasVersion(octets)
            if let range = header.fields.encoding {
                let trimmed = HeaderFields.trim(octets, range)
                entities[header.entity].encoding =
                    header.start + trimmed.lowerBound..<header.start + trimmed.upperBound
            }
            if type?.isType("multipart", "signed") == true || type?.isType("multipart", "encrypted") == true {
                seals[header.entity] = true
            }
        }

        mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool) { delimited = entity }

        mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int) {
            // A multipart without a part in it is a body that nothing can be done about.
            if kinds[entity] == .multipart, childCount == 0 { entities[entity].form = .fixed }
            if let parent = parents[entity] { now = Place(entity: parent, isHeader: false) }
        }

        private static func form(_ header: EntityHeader, in octets: Span<UInt8>) -> TransportFacts.Entity.Form {
            if header.kind == .multipart || header.kind == .message { return .container }
            if TransferEncoding(header.fields.encoding, in: octets).isEncoded { return .encoded }
            if let range = header.fields.encoding {
                let field = ContentField(range, in: octets)
                guard field.isType("7bit") || field.isType("8bit") || field.isType("binary") else { return .fixed }
            }
            guard let type = header.type else { return .leaf }
            // RFC 2046 §5.1, §5.2: they must not be encoded; RFC 6533 §4: those of `global` may.
            guard !type.isType("multipart") else { return .fixed }
            guard type.isType("message") else { return .leaf }
            return type.subtype.starts(with: "global".utf8) ? .leaf : .fixed
        }

        private static func hasVersion(_ header: Span<UInt8>) -> Bool {
            var fields = HeaderFields(in: header)
            while let field = fields.next(in: header) {
                if equalsIgnoringCase(header.extracting(field.name), "mime-version") { return true }
            }
            return false
        }
    }
}
