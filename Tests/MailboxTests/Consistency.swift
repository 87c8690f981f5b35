@testable import Mailbox
import Store
import Testing

/// All rows of an account, and what must be true of them whatever happened before.
struct Consistency {
    private var rows: [RowKey: [UInt8]] = [:]

    init(of account: UInt64, in engine: any Store) async throws {
        var range = KeyRange.all
        while true {
            let page = try await engine.scan(
                Keys.partition(AccountID(account)),
                range,
                limit: 1 << 16,
                order: .ascending
            )
            for index in 0..<page.count { rows[page.key(index)] = page.value(index) }
            guard page.isCut || page.count == 1 << 16, page.count > 0 else { break }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

    private func keys(_ table: Table) -> Set<RowKey> { Set(rows.keys.filter { $0.first == table.rawValue }) }

    /// Every row of a message is one that the entries of the folders need, and each that they need is there.
    func check(_ folders: [(id: FolderID, entries: [MessageEntry])]) throws {
        var (places, emails, indices) = (Set<RowKey>(), Set<RowKey>(), Set<RowKey>())
        var (contents, threads) = (Set<RowKey>(), Set<RowKey>())
        var (users, keys) = ([EmailID: Int](), [UInt64: Int]())
        for (folder, entries) in folders {
            for entry in entries {
                places.insert(Keys.place(entry.email))
                let place = try PlaceRow(try #require(rows[Keys.place(entry.email)]))
                #expect(place.folder == folder && place.uid == entry.uid)
                let row = try #require(rows[Keys.email(entry.email)])
                emails.insert(Keys.email(entry.email))
                guard entry.isCopy else {
                    users[entry.email, default: 0] += 1
                    continue
                }
                let copy = try CopyRow(row, 0..<row.count)
                users[copy.original, default: 0] += 1
                threads.insert(Keys.thread(copy.thread, entry.email))
                let index = try #require(rows[Keys.index(copy.original)])
                #expect(try IndexRow.thread(copy.original, index, 0..<index.count) == copy.thread)
            }
        }
        for (email, count) in users {
            let row = try #require(rows[Keys.email(email)])
            emails.insert(Keys.email(email))
            if case .row(let id) = try EmailRow.content(row, 0..<row.count) { contents.insert(Keys.content(id)) }
            let index = try #require(rows[Keys.index(email)])
            indices.insert(Keys.index(email))
            let read = try IndexRow(email, index, 0..<index.count)
            if rows[Keys.place(email)] != nil { threads.insert(Keys.thread(read.thread, email)) }
            for key in ThreadKeys.keys(of: read.keys, subject: read.subject) { keys[key, default: 0] += 1 }
            let counted = try rows[Keys.references(content: email.number)].map { row in
                var unpacker = Unpacker(row)
                return try unpacker.number(as: Int.self)
            }
            #expect(counted ?? 1 == count)
        }
        #expect(self.keys(.place) == places)
        #expect(self.keys(.email) == emails)
        #expect(self.keys(.index) == indices)
        #expect(self.keys(.content) == contents)
        #expect(self.keys(.thread) == threads)
        #expect(self.keys(.threadKey) == Set(keys.keys.map(Keys.threadKey)))
        for (key, count) in keys { #expect(try rows[Keys.threadKey(key)].map { try ThreadKeyRow($0).count } == count) }
    }
}

extension Fixture {
    /// No row of a message is missing or left over.
    func expectConsistentRows(_ account: UInt64 = 1) async throws {
        let mailbox = try await cold().mailbox(account)
        var folders: [(id: FolderID, entries: [MessageEntry])] = []
        for folder in try await mailbox.folders() {
            folders.append((folder.id, Array(try await mailbox.snapshot(of: folder.id).messages)))
        }
        let rows = try await Consistency(of: account, in: engine)
        try rows.check(folders)
    }
}
