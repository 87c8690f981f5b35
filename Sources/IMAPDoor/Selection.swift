internal import Mailbox
internal import Network

/// The selected folder, as this session knows it: its view, and which messages are recent here.
///
/// A class so that a session without one costs nothing, and so that leaving the folder lets go of everything at once.
final class Selection {
    /// Where the folder is: the client's own mailbox, or one that another account shares.
    let mailbox: any Mailbox
    let folder: FolderID
    /// What the client may do with it. RFC 4314 §2.1.
    let rights: FolderRights
    let isReadOnly: Bool
    /// `$`: what the last SEARCH RETURN (SAVE) found. Messages that went are passed over when it is used. RFC 5182 §2.1.
    var savedResult = UIDSet()
    var view: FolderView
    /// UIDs that this session was the first to be told of. RFC 3501 §2.3.2.
    var recent: UIDSet
    /// Rung after each commit that touched the folder.
    let bell: Signal
    private let observation: Observation
    /// Searches whose results are kept up to date. RFC 5267 §4.3.
    var contexts: [SearchContext] = []
    /// Removed messages that the client could not be told of yet are still in the view.
    var holdsExpunged = false
    /// The client was told all that happened up to here.
    var toldUpTo: ModSeq

    init(
        _ snapshot: FolderSnapshot,
        of mailbox: any Mailbox,
        rights: FolderRights,
        isReadOnly: Bool,
        recentFrom first: UID,
        bell: Signal,
        observation: Observation
    ) {
        self.mailbox = mailbox
        self.rights = rights
        folder = snapshot.folder.id
        self.isReadOnly = isReadOnly
        view = FolderView(snapshot)
        toldUpTo = snapshot.folder.highestModSeq
        recent = UIDSet()
        self.bell = bell
        self.observation = observation
        claim(from: first, to: isReadOnly ? snapshot.folder.uidNext : snapshot.folder.firstRecent)
    }

    /// The messages, by sequence number less one.
    var messages: MessageTable { view.snapshot.messages }

    /// Notes that UIDs from `first` until before `end` are recent in this session.
    func claim(from first: UID, to end: UID) {
        guard first < end else { return }
        recent = UIDSet(ranges: recent.ranges + [first...(end - 1)])
    }

    /// Those of `numbers` that changed after `modSeq`.
    func changed(_ numbers: MessageNumbers, after modSeq: ModSeq) -> MessageNumbers {
        let messages = messages
        var ranges: [Range<Int>] = []
        for index in numbers.indices where messages[index].modSeq > modSeq {
            if let last = ranges.last, last.upperBound == index {
                ranges[ranges.count - 1] = last.lowerBound..<index + 1
            } else {
                ranges.append(index..<index + 1)
            }
        }
        return MessageNumbers(ranges: ranges)
    }

    /// The messages that changed after `modSeq`, with their sequence numbers.
    func changed(after modSeq: ModSeq) -> [(number: Int, entry: MessageEntry)] {
        let messages = messages
        return changed(MessageNumbers(ranges: messages.isEmpty ? [] : [0..<messages.count]), after: modSeq).indices.map
        {
            ($0 + 1, messages[$0])
        }
    }

    /// How many of the messages are recent.
    var recentCount: Int {
        recent.ranges.reduce(0) { count, range in
            let end = range.upperBound == .max ? messages.count : messages.index(notBefore: range.upperBound + 1)
            return count + end - messages.index(notBefore: range.lowerBound)
        }
    }
}
