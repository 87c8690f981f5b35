internal import MIME
internal import Store

/// The account's head row: what was given out last, and what is used.
struct Head: Sendable {
    var lastFolder: UInt32 = 0
    var lastUIDValidity: UInt32 = 0
    var lastEmail: UInt64 = 0
    var modSeq: ModSeq = 1
    var size = 0
    var count = 0

    init() {}

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        lastFolder = try unpacker.number(as: UInt32.self)
        lastUIDValidity = try unpacker.number(as: UInt32.self)
        lastEmail = try unpacker.number()
        modSeq = try unpacker.number()
        size = try unpacker.number(as: Int.self)
        count = try unpacker.number(as: Int.self)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(1)
        packer.number(lastFolder)
        packer.number(lastUIDValidity)
        packer.number(lastEmail)
        packer.number(modSeq)
        packer.number(size)
        packer.number(count)
        return packer.octets
    }
}

/// A folder's row: the folder, and the messages of the block that new ones are still added to, so that a delivery
/// writes one small row and reads none.
struct FolderRow {
    var folder: Folder
    var open: [MessageEntry]

    init(folder: Folder, open: [MessageEntry]) {
        self.folder = folder
        self.open = open
    }

    init(id: FolderID, _ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
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
        folder.size = try unpacker.number(as: Int.self)
        folder.firstRecent = try unpacker.number(as: UID.self)
        for _ in 0..<(try unpacker.number(as: UInt8.self)) { folder.keywords.append(try unpacker.text()) }
        open = try Block.entries(folder.uidNext / MessageTable.span, &unpacker)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octets.reserveCapacity(64 + open.count * 18)
        packer.octet(1)
        packer.string(folder.path.name)
        packer.octet((folder.isSubscribed ? 1 : 0) | (folder.specialUse?.rawValue ?? 0) << 1)
        packer.number(folder.uidValidity)
        packer.number(folder.uidNext)
        packer.number(folder.highestModSeq)
        packer.number(folder.total)
        packer.number(folder.unseen)
        packer.number(folder.deleted)
        packer.number(folder.size)
        packer.number(folder.firstRecent)
        packer.number(folder.keywords.count)
        for keyword in folder.keywords { packer.string(keyword) }
        Block.pack(open, into: &packer)
        return packer.octets
    }
}

/// A block of messages: differences from one to the next, about 16 octets each.
enum Block {
    static func row(_ entries: [MessageEntry]) -> [UInt8] {
        var packer = Packer()
        packer.octets.reserveCapacity(2 + entries.count * 18)
        packer.octet(1)
        pack(entries, into: &packer)
        return packer.octets
    }

    static func entries(_ number: UInt32, row octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) -> [MessageEntry]
    {
        var unpacker = Unpacker(octets, range)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        return try entries(number, &unpacker)
    }

    static func pack(_ entries: [MessageEntry], into packer: inout Packer) {
        packer.number(entries.count)
        var (email, modSeq): (UInt64, ModSeq) = (0, 0)
        for entry in entries {
            packer.octet(UInt8(truncatingIfNeeded: entry.uid % MessageTable.span) | entry.storage.rawValue << 6)
            packer.octet(entry.flags.rawValue)
            packer.number(entry.keywords)
            packer.signed(Int64(bitPattern: entry.email.number &- email))
            packer.signed(Int64(bitPattern: entry.modSeq &- modSeq))
            packer.number(entry.size)
            packer.signed(entry.internalDate &- entry.email.seconds)
            (email, modSeq) = (entry.email.number, entry.modSeq)
        }
    }

    static func entries(_ number: UInt32, _ unpacker: inout Unpacker) throws(DamagedRow) -> [MessageEntry] {
        let count = try unpacker.number(as: Int.self)
        guard count <= Int(MessageTable.span), number <= UID.max / MessageTable.span else { throw DamagedRow() }
        var entries: [MessageEntry] = []
        entries.reserveCapacity(count)
        var (email, modSeq): (UInt64, ModSeq) = (0, 0)
        for _ in 0..<count {
            let place = try unpacker.octet()
            let flags = Flags(rawValue: try unpacker.octet())
            let keywords = try unpacker.number()
            email = email &+ UInt64(bitPattern: try unpacker.signed())
            modSeq = modSeq &+ ModSeq(bitPattern: try unpacker.signed())
            let size = try unpacker.number(as: UInt32.self)
            let id = EmailID(email)
            let date = try unpacker.signed() &+ id.seconds
            var entry = MessageEntry(
                uid: number * MessageTable.span + UInt32(place & 0x3F),
                size: size,
                email: id,
                modSeq: modSeq,
                keywords: keywords,
                internalDate: date,
                flags: flags
            )
            entry.storage = StorageTraits(rawValue: place >> 6)
            entries.append(entry)
        }
        return entries
    }
}

extension EmailID {
    /// Bits of the number that count emails of the same millisecond.
    static let counterBits: UInt64 = 20
    /// Where the counter of a millisecond begins: elsewhere in each account, so that two accounts that get mail at once
    /// hardly ever give it the same id. Nothing rests on that, but an id taken for another account's should find nothing.
    static func firstCounter(of account: AccountID) -> UInt64 {
        (account.number &* 0x9E37_79B9_7F4A_7C15) >> (64 - (counterBits - 1))
    }

    /// The time of arrival that the id holds, in seconds since 1970.
    var seconds: Int64 { Int64(number >> Self.counterBits) / 1000 }
}

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

extension Change {
    init(key: RowKey, row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard let kind = Kind(rawValue: try unpacker.octet()) else { throw DamagedRow() }
        let folder = FolderID(try unpacker.number(as: UInt32.self))
        self.init(
            modSeq: try bigEndian(key, at: 1, as: ModSeq.self),
            kind: kind,
            folder: folder,
            uids: try unpacker.uids()
        )
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(kind.rawValue)
        packer.number(folder.number)
        packer.uids(uids)
        return packer.octets
    }
}

/// Names that are subscribed to without a folder.
enum NamesRow {
    static func row(_ names: [FolderPath]) -> [UInt8] {
        var packer = Packer()
        packer.number(names.count)
        for name in names { packer.string(name.name) }
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
