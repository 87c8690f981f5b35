internal import Store

/// The access list of a folder. One without a list is its owner's alone.
struct AccessList: Hashable, Sendable {
    /// By grantee, the entry that gives before the one that takes away.
    private(set) var entries: [AccessEntry] = []

    init() {}

    /// What `user` may do with a folder of `owner`.
    ///
    /// All that entries about the user or about anyone give, without what such entries take away. The owner has all rights
    /// unless an entry says which; what is taken from anyone is not taken from the owner.
    static func rights(of user: AccountID, by list: AccessList?, owner: AccountID) -> FolderRights {
        guard let list else { return user == owner ? .all : [] }
        var (given, taken): (FolderRights, FolderRights) = ([], [])
        var isNamed = false
        for entry in list.entries {
            switch (entry.grantee, entry.isNegative) {
            case (.account(user), false):
                given.formUnion(entry.rights)
                isNamed = true
            case (.account(user), true): taken.formUnion(entry.rights)
            case (.anyone, false): given.formUnion(entry.rights)
            case (.anyone, true): if user != owner { taken.formUnion(entry.rights) }
            default: continue
            }
        }
        guard user == owner else { return given.subtracting(taken) }
        return (isNamed ? given : .all).subtracting(taken).union(.always)
    }

    /// Whether it says no more than no list does.
    var isEmpty: Bool { entries.isEmpty }

    /// The entry about `grantee`, if there is one.
    subscript(_ grantee: Grantee, isNegative isNegative: Bool) -> FolderRights? {
        entries.first { $0.grantee == grantee && $0.isNegative == isNegative }?.rights
    }

    /// Sets the entry about a grantee, or with nil takes it away.
    mutating func set(_ rights: FolderRights?, of grantee: Grantee, isNegative: Bool) {
        entries.removeAll { $0.grantee == grantee && $0.isNegative == isNegative }
        guard let rights else { return }
        entries.append(AccessEntry(grantee, rights, isNegative: isNegative))
        entries.sort { ($0.grantee, $0.isNegative ? 1 : 0) < ($1.grantee, $1.isNegative ? 1 : 0) }
    }

    /// Whom an entry gives something.
    var grantees: Set<Grantee> { Set(entries.lazy.filter { !$0.isNegative && !$0.rights.isEmpty }.map(\.grantee)) }
}

extension AccessList {
    init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        for _ in 0..<(try unpacker.number(as: UInt16.self)) {
            let kind = try unpacker.octet()
            guard kind < 4 else { throw DamagedRow() }
            let grantee: Grantee = kind & 1 == 0 ? .anyone : .account(AccountID(try unpacker.number()))
            let rights = FolderRights(rawValue: try unpacker.number(as: UInt16.self))
            entries.append(AccessEntry(grantee, rights, isNegative: kind & 2 != 0))
        }
    }

    func pack(into packer: inout Packer) {
        packer.number(entries.count)
        for entry in entries {
            switch entry.grantee {
            case .anyone: packer.octet(entry.isNegative ? 2 : 0)
            case .account(let account):
                packer.octet(entry.isNegative ? 3 : 1)
                packer.number(account.number)
            }
            packer.number(entry.rights.rawValue)
        }
    }
}
