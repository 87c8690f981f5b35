internal import Octets

/// Puts together what IMAP shows of a message from what was noted of its entities.
struct SummaryWriter {
    let entities: [ScannedEntity]
    /// What the ranges of the entities point into.
    let octets: [UInt8]

    func summary() -> MessageSummary {
        MessageSummary(
            envelope: Array(octets[entities[0].envelope]),
            bodyStructure: bodyStructure(),
            structure: MessageStructure(parts: entities.map(part))
        )
    }

    private func part(_ entity: ScannedEntity) -> MessageStructure.Part {
        var part = entity.part
        if entity.childCount == 0 { part.isMultipart = false }
        return part
    }

    /// The entities stand in the order in which they begin, so each is closed when one comes that is not in it.
    private func bodyStructure() -> [UInt8] {
        var structure: [UInt8] = []
        structure.reserveCapacity(octets.count + entities.count * 32)
        var open: [Int] = []
        for (index, entity) in entities.enumerated() {
            while let last = open.last, last != entity.part.parent {
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
        default: structure.append(contentsOf: octets.span.extracting(entity.fields))
        }
        if entity.childCount == 0 || entity.kind == .message {
            structure.append(.space)
            structure.append(decimal: entity.part.bodyEnd - entity.part.bodyStart)
        }
        guard entity.kind == .message, index + 1 < entities.count else { return }
        structure.append(.space)
        structure.append(contentsOf: octets.span.extracting(entities[index + 1].envelope))
        structure.append(.space)
    }

    private func end(_ entity: ScannedEntity, in structure: inout [UInt8]) {
        let isEmptyMultipart = entity.kind == .multipart && entity.childCount == 0
        if entity.kind == .message || entity.kind == .text || isEmptyMultipart {
            structure.append(.space)
            structure.append(decimal: entity.lines)
        }
        if entity.kind == .multipart, !isEmptyMultipart {
            structure.append(contentsOf: octets.span.extracting(entity.fields))
        }
        if isEmptyMultipart { structure.append(ascii: " NIL") }
        structure.append(contentsOf: octets.span.extracting(entity.extensions))
        structure.append(0x29)
    }
}
