@testable import Mailbox
import MIME
import Store

/// Rows as format 1 wrote them, kept here so that they can be read for ever.
enum FormerRows {
    static func head(_ head: Head) -> [UInt8] {
        var packer = Packer()
        packer.octet(1)
        packer.number(head.lastFolder)
        packer.number(head.lastUIDValidity)
        packer.number(head.lastEmail)
        packer.number(head.modSeq)
        packer.number(head.size)
        packer.number(head.count)
        return packer.octets
    }

    /// Format 1; or format 2, in which the messages were still as in 1.
    static func folder(_ folder: Folder, open: [MessageEntry], format: UInt8 = 1) -> [UInt8] {
        var packer = Packer()
        packer.octet(format)
        packer.text(folder.path.name)
        packer.octet((folder.isSubscribed ? 1 : 0) | (folder.specialUse?.rawValue ?? 0) << 1)
        packer.number(folder.uidValidity)
        packer.number(folder.uidNext)
        packer.number(folder.highestModSeq)
        packer.number(folder.total)
        packer.number(folder.unseen)
        packer.number(folder.deleted)
        if format > 1 { packer.number(folder.deletedSize) }
        packer.number(folder.size)
        packer.number(folder.firstRecent)
        packer.number(folder.keywords.count)
        for keyword in folder.keywords { packer.text(keyword) }
        if format > 1 { for _ in 0..<3 { packer.number(0) } }
        entries(open, into: &packer)
        return packer.octets
    }

    static func block(_ list: [MessageEntry]) -> [UInt8] {
        var packer = Packer()
        packer.octet(1)
        entries(list, into: &packer)
        return packer.octets
    }

    private static func entries(_ entries: [MessageEntry], into packer: inout Packer) {
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

    /// An email whose octets are in a row.
    static func email(_ summary: MessageSummary, content: UInt64) -> [UInt8] {
        var packer = Packer()
        packer.octet(1)
        packer.octet(0)
        packer.number(content)
        packer.string(summary.envelope)
        packer.string(summary.bodyStructure)
        packer.string(summary.structure.encoded)
        return packer.octets
    }

    static func place(_ folder: FolderID, _ uid: UID) -> [UInt8] {
        var packer = Packer()
        packer.number(folder.number)
        packer.number(uid)
        return packer.octets
    }
}

/// An account as the former version left it: INBOX with messages of one text, the last two a message and its copy, every
/// third \Deleted; and no other folder.
struct FormerAccount {
    static let text = Array(
        "Subject: old\r\nMessage-ID: <old@example.test>\r\nReferences: <a@x> <b@x>\r\n\r\nold text\r\n".utf8
    )
    var entries: [MessageEntry] = []

    init(messages count: Int, in engine: any Store, format: UInt8 = 1) async throws {
        let summary = MessageSummary(of: Self.text.span)
        var writes: [Write] = []
        for uid in 1...UID(count) {
            let email = EmailID((1_700_000_000_000 + UInt64(uid) * 1000) << EmailID.counterBits)
            var entry = MessageEntry(
                uid: uid,
                size: UInt32(Self.text.count),
                email: email,
                modSeq: ModSeq(uid) + 3,
                internalDate: 1_600_000_000,
                flags: uid % 3 == 0 ? .deleted : []
            )
            if uid == count { entry.storage = .elsewhere }
            if uid == count - 1 { entry.storage = .copied }
            let content = uid == count ? entries[entries.count - 1].email.number : email.number
            if content == email.number { writes.append(.put(Keys.content(content), Self.text)) }
            if uid == count { writes.append(.put(Keys.references(content: content), [2])) }
            writes.append(.put(Keys.email(email), FormerRows.email(summary, content: content)))
            writes.append(.put(Keys.place(email), FormerRows.place(.inbox, uid)))
            let change = Change(modSeq: entry.modSeq, kind: .added, folder: .inbox, uids: UIDSet(uid...uid))
            writes.append(.put(Keys.change(entry.modSeq, 1), change.row))
            entries.append(entry)
        }
        var folder = Folder(id: .inbox, path: .inbox, uidValidity: 77)
        folder.uidNext = UID(count) + 1
        folder.highestModSeq = ModSeq(count) + 3
        (folder.total, folder.unseen, folder.deleted) = (count, count, count / 3)
        folder.deletedSize = count / 3 * Self.text.count
        folder.size = count * Self.text.count
        folder.keywords = ["$Label"]
        let open = folder.uidNext / MessageTable.span
        for (number, list) in Dictionary(grouping: entries, by: { $0.uid / MessageTable.span }) where number != open {
            writes.append(.put(Keys.block(.inbox, number), FormerRows.block(list)))
        }
        writes.append(
            .put(
                Keys.folder(.inbox),
                FormerRows.folder(
                    folder,
                    open: entries.filter { $0.uid / MessageTable.span == open },
                    format: format
                )
            )
        )
        var head = Head()
        (head.lastFolder, head.lastUIDValidity, head.modSeq) = (1, 77, folder.highestModSeq)
        (head.lastEmail, head.size, head.count) = (entries.last?.email.number ?? 0, folder.size, count)
        writes.append(.put(Keys.head, FormerRows.head(head)))
        _ = try await engine.commit(
            Keys.partition(AccountID(1)),
            expecting: nil,
            writes,
            operation: OperationID(high: 0, low: 77)
        )
    }
}
