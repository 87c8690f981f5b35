internal import Mailbox

/// The maildrop's folder as it was at login, and what the session marked. RFC 1939 §4.
///
/// Messages are numbered from 1; `index` is always one less.
final class Maildrop {
    let mailbox: any Mailbox
    let messages: MessageTable
    let policy: MaildropPolicy
    private let lock: MaildropLock
    private var marks: Set<Int> = []
    private var retrieved: Set<Int> = []
    /// The folder that the messages are in.
    let folder: FolderID
    private var markedSize = 0
    private let size: Int
    /// What was read ahead of the client.
    var ahead = ReadAhead()

    init(mailbox: any Mailbox, lock: MaildropLock, snapshot: FolderSnapshot, policy: MaildropPolicy) {
        self.mailbox = mailbox
        self.policy = policy
        self.lock = lock
        messages = snapshot.messages
        folder = snapshot.folder.id
        var size = 0
        snapshot.messages.forEachEntry { size += Int($0.size) }
        self.size = size
    }

    /// Messages that are not marked as deleted.
    var remainingCount: Int { messages.count - marks.count }
    /// Their octets.
    var remainingSize: Int { size - markedSize }
    /// UIDs of those that QUIT removes: marked as deleted, or noted as retrieved.
    var removedUIDs: UIDSet { UIDSet(marks.union(retrieved).sorted().map { messages[$0].uid }) }

    /// Notes that QUIT is to remove a message because the client has it. RSET does not change that.
    func noteRetrieved(_ index: Int) { retrieved.insert(index) }

    /// The index of message `number`; nil if there is none or it is marked as deleted.
    func index(_ number: Int) -> Int? {
        let index = number - 1
        return messages.indices.contains(index) && !marks.contains(index) ? index : nil
    }

    func isMarked(_ index: Int) -> Bool { marks.contains(index) }

    func mark(_ index: Int) {
        if marks.insert(index).inserted { markedSize += Int(messages[index].size) }
    }

    func unmarkAll() {
        marks = []
        markedSize = 0
    }

    /// A message's unique id: the mailbox's own, which stays when the message is moved away and back. RFC 1939 §7.
    func uniqueID(_ index: Int) -> String { messages[index].email.description }
}
