internal import MIME

/// An email's row: what is kept of a message beside its octets.
struct EmailRow {
    var summary: MessageSummary
    var content: ContentReference

    init(summary: MessageSummary, content: ContentReference) {
        self.summary = summary
        self.content = content
    }

    init(_ octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) {
        var unpacker = Unpacker(octets, range)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        content = try EmailRow.content(&unpacker)
        let envelope = try unpacker.string()
        let bodyStructure = try unpacker.string()
        guard let structure = MessageStructure(encoded: try unpacker.string()) else { throw DamagedRow() }
        summary = MessageSummary(envelope: envelope, bodyStructure: bodyStructure, structure: structure)
    }

    /// Only where the octets are.
    static func content(row: [UInt8]) throws(DamagedRow) -> ContentReference {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        return try content(&unpacker)
    }

    var row: [UInt8] {
        let structure = summary.structure.encoded
        var packer = Packer()
        packer.octets.reserveCapacity(96 + summary.envelope.count + summary.bodyStructure.count + structure.count)
        packer.octet(1)
        switch content {
        case .row(let id):
            packer.octet(0)
            packer.number(id)
        case .blob(let id, let prefix, let isShared):
            packer.octet(isShared ? 2 : 1)
            packer.string(id)
            packer.string(prefix)
        }
        packer.string(summary.envelope)
        packer.string(summary.bodyStructure)
        packer.string(structure)
        return packer.octets
    }

    private static func content(_ unpacker: inout Unpacker) throws(DamagedRow) -> ContentReference {
        switch try unpacker.octet() {
        case 0: return .row(try unpacker.number())
        case let kind where kind <= 2:
            let id = try unpacker.string()
            guard (1...64).contains(id.count) else { throw DamagedRow() }
            return .blob(id, prefix: try unpacker.string(), isShared: kind == 2)
        default: throw DamagedRow()
        }
    }
}
