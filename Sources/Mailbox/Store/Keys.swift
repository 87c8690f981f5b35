internal import Store

/// The tables of an account's partition: the first octet of every key.
///
/// | table | rest of the key | value |
/// |---|---|---|
/// | head | – | ids and modseq last given, quota used |
/// | folder | folder id | the folder and the messages of its open block |
/// | names | – | subscribed names that no folder has |
/// | setting | which, of what | quota limits, access lists, hints of what is shared, octets of annotations, what came lately |
/// | block | folder id, block number | `MessageTable.span` consecutive UIDs: flags, keywords, modseq, size, date, email id |
/// | email | email id | ENVELOPE, BODYSTRUCTURE, offsets of the parts, where the octets are |
/// | place | email id | folder and UID |
/// | content | email id | the octets of a message |
/// | references | content | how many emails have that content, if not one; of an email id, how many need its rows |
/// | change | modseq, counter | what was changed |
/// | expunged | folder id, modseq | UIDs that went with that change |
/// | index | email id | what SORT and THREAD compare, and the conversation |
/// | thread | thread id, email id | – : the messages of a conversation |
/// | threadKey | hash of Message-ID and subject | the conversation, and how many emails have that key |
/// | annotation | folder id (0: the account), scope, user, path | a value |
///
/// A copy has an email id, a place and its line in the thread table, but its email row only names the email that it is a
/// copy of. The rows of that one stay as long as there is a copy: `references` of its id counts them.
///
/// Numbers in keys are big-endian, so rows stand in their order. The first four tables are one scan: all that a
/// delivery needs to know of an account.
enum Table: UInt8 {
    case head = 0x01
    case folder = 0x02
    case names = 0x03
    case setting = 0x04
    case block = 0x05
    case email = 0x06
    case place = 0x07
    case content = 0x08
    case references = 0x09
    case change = 0x0A
    case expunged = 0x0B
    case index = 0x10
    case thread = 0x11
    case threadKey = 0x12
    case annotation = 0x13
}

enum Keys {
    static let head: RowKey = [Table.head.rawValue]
    static let names: RowKey = [Table.names.rawValue]
    static let account = KeyRange(from: head, upTo: [Table.setting.rawValue + 1])

    static func partition(_ account: AccountID) -> Partition {
        var name: RowKey = [0x61]
        name.append(bigEndian: account.number)
        return Partition(name)
    }

    /// The partition of a blob that several accounts name: one row for each.
    static func partition(ofBlob id: [UInt8]) -> Partition { Partition([0x62] + id) }

    /// An account in the partition of a shared blob.
    static func sharer(_ account: AccountID) -> RowKey {
        var key: RowKey = []
        key.append(bigEndian: account.number)
        return key
    }

    static func folder(_ id: FolderID) -> RowKey { key(.folder, id.number) }
    static func blocks(of id: FolderID) -> KeyRange { KeyRange(prefix: key(.block, id.number)) }
    static func block(_ id: FolderID, _ number: UInt32) -> RowKey {
        var key = key(.block, id.number)
        key.append(bigEndian: number)
        return key
    }
    static func email(_ id: EmailID) -> RowKey { key(.email, id.number) }
    static func place(_ id: EmailID) -> RowKey { key(.place, id.number) }
    static func content(_ id: UInt64) -> RowKey { key(.content, id) }
    static func index(_ id: EmailID) -> RowKey { key(.index, id.number) }
    static func thread(_ id: ThreadID) -> KeyRange { KeyRange(prefix: key(.thread, id.number)) }
    static func thread(_ id: ThreadID, _ email: EmailID) -> RowKey {
        var key: RowKey = []
        key.reserveCapacity(17)
        key.append(Table.thread.rawValue)
        key.append(bigEndian: id.number)
        key.append(bigEndian: email.number)
        return key
    }
    static func threadKey(_ hash: UInt64) -> RowKey { key(.threadKey, hash) }
    static func references(content id: UInt64) -> RowKey { key(.references, id) }
    static func references(blob id: [UInt8]) -> RowKey { [Table.references.rawValue, 0x62] + id }
    static func change(_ modSeq: ModSeq, _ counter: UInt32) -> RowKey {
        var key = key(.change, modSeq)
        key.append(bigEndian: counter)
        return key
    }
    static func changes(after modSeq: ModSeq) -> KeyRange {
        KeyRange(from: key(.change, modSeq &+ 1), upTo: [Table.change.rawValue + 1])
    }

    static func expunged(_ folder: FolderID, _ modSeq: ModSeq) -> RowKey {
        var key = key(.expunged, folder.number)
        key.append(bigEndian: modSeq)
        return key
    }
    static func expunged(of folder: FolderID, after modSeq: ModSeq = 0) -> KeyRange {
        let all = KeyRange(prefix: key(.expunged, folder.number))
        return KeyRange(from: modSeq == .max ? all.upper ?? [] : expunged(folder, modSeq + 1), upTo: all.upper)
    }

    private static func key(_ table: Table, _ number: some FixedWidthInteger & UnsignedInteger) -> RowKey {
        var key: RowKey = []
        key.reserveCapacity(13)
        key.append(table.rawValue)
        key.append(bigEndian: number)
        return key
    }
}
