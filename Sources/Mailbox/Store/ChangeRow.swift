internal import Store

/// A row of the history: kind, folder, UIDs; and then, only if there are any, names, and who could see the folder.
extension Change {
    init(key: RowKey, row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard let kind = Kind(rawValue: try unpacker.octet()) else { throw DamagedRow() }
        let folder = FolderID(try unpacker.number(as: UInt32.self))
        self.init(
            modSeq: try key.bigEndian(at: 1, as: ModSeq.self),
            kind: kind,
            folder: folder,
            uids: try unpacker.uids()
        )
        guard !unpacker.isAtEnd else { return }
        path = FolderPath(try unpacker.text())
        oldPath = FolderPath(try unpacker.text())
        for _ in 0..<(try unpacker.number(as: UInt32.self)) { annotations.append(try unpacker.text()) }
        if try unpacker.octet() == 1 { user = AccountID(try unpacker.number()) }
        if !unpacker.isAtEnd { audience = try AccessList(&unpacker) }
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(kind.rawValue)
        packer.number(folder.number)
        packer.uids(uids)
        guard path != nil || !annotations.isEmpty || audience != nil else { return packer.octets }
        packer.text(path?.name ?? "")
        packer.text(oldPath?.name ?? "")
        packer.number(annotations.count)
        for annotation in annotations { packer.text(annotation) }
        packer.octet(user == nil ? 0 : 1)
        if let user { packer.number(user.number) }
        audience?.pack(into: &packer)
        return packer.octets
    }
}
