@testable import Mailbox
import Testing

/// How long the list of a folder's messages stays in memory.
struct FolderEditTests {
    private let span = Int(MessageTable.span)

    private func folder() throws -> FolderState {
        let path = try #require(FolderPath("INBOX"))
        let folder = Folder(id: .inbox, path: path, uidValidity: 1)
        return FolderState(folder: folder, open: [], table: MessageTable(), expunged: ExpungeIndex())
    }

    /// Adds messages, one with each commit.
    private func append(_ count: Int, to state: inout FolderState, each body: (FolderState) -> Void = { _ in }) {
        for number in 0..<count {
            var edit = FolderEdit(state)
            let entry = MessageEntry(
                uid: 0,
                size: 1,
                email: EmailID(UInt64(number)),
                modSeq: 0,
                internalDate: 0,
                flags: []
            )
            _ = edit.append(entry, ModSeq(number + 1))
            edit.endOperation()
            state = edit.state
            body(state)
        }
    }

    @Test func aFolderThatOnlyGetsMailIsLetGo() throws {
        var state = try folder()
        append(span - 2, to: &state)
        #expect(state.table?.count == span - 2)
        append(2 * span, to: &state)
        #expect(state.table == nil)
        #expect(state.folder.total == 3 * span - 2)
        #expect(state.open.count < span)
    }

    @Test func aFolderThatSomebodyReadsStays() throws {
        var state = try folder()
        append(4 * span, to: &state) { $0.useTable() }
        #expect(state.table?.count == 4 * span)
        #expect(state.with(firstRecent: 9).table?.count == 4 * span)
    }

    /// What an operation loaded is there until it ends, and as long after it as for anybody.
    @Test func whatIsLoadedStaysForTheOperation() throws {
        var state = try folder()
        append(3 * span - 2, to: &state)
        var edit = FolderEdit(state)
        edit.load(MessageTable())
        for number in 0..<span {
            let entry = MessageEntry(
                uid: 0,
                size: 1,
                email: EmailID(UInt64(number)),
                modSeq: 0,
                internalDate: 0,
                flags: []
            )
            _ = edit.append(entry, 1000)
            #expect(edit.table != nil)
        }
        edit.endOperation()
        state = edit.state
        #expect(state.table != nil)
        append(span, to: &state)
        #expect(state.table == nil)
    }
}
