internal import Store

/// What is known of an account beside its folders: a few small rows, read with them.
struct AccountSettings: Sendable {
    /// What the account may use; nil for what the service gives to all.
    var limits: QuotaLimits?
    /// Access lists, of folders that have one.
    var access: [FolderID: AccessList] = [:]
    /// Whose mailboxes may have folders that this account may look up: a hint, never the truth. See `Sharing.swift`.
    var sharers: Set<AccountID> = []
    /// Octets of annotations in the partition, names and values.
    var annotationOctets = 0
    /// What came lately.
    var receipts = Receipts()
}

/// The rows of settings: the second octet of their keys. Each value begins with a format octet.
enum Setting: UInt8 {
    case limits = 1
    /// With the folder's id.
    case access = 2
    /// With the id of the account that shares.
    case sharer = 3
    case annotationOctets = 4
    /// With its place.
    case receipt = 5
}

extension Keys {
    static let limits: RowKey = [Table.setting.rawValue, Setting.limits.rawValue]
    static let annotationOctets: RowKey = [Table.setting.rawValue, Setting.annotationOctets.rawValue]
    static func access(_ folder: FolderID) -> RowKey {
        var key: RowKey = [Table.setting.rawValue, Setting.access.rawValue]
        key.append(bigEndian: folder.number)
        return key
    }
    static func receipt(_ place: Int) -> RowKey {
        var key: RowKey = [Table.setting.rawValue, Setting.receipt.rawValue]
        key.append(bigEndian: UInt16(truncatingIfNeeded: place))
        return key
    }
    static func sharer(with account: AccountID) -> RowKey {
        var key: RowKey = [Table.setting.rawValue, Setting.sharer.rawValue]
        key.append(bigEndian: account.number)
        return key
    }
}

extension AccountSettings {
    /// Takes in a row of the table of settings.
    mutating func read(_ key: RowKey, _ row: [UInt8]) throws(DamagedRow) {
        guard key.count > 1, let setting = Setting(rawValue: key[1]) else { throw DamagedRow() }
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        switch setting {
        case .limits: limits = try QuotaLimits(&unpacker)
        case .access: access[FolderID(try key.bigEndian(at: 2, as: UInt32.self))] = try AccessList(&unpacker)
        case .sharer: sharers.insert(AccountID(try key.bigEndian(at: 2, as: UInt64.self)))
        case .annotationOctets: annotationOctets = try unpacker.number(as: Int.self)
        case .receipt: try receipts.read(try key.bigEndian(at: 2, as: UInt16.self), &unpacker)
        }
    }

    static func row(_ pack: (inout Packer) -> Void) -> [UInt8] {
        var packer = Packer()
        packer.octet(1)
        pack(&packer)
        return packer.octets
    }

    /// Octets of memory, about.
    var memory: Int {
        access.values.reduce(sharers.count * 16 + receipts.memory) { $0 + 64 + $1.entries.count * 16 }
    }
}

extension QuotaLimits {
    /// Each as its number and one, or 0 for none.
    init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        func limit() throws(DamagedRow) -> Int? {
            let number = try unpacker.number(as: Int.self)
            return number == 0 ? nil : number - 1
        }
        self.init(storage: try limit(), messages: try limit(), folders: try limit(), annotations: try limit())
    }

    func pack(into packer: inout Packer) {
        for limit in [storage, messages, folders, annotations] {
            packer.number(limit.map { min(max(0, $0), Int.max - 1) + 1 } ?? 0)
        }
    }
}

extension Draft {
    mutating func setLimits(_ limits: QuotaLimits?) {
        guard state.settings.limits != limits else { return }
        state.settings.limits = limits
        guard let limits else {
            writes.append(.delete(Keys.limits))
            return record(Change(modSeq: modSeq(), kind: .quota, folder: FolderID(0)))
        }
        writes.append(.put(Keys.limits, AccountSettings.row { limits.pack(into: &$0) }))
        record(Change(modSeq: modSeq(), kind: .quota, folder: FolderID(0)))
    }

    /// Throws if so much more is more than the account may have; `limits` is what the service gives to all. To become
    /// less, as when a message replaces a larger one, is never too much.
    func checkQuota(
        _ limits: QuotaLimits,
        adding octets: Int,
        messages: Int = 1
    ) throws(MailboxError) {
        let limits = state.settings.limits ?? limits
        if let storage = limits.storage, octets > 0, state.head.size + octets > storage { throw .overQuota(.storage) }
        if let count = limits.messages, messages > 0, state.head.count + messages > count {
            throw .overQuota(.messages)
        }
    }

    /// Throws if there may not be another folder.
    func checkFolderQuota(_ limits: QuotaLimits) throws(MailboxError) {
        guard state.folders.count < MailboxLimits.folders else { throw .limit("no more folders") }
        let limits = state.settings.limits ?? limits
        if let folders = limits.folders, state.folders.count >= folders { throw .overQuota(.folders) }
    }
}
