internal import Store

/// The account's head row: what was given out last, and what is used.
struct Head: Sendable {
    var lastFolder: UInt32 = 0
    var lastUIDValidity: UInt32 = 0
    var lastEmail: UInt64 = 0
    var modSeq: ModSeq = 1
    var size = 0
    var count = 0
    /// Rows of the history, about. Of rows that format 1 wrote it knows nothing.
    var logRows = 0
    /// With so many rows the older ones are folded.
    var logFoldAt = Head.leastFold
    static let leastFold = 4096

    init() {}

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        let format = try unpacker.octet()
        guard 1...2 ~= format else { throw DamagedRow() }
        lastFolder = try unpacker.number(as: UInt32.self)
        lastUIDValidity = try unpacker.number(as: UInt32.self)
        lastEmail = try unpacker.number()
        modSeq = try unpacker.number()
        size = try unpacker.number(as: Int.self)
        count = try unpacker.number(as: Int.self)
        guard format > 1 else { return }
        logRows = try unpacker.number(as: Int.self)
        logFoldAt = try unpacker.number(as: Int.self)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(2)
        packer.number(lastFolder)
        packer.number(lastUIDValidity)
        packer.number(lastEmail)
        packer.number(modSeq)
        packer.number(size)
        packer.number(count)
        packer.number(logRows)
        packer.number(logFoldAt)
        return packer.octets
    }
}

/// Where an email is.
struct PlaceRow {
    var folder: FolderID
    var uid: UID

    init(folder: FolderID, uid: UID) {
        self.folder = folder
        self.uid = uid
    }

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        folder = FolderID(try unpacker.number(as: UInt32.self))
        uid = try unpacker.number(as: UID.self)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.number(folder.number)
        packer.number(uid)
        return packer.octets
    }
}

/// Names that are subscribed to without a folder.
enum NamesRow {
    static func row(_ names: [FolderPath]) -> [UInt8] {
        var packer = Packer()
        packer.number(names.count)
        for name in names { packer.text(name.name) }
        return packer.octets
    }

    static func names(_ row: [UInt8]) throws(DamagedRow) -> [FolderPath] {
        var unpacker = Unpacker(row)
        var names: [FolderPath] = []
        for _ in 0..<(try unpacker.number(as: Int.self)) {
            guard let path = FolderPath(try unpacker.text()) else { throw DamagedRow() }
            names.append(path)
        }
        return names
    }
}

/// UIDs that went with one change, or with several that were folded.
enum ExpungedRow {
    static func row(_ uids: UIDSet) -> [UInt8] {
        var packer = Packer()
        packer.octet(1)
        packer.uids(uids)
        return packer.octets
    }

    static func uids(_ row: [UInt8]) throws(DamagedRow) -> UIDSet {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        return try unpacker.uids()
    }
}
