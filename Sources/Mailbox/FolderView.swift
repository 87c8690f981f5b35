/// What a session has told its client of a folder: the base of its sequence numbers. RFC 9051 §7.5.1.
///
/// The mailbox moves on by itself; the view moves only when the session says so, and tells what the client must hear.
public struct FolderView: Sendable {
    /// The folder as the client knows it.
    public private(set) var snapshot: FolderSnapshot

    /// A view that starts at `snapshot`.
    public init(_ snapshot: FolderSnapshot) { self.snapshot = snapshot }

    /// What the client must hear, in this order: first the removed, then the number of messages, then flags.
    public struct News: Sendable {
        /// Sequence numbers of removed messages, each as it is after those before it were removed: descending, so that
        /// none shifts another.
        public var expunged: [Int] = []
        /// Their UIDs, in the same order.
        public var expungedUIDs: [UID] = []
        /// The new number of messages, if some were added.
        public var exists: Int?
        /// Sequence numbers, in the new count, and entries of messages whose flags or keywords are others.
        public var changed: [(number: Int, entry: MessageEntry)] = []
        /// Whether the folder has keywords that it had not.
        public var hasNewKeywords = false
        /// Whether there is nothing to say.
        public var isEmpty: Bool { expunged.isEmpty && exists == nil && changed.isEmpty && !hasNewKeywords }
    }

    /// Moves to `later` and returns what changed. If `mayExpunge` is false, where RFC 9051 §7.5.1 forbids EXPUNGE
    /// (FETCH, STORE and SEARCH), messages that were removed stay in the view as they were, until a later call.
    public mutating func advance(to later: FolderSnapshot, mayExpunge: Bool) -> News {
        var news = News()
        var merged = later
        var removed: [(index: Int, uid: UID)] = []
        let old = snapshot.messages
        let new = later.messages
        var (left, right) = (0, 0)
        var oldIndex = 0
        while left < old.chunks.count {
            let chunk = old.chunks[left]
            while right < new.chunks.count, new.chunks[right].number < chunk.number { right += 1 }
            let other = right < new.chunks.count && new.chunks[right].number == chunk.number ? new.chunks[right] : nil
            if let other, other === chunk {
                oldIndex += chunk.entries.count
                left += 1
                continue
            }
            let successors = other?.entries ?? []
            var place = 0
            var kept: [MessageEntry] = []
            var hasGone = false
            for entry in chunk.entries {
                while place < successors.count, successors[place].uid < entry.uid {
                    kept.append(successors[place])
                    place += 1
                }
                if place < successors.count, successors[place].uid == entry.uid {
                    if successors[place].flags != entry.flags || successors[place].keywords != entry.keywords {
                        // Messages are added behind all others, so only what is gone before moves the number.
                        let shift = mayExpunge ? removed.count : 0
                        news.changed.append((oldIndex - shift + 1, successors[place]))
                    }
                    kept.append(successors[place])
                    place += 1
                } else {
                    removed.append((oldIndex, entry.uid))
                    kept.append(entry)
                    hasGone = true
                }
                oldIndex += 1
            }
            if hasGone, !mayExpunge {
                kept.append(contentsOf: successors[place...])
                merged.messages.setChunk(chunk.number, kept)
            }
            left += 1
        }
        if mayExpunge {
            for (index, uid) in removed.reversed() {
                news.expunged.append(index + 1)
                news.expungedUIDs.append(uid)
            }
        }
        let countBefore = old.count - news.expunged.count
        if merged.messages.count > countBefore { news.exists = merged.messages.count }
        news.hasNewKeywords = later.folder.keywords.count > snapshot.folder.keywords.count
        snapshot = merged
        return news
    }

    /// Notes flags that the client was told of, or asked for silently, so that `advance` does not tell them again.
    public mutating func acknowledge(_ entry: MessageEntry) {
        let number = entry.uid / MessageTable.span
        var entries = snapshot.messages.entries(ofChunk: number)
        guard let place = entries.firstIndex(where: { $0.uid == entry.uid }) else { return }
        entries[place] = entry
        snapshot.messages.setChunk(number, entries)
    }
}
