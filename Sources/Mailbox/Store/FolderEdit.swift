internal import Synchronization

/// A folder in memory as the last commit left it.
final class FolderState: Sendable {
    let folder: Folder
    /// The messages of the block that new ones are added to: those with `uid / span == uidNext / span`.
    let open: [MessageEntry]
    /// All messages, once somebody needed them, and as long as somebody does: see `FolderEdit.endOperation`.
    let table: MessageTable?
    let expunged: ExpungeIndex
    private let isUsed: Atomic<Bool>

    init(
        folder: Folder,
        open: [MessageEntry],
        table: MessageTable?,
        expunged: ExpungeIndex,
        isTableUsed: Bool = true
    ) {
        self.folder = folder
        self.open = open
        self.table = table
        self.expunged = expunged
        isUsed = Atomic(isTableUsed)
    }

    /// Whether somebody needed the table while the last block was filled.
    var isTableUsed: Bool { isUsed.load(ordering: .relaxed) }

    /// Notes that somebody needs the table.
    func useTable() { isUsed.store(true, ordering: .relaxed) }

    /// The same folder, whose messages below `firstRecent` somebody has seen.
    func with(firstRecent: UID) -> FolderState {
        var folder = folder
        folder.firstRecent = firstRecent
        return FolderState(
            folder: folder,
            open: open,
            table: table,
            expunged: expunged,
            isTableUsed: isTableUsed
        )
    }
}

/// A folder while a commit is being put together.
struct FolderEdit: Sendable {
    private(set) var folder: Folder
    private(set) var open: [MessageEntry]
    private(set) var table: MessageTable?
    /// Closed blocks that the commit writes; an empty one is deleted.
    private(set) var blocks: [UInt32: [MessageEntry]] = [:]
    private(set) var isDirty = false
    /// Changed with a change of the messages only.
    var expunged: ExpungeIndex
    private var isTableUsed: Bool
    private var hasFilledBlock = false

    init(_ state: FolderState) {
        expunged = state.expunged
        folder = state.folder
        open = state.open
        table = state.table
        isTableUsed = state.isTableUsed
    }

    var state: FolderState {
        FolderState(folder: folder, open: open, table: table, expunged: expunged, isTableUsed: isTableUsed)
    }
    private var openNumber: UInt32 { folder.uidNext / MessageTable.span }

    /// Changes what the folder's row says beside its messages.
    mutating func change(_ body: (inout Folder) -> Void) {
        body(&folder)
        isDirty = true
    }

    /// Takes in the closed blocks as the store has them; what this edit changed stays.
    mutating func load(_ stored: consuming MessageTable) {
        for (number, entries) in blocks { stored.setChunk(number, entries) }
        stored.setChunk(openNumber, open)
        table = stored
        useTable()
    }

    /// Notes that somebody needs the table.
    mutating func useTable() { isTableUsed = true }

    /// Ends an operation. A table that nobody needed for as long as it takes to fill a block is let go: of a folder that only
    /// gets mail it would grow for ever, and be copied with each message. Whoever needs it then reads it once more.
    mutating func endOperation() {
        if hasFilledBlock {
            if !isTableUsed { table = nil }
            (isTableUsed, hasFilledBlock) = (false, false)
        }
        settle()
    }

    /// Adds up the sizes of messages with \Deleted. The table must be loaded.
    mutating func countDeleted() {
        var size = 0
        table?.forEachEntry { if $0.flags.contains(.deleted) { size += Int($0.size) } }
        folder.deletedSize = size
    }

    /// Gives `entry` the next UID and adds it.
    mutating func append(_ entry: MessageEntry, _ modSeq: ModSeq) -> UID {
        var entry = entry
        entry.uid = folder.uidNext
        entry.modSeq = modSeq
        open.append(entry)
        count(entry, +1)
        folder.uidNext += 1
        folder.highestModSeq = modSeq
        isDirty = true
        if folder.uidNext % MessageTable.span == 0 {
            let number = entry.uid / MessageTable.span
            blocks[number] = open
            table?.setChunk(number, open)
            open = []
            hasFilledBlock = true
        }
        return entry.uid
    }

    /// Shows appended messages in the table. Not done for each, so that to append many takes linear time.
    mutating func settle() {
        let number = openNumber
        if table != nil { table?.setChunk(number, open) }
    }

    /// Offers the messages of `uids` to `change`, which returns whether it changed one; returns whether any was. The
    /// table must be loaded. Without `modSeq` clients are not told.
    mutating func update(_ uids: UIDSet, _ modSeq: ModSeq?, _ change: (inout MessageEntry) -> Bool) -> Bool {
        var isChanged = false
        edit(uids) { entry in
            let before = entry
            guard change(&entry) else { return .same }
            isChanged = true
            return .changed(from: before)
        }
        if isChanged, let modSeq { folder.highestModSeq = max(folder.highestModSeq, modSeq) }
        return isChanged
    }

    /// Removes the messages of `uids`, all there. The table must be loaded.
    mutating func remove(_ uids: UIDSet, _ modSeq: ModSeq) {
        edit(uids) { _ in .removed }
        folder.highestModSeq = max(folder.highestModSeq, modSeq)
    }

    private enum Outcome {
        case same
        case changed(from: MessageEntry)
        case removed
    }

    private mutating func edit(_ uids: UIDSet, _ body: (inout MessageEntry) -> Outcome) {
        settle()
        guard var table else { return }
        for range in uids.ranges {
            var place = table.chunkIndex(notBefore: range.lowerBound / MessageTable.span)
            while place < table.chunks.count, table.chunks[place].number <= range.upperBound / MessageTable.span {
                let chunk = table.chunks[place]
                var kept: [MessageEntry] = []
                kept.reserveCapacity(chunk.entries.count)
                var isChanged = false
                for original in chunk.entries {
                    var entry = original
                    switch range.contains(entry.uid) ? body(&entry) : .same {
                    case .same: kept.append(original)
                    case .changed(let before):
                        count(before, -1)
                        count(entry, +1)
                        kept.append(entry)
                        isChanged = true
                    case .removed:
                        count(original, -1)
                        isChanged = true
                    }
                }
                if isChanged {
                    isDirty = true
                    table.setChunk(chunk.number, kept)
                    if chunk.number == openNumber { open = kept } else { blocks[chunk.number] = kept }
                }
                if !kept.isEmpty { place += 1 }
            }
        }
        self.table = table
    }

    private mutating func count(_ entry: MessageEntry, _ sign: Int) {
        folder.total += sign
        folder.size += sign * Int(entry.size)
        if !entry.flags.contains(.seen) { folder.unseen += sign }
        guard entry.flags.contains(.deleted) else { return }
        folder.deleted += sign
        folder.deletedSize += sign * Int(entry.size)
    }
}
