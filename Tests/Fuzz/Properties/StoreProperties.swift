@testable internal import Mailbox
internal import MIME
@testable internal import RocksStore
internal import Store

/// Rows as a damaged store may give them back: an error or a value, and a value that is written again is the same.
enum StoreProperties {
    static let words: [[UInt8]] = [
        [0], [1], [2], [3], [4], [5], [63], [64], [65], [127], [128, 1], [255], [255, 255, 255, 255, 15],
        [255, 255, 255, 255, 255, 255, 255, 255, 255, 1], [255, 255, 255, 255, 255, 255, 255, 255, 127],
        Array("\u{5}INBOX".utf8),
        Array("\u{3}a/b".utf8), [1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0], [128, 128, 4],
    ]

    static func check(_ octets: [UInt8]) {
        checkFolder(octets)
        checkEmail(octets)
        checkConversation(octets)
        if let head = try? Head(octets), let again = try? Head(head.row) {
            precondition(again.row == head.row && again.modSeq == head.modSeq)
        }
        if let place = try? PlaceRow(octets) {
            guard let again = try? PlaceRow(place.row) else { preconditionFailure("what is written can be read") }
            precondition(again.folder == place.folder && again.uid == place.uid)
        }
        if let names = try? NamesRow.names(octets) {
            precondition((try? NamesRow.names(NamesRow.row(names))) == names)
        }
        checkChange(octets)
        checkSettings(octets)
        checkHead(octets)
        checkManifest(octets)
        var unpacker = Unpacker(octets)
        while let number = try? unpacker.signed() {
            var packer = Packer()
            packer.signed(number)
            var again = Unpacker(packer.octets)
            precondition((try? again.signed()) == number && again.isAtEnd)
        }
    }

    private static func checkFolder(_ octets: [UInt8]) {
        if let row = try? FolderRow(id: FolderID(1), octets) {
            guard let again = try? FolderRow(id: FolderID(1), row.row) else {
                preconditionFailure("what is written can be read")
            }
            precondition(again.folder == row.folder && again.open == row.open)
        }
        for number in [0, 1, UInt32.max / MessageTable.span, UInt32.max] {
            guard let entries = try? Block.entries(number, row: octets, 0..<octets.count) else { continue }
            let row = Block.row(entries)
            precondition((try? Block.entries(number, row: row, 0..<row.count)) == entries)
        }
    }

    private static func checkEmail(_ octets: [UInt8]) {
        let content = try? EmailRow.content(octets, 0..<octets.count)
        guard let email = try? EmailRow(octets, 0..<octets.count) else { return }
        precondition(content == email.content)
        let row = email.row
        guard let again = try? EmailRow(row, 0..<row.count) else { preconditionFailure("what is written can be read") }
        precondition(again.summary == email.summary && again.content == email.content)
        precondition(again.preview == email.preview)
    }

    private static func checkConversation(_ octets: [UInt8]) {
        let id = EmailID(77)
        if let row = try? IndexRow(id, octets, 0..<octets.count) {
            let octets = row.row(of: id)
            guard let again = try? IndexRow(id, octets, 0..<octets.count) else {
                preconditionFailure("what is written can be read")
            }
            precondition(again.keys == row.keys && again.thread == row.thread && again.subject == row.subject)
        }
        if let row = try? CopyRow(octets, 0..<octets.count) {
            let octets = row.row
            precondition((try? CopyRow(octets, 0..<octets.count)) == row)
        }
        if let row = try? ThreadKeyRow(octets) { precondition((try? ThreadKeyRow(row.row)) == row) }
    }

    private static func checkSettings(_ octets: [UInt8]) {
        for key in [
            Keys.limits, Keys.access(FolderID(3)), Keys.sharer(with: AccountID(3)), Keys.annotationOctets, octets,
        ] {
            var settings = AccountSettings()
            guard (try? settings.read(key, octets)) != nil else { continue }
            var again = AccountSettings()
            if let limits = settings.limits {
                let row = AccountSettings.row { limits.pack(into: &$0) }
                precondition((try? again.read(Keys.limits, row)) != nil && again.limits == limits)
            }
            for (id, list) in settings.access {
                let row = AccountSettings.row { list.pack(into: &$0) }
                precondition((try? again.read(Keys.access(id), row)) != nil && again.access[id] == list)
            }
        }
        if let value = try? AnnotationRow.value(octets) { precondition(AnnotationRow.row(value) == octets) }
    }

    private static func checkChange(_ octets: [UInt8]) {
        let key = Keys.change(7, 0)
        guard let change = try? Change(key: key, row: octets) else { return }
        guard let again = try? Change(key: key, row: change.row) else {
            preconditionFailure("what is written can be read")
        }
        precondition(again.uids == change.uids && again.folder == change.folder && again.kind == change.kind)
        precondition(again.audience == change.audience)
        _ = try? Change(key: octets, row: octets)
    }

    private static func checkHead(_ octets: [UInt8]) {
        guard let head = try? PartitionHead(decoding: octets) else { return }
        precondition((try? PartitionHead(decoding: head.encoded)) == head)
    }

    private static func checkManifest(_ octets: [UInt8]) {
        guard let manifest = try? Manifest(decoding: octets) else { return }
        precondition((try? Manifest(decoding: manifest.encoded))?.pieces == manifest.pieces)
    }
}
