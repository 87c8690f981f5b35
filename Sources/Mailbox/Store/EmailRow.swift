internal import Store
internal import MIME

/// An email's row: what is kept of a message beside its octets. Format 1 had no preview.
struct EmailRow: Sendable {
    var summary: MessageSummary
    /// Nil in a row of format 1, or if it was not to be read.
    var preview: String?
    var content: ContentReference

    private static let kindOfCopy: UInt8 = 3

    init(summary: MessageSummary, preview: String?, content: ContentReference) {
        self.summary = summary
        self.preview = preview
        self.content = content
    }

    init(_ octets: [UInt8], _ range: Range<Int>, hasPreview: Bool = true) throws(DamagedRow) {
        var unpacker = Unpacker(octets, range)
        let format = try EmailRow.format(&unpacker)
        content = try EmailRow.content(&unpacker)
        let envelope = try unpacker.string()
        let bodyStructure = try unpacker.string()
        guard let structure = MessageStructure(encoded: try unpacker.string()) else { throw DamagedRow() }
        summary = MessageSummary(envelope: envelope, bodyStructure: bodyStructure, structure: structure)
        if format > 1, hasPreview { preview = try unpacker.text() }
    }

    /// Only where the octets are.
    static func content(_ octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) -> ContentReference {
        var unpacker = Unpacker(octets, range)
        _ = try format(&unpacker)
        return try content(&unpacker)
    }

    private static func format(_ unpacker: inout Unpacker) throws(DamagedRow) -> UInt8 {
        let format = try unpacker.octet()
        guard 1...2 ~= format else { throw DamagedRow() }
        return format
    }

    /// The row; without a preview in format 1, which a reader makes it for.
    var row: [UInt8] {
        let structure = summary.structure.encoded
        var packer = Packer()
        packer.octets.reserveCapacity(
            96 + summary.envelope.count + summary.bodyStructure.count + structure.count + (preview?.utf8.count ?? 0)
        )
        packer.octet(preview == nil ? 1 : 2)
        switch content {
        case .row(let id):
            packer.octet(0)
            packer.number(id)
        case .blob(let id, let prefix, let isShared):
            packer.octet(isShared ? 2 : 1)
            packer.string(id)
            packer.string(prefix)
        case .email: preconditionFailure("where octets are is read before it is written")
        }
        packer.string(summary.envelope)
        packer.string(summary.bodyStructure)
        packer.string(structure)
        if let preview { packer.text(preview) }
        return packer.octets
    }

    private static func content(_ unpacker: inout Unpacker) throws(DamagedRow) -> ContentReference {
        switch try unpacker.octet() {
        case 0: return .row(try unpacker.number())
        case let kind where kind < kindOfCopy:
            let id = try unpacker.string()
            guard (1...64).contains(id.count) else { throw DamagedRow() }
            return .blob(id, prefix: try unpacker.string(), isShared: kind == 2)
        default: throw DamagedRow()
        }
    }
}

/// The row of a copy: of what, and the ids, so that a copy can go without reading more.
struct CopyRow: Hashable, Sendable {
    /// The email whose rows it needs: one that is no copy, even if a copy was copied.
    var original: EmailID
    /// The id that all copies share: the original's, unless a former version made that as a copy with rows of its own.
    var object: EmailID
    var thread: ThreadID

    init(of original: EmailID, object: EmailID, thread: ThreadID) {
        self.original = original
        self.object = object
        self.thread = thread
    }

    init(_ octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) {
        var unpacker = Unpacker(octets, range)
        guard try unpacker.octet() == 2, try unpacker.octet() == 3 else { throw DamagedRow() }
        original = EmailID(try unpacker.number())
        object = EmailID(original.number &- UInt64(bitPattern: try unpacker.signed()))
        thread = ThreadID(original.number &- UInt64(bitPattern: try unpacker.signed()))
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(2)
        packer.octet(3)
        packer.number(original.number)
        packer.signed(Int64(bitPattern: original.number &- object.number))
        packer.signed(Int64(bitPattern: original.number &- thread.number))
        return packer.octets
    }
}
