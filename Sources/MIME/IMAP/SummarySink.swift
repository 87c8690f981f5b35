internal import Octets

/// Writes what IMAP shows of a message while it is scanned.
struct SummarySink: StructureSink {
    private let limits: ScannerLimits
    private var entities: [EntitySummary] = []
    /// What the ranges of the entities point into.
    private var writer = EntityWriter()
    private(set) var reachedLimits: ReachedLimits = []

    init(limits: ScannerLimits) { self.limits = limits }

    mutating func begin(entity: Int, in parent: Int?, at offset: Int) {
        entities.append(EntitySummary(parent: parent))
    }

    mutating func header(_ header: EntityHeader, octets: Span<UInt8>) {
        var entity = entities[header.entity]
        entity.kind = header.kind
        entity.size = header.bodyStart
        let isBare = writer.octets.count > limits.summaryOctets
        if isBare { reachedLimits.insert(.summary) }
        if header.isMessage {
            let start = writer.octets.count
            let shown = isBare ? EntityFields() : header.fields
            let isWhole = writer.octets.append(envelopeOf: shown, in: octets, addressLimit: limits.addresses)
            if !isWhole { reachedLimits.insert(.addresses) }
            entity.envelope = start..<writer.octets.count
        }
        writer.write(header, in: octets, to: &entity, isBare: isBare)
        entities[header.entity] = entity
    }

    mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool) {}

    mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int) {
        // Until now the size was where the body began.
        entities[entity].size = offset - entities[entity].size
        entities[entity].lines = lineFeeds
        entities[entity].childCount = childCount
    }

    /// The envelope of the message.
    func envelope() -> [UInt8] { Array(writer.octets[entities[0].envelope]) }

    /// The entities stand in the order in which they begin, so each is closed when one comes that is not in it.
    func bodyStructure() -> [UInt8] {
        let octets = writer.octets
        var structure: [UInt8] = []
        structure.reserveCapacity(octets.count + entities.count * 32)
        var open: [Int] = []
        for (index, entity) in entities.enumerated() {
            while let last = open.last, last != entity.parent {
                end(entities[last], in: &structure)
                open.removeLast()
            }
            open.append(index)
            begin(index, in: &structure)
        }
        while let last = open.popLast() { end(entities[last], in: &structure) }
        return structure
    }

    private func begin(_ index: Int, in structure: inout [UInt8]) {
        let entity = entities[index]
        structure.append(0x28)
        switch entity.kind {
        case .multipart where entity.childCount > 0: break
        case .multipart: structure.append(ascii: EntityWriter.plainText + " NIL NIL \"7BIT\"")
        default: structure.append(contentsOf: writer.octets.span.extracting(entity.fields))
        }
        if entity.childCount == 0 || entity.kind == .message {
            structure.append(.space)
            structure.append(decimal: entity.size)
        }
        guard entity.kind == .message, index + 1 < entities.count else { return }
        structure.append(.space)
        structure.append(contentsOf: writer.octets.span.extracting(entities[index + 1].envelope))
        structure.append(.space)
    }

    private func end(_ entity: EntitySummary, in structure: inout [UInt8]) {
        let isEmptyMultipart = entity.kind == .multipart && entity.childCount == 0
        if entity.kind == .message || entity.kind == .text || isEmptyMultipart {
            structure.append(.space)
            structure.append(decimal: entity.lines)
        }
        if entity.kind == .multipart, !isEmptyMultipart {
            structure.append(contentsOf: writer.octets.span.extracting(entity.fields))
        }
        if isEmptyMultipart { structure.append(ascii: " NIL") }
        structure.append(contentsOf: writer.octets.span.extracting(entity.extensions))
        structure.append(0x29)
    }
}
