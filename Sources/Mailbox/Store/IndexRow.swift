internal import Store

/// What lists are ordered and grouped by: a small row beside the email's row, so that SORT and THREAD of a folder are a
/// few scans of little.
struct IndexRow: Sendable {
    /// The conversation.
    var thread: ThreadID
    /// The hash of the subject that is part of the keys of the conversation. Kept, so that the keys that were counted up
    /// are those that are counted down, whatever becomes of the rules.
    var subject: UInt64
    var keys: SortKeys

    init(thread: ThreadID, subject: UInt64, keys: SortKeys) {
        self.thread = thread
        self.subject = subject
        self.keys = keys
    }

    /// Reads the row of `email`.
    init(_ email: EmailID, _ octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) {
        var unpacker = Unpacker(octets, range)
        thread = try IndexRow.thread(email, &unpacker)
        subject = try unpacker.fixed()
        keys = SortKeys()
        let has = try unpacker.octet()
        keys.isReplyOrForward = has & 1 != 0
        if has & 2 != 0 { keys.messageID = MessageIDHash(try unpacker.fixed()) }
        if has & 4 != 0 {
            keys.sent = try unpacker.signed()
            guard let zone = Int16(exactly: try unpacker.signed()) else { throw DamagedRow() }
            keys.sentZone = zone
        }
        keys.subject = try unpacker.text()
        if has & 8 != 0 { keys.from = try IndexRow.correspondent(&unpacker) }
        if has & 16 != 0 { keys.to = try IndexRow.correspondent(&unpacker) }
        if has & 32 != 0 { keys.cc = try IndexRow.correspondent(&unpacker) }
        keys.references = try IndexRow.identifiers(&unpacker)
        keys.alsoInReplyTo = try IndexRow.identifiers(&unpacker)
    }

    /// Only the conversation.
    static func thread(_ email: EmailID, _ octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) -> ThreadID {
        var unpacker = Unpacker(octets, range)
        return try thread(email, &unpacker)
    }

    private static func thread(_ email: EmailID, _ unpacker: inout Unpacker) throws(DamagedRow) -> ThreadID {
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        return ThreadID(email.number &- UInt64(bitPattern: try unpacker.signed()))
    }

    func row(of email: EmailID) -> [UInt8] {
        var packer = Packer()
        packer.octets.reserveCapacity(96 + keys.subject.utf8.count + 8 * keys.references.count)
        packer.octet(1)
        packer.signed(Int64(bitPattern: email.number &- thread.number))
        packer.fixed(subject)
        var has: UInt8 = keys.isReplyOrForward ? 1 : 0
        if keys.messageID != nil { has |= 2 }
        if keys.sent != nil { has |= 4 }
        if keys.from != nil { has |= 8 }
        if keys.to != nil { has |= 16 }
        if keys.cc != nil { has |= 32 }
        packer.octet(has)
        if let identifier = keys.messageID { packer.fixed(identifier.number) }
        if let sent = keys.sent {
            packer.signed(sent)
            packer.signed(Int64(keys.sentZone))
        }
        packer.text(keys.subject)
        for correspondent in [keys.from, keys.to, keys.cc] {
            guard let correspondent else { continue }
            packer.text(correspondent.mailbox)
            packer.text(correspondent.display)
        }
        for list in [keys.references, keys.alsoInReplyTo] {
            packer.number(list.count)
            for identifier in list { packer.fixed(identifier.number) }
        }
        return packer.octets
    }

    private static func correspondent(_ unpacker: inout Unpacker) throws(DamagedRow) -> SortKeys.Correspondent {
        SortKeys.Correspondent(mailbox: try unpacker.text(), display: try unpacker.text())
    }

    private static func identifiers(_ unpacker: inout Unpacker) throws(DamagedRow) -> [MessageIDHash] {
        var list: [MessageIDHash] = []
        for _ in 0..<(try unpacker.number(as: UInt32.self)) { list.append(MessageIDHash(try unpacker.fixed())) }
        return list
    }
}

/// Where a key of conversations leads, and how many emails have that key.
struct ThreadKeyRow: Hashable, Sendable {
    var thread: ThreadID
    var count: Int

    init(thread: ThreadID, count: Int) {
        self.thread = thread
        self.count = count
    }

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        thread = ThreadID(try unpacker.number())
        count = try unpacker.number(as: Int.self)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(1)
        packer.number(thread.number)
        packer.number(count)
        return packer.octets
    }
}
