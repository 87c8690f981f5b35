internal import Store

/// A folder's row: the folder, and the messages of the block that new ones are still added to, so that a delivery
/// writes one small row and reads none.
///
/// Format 1 had no `deletedSize` and no index of expunged messages.
struct FolderRow {
    var folder: Folder
    var open: [MessageEntry]
    var expunged = ExpungeIndex()
    /// Whether `Folder.deletedSize` is known; in a row of format 1 it may not be.
    var isCounted = true

    init(folder: Folder, open: [MessageEntry], expunged: ExpungeIndex = ExpungeIndex()) {
        self.folder = folder
        self.open = open
        self.expunged = expunged
    }

    init(id: FolderID, _ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        let format = try unpacker.octet()
        guard 1...2 ~= format else { throw DamagedRow() }
        guard let path = FolderPath(try unpacker.text()) else { throw DamagedRow() }
        folder = Folder(id: id, path: path, uidValidity: 0)
        let properties = try unpacker.octet()
        folder.isSubscribed = properties & 1 != 0
        folder.specialUse = SpecialUse(rawValue: properties >> 1)
        folder.uidValidity = try unpacker.number(as: UInt32.self)
        folder.uidNext = try unpacker.number(as: UID.self)
        folder.highestModSeq = try unpacker.number()
        folder.total = try unpacker.number(as: Int.self)
        folder.unseen = try unpacker.number(as: Int.self)
        folder.deleted = try unpacker.number(as: Int.self)
        if format > 1 { folder.deletedSize = try unpacker.number(as: Int.self) }
        folder.size = try unpacker.number(as: Int.self)
        folder.firstRecent = try unpacker.number(as: UID.self)
        for _ in 0..<(try unpacker.number(as: UInt8.self)) { folder.keywords.append(try unpacker.text()) }
        if format > 1 {
            expunged.rows = try unpacker.number(as: Int.self)
            expunged.completeFrom = try unpacker.number()
            expunged.foldedUpTo = try unpacker.number()
        } else {
            expunged.completeFrom = folder.highestModSeq
            isCounted = folder.deleted == 0
        }
        open = try Block.entries(folder.uidNext / MessageTable.span, &unpacker)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octets.reserveCapacity(64 + open.count * 18)
        packer.octet(2)
        packer.text(folder.path.name)
        packer.octet((folder.isSubscribed ? 1 : 0) | (folder.specialUse?.rawValue ?? 0) << 1)
        packer.number(folder.uidValidity)
        packer.number(folder.uidNext)
        packer.number(folder.highestModSeq)
        packer.number(folder.total)
        packer.number(folder.unseen)
        packer.number(folder.deleted)
        packer.number(folder.deletedSize)
        packer.number(folder.size)
        packer.number(folder.firstRecent)
        packer.number(folder.keywords.count)
        for keyword in folder.keywords { packer.text(keyword) }
        packer.number(expunged.rows)
        packer.number(expunged.completeFrom)
        packer.number(expunged.foldedUpTo)
        Block.pack(open, into: &packer)
        return packer.octets
    }
}

/// What the expunged table has of a folder.
struct ExpungeIndex: Hashable, Sendable {
    /// Rows, about.
    var rows = 0
    /// It has all that went with a greater modseq than this.
    var completeFrom: ModSeq = 0
    /// Rows up to this modseq are folded: they may have UIDs that went with a smaller one.
    var foldedUpTo: ModSeq = 0
    /// As many rows are folded, two by two, the oldest first: old history costs less the older it is.
    static let rowLimit = 256
    /// Ranges that a row may have. One that would have more is dropped, with all before it: then every UID without a
    /// message counts as expunged.
    static let rangeLimit = 4096
}
