internal import Store

/// A block of messages: differences from one to the next, about 17 octets each.
enum Block {
    /// The closed blocks of a folder, and the versions of the account at which they were read: more than one if it takes
    /// more than one page.
    static func load(
        _ id: FolderID,
        of account: AccountID,
        from store: any Store
    ) async throws(StoreError) -> (table: MessageTable, versions: [Version]) {
        var table = MessageTable()
        var versions: [Version] = []
        var range = Keys.blocks(of: id)
        while true {
            let page = try await store.scan(Keys.partition(account), range, limit: 1 << 20, order: .ascending)
            versions.append(page.version)
            do throws(DamagedRow) {
                for index in 0..<page.count {
                    let number = try page.octets.bigEndian(at: page.keyRange(index).lowerBound + 5, as: UInt32.self)
                    table.setChunk(number, try entries(number, row: page.octets, page.valueRange(index)))
                }
            } catch {
                throw .corrupt("blocks of folder \(id) of account \(account)")
            }
            guard page.isCut, page.count > 0 else { return (table, versions) }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

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

    /// Added to the number of entries in the present format. In the former there was no save date, which is the time of
    /// arrival there, and nothing in the upper bits of the flags.
    private static let present = 0x80

    static func pack(_ entries: [MessageEntry], into packer: inout Packer) {
        packer.number(entries.count + present)
        var (email, modSeq): (UInt64, ModSeq) = (0, 0)
        for entry in entries {
            packer.octet(UInt8(truncatingIfNeeded: entry.uid % MessageTable.span) | entry.storage.rawValue << 6)
            packer.octet(entry.flags.rawValue & 0x7F | (entry.storage.contains(.copy) ? 0x80 : 0))
            packer.number(entry.keywords)
            packer.signed(Int64(bitPattern: entry.email.number &- email))
            packer.signed(Int64(bitPattern: entry.modSeq &- modSeq))
            packer.number(entry.size)
            packer.signed(entry.internalDate &- entry.email.seconds)
            packer.signed(entry.saveDate &- entry.email.seconds)
            (email, modSeq) = (entry.email.number, entry.modSeq)
        }
    }

    static func entries(_ number: UInt32, _ unpacker: inout Unpacker) throws(DamagedRow) -> [MessageEntry] {
        var count = try unpacker.number(as: Int.self)
        let isPresent = count >= present
        if isPresent { count -= present }
        guard count <= Int(MessageTable.span), number <= UID.max / MessageTable.span else { throw DamagedRow() }
        var entries: [MessageEntry] = []
        entries.reserveCapacity(count)
        var (email, modSeq): (UInt64, ModSeq) = (0, 0)
        for _ in 0..<count {
            let place = try unpacker.octet()
            let flags = try unpacker.octet()
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
                flags: Flags(rawValue: flags & 0x7F),
                saveDate: isPresent ? try unpacker.signed() &+ id.seconds : nil
            )
            entry.storage = StorageTraits(rawValue: place >> 6)
            if isPresent, flags & 0x80 != 0 { entry.storage.insert(.copy) }
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
