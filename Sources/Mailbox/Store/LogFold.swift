/// Makes old history shorter without losing an answer.
///
/// The entries of one kind about one folder become one entry, at the place of the last of them. Whoever resumes from before
/// all of them hears the same in the end; whoever resumes from between them hears some things again. UIDs are never given
/// twice, so of messages that came and went only the going is left.
struct LogFold {
    /// An entry and the counter of its key.
    struct Entry: Hashable {
        var change: Change
        var counter: UInt32
    }

    private struct Place: Hashable {
        var folder: FolderID
        var kind: Change.Kind
        /// Where several entries of the kind are about different things.
        var name: FolderPath?
        var user: AccountID?
        /// Who saw the folder before. Each hears of what was done to it then.
        var audience: AccessList?
    }

    /// The fewer entries that say what `entries`, in order, say; in order.
    static func fold(_ entries: [Entry]) -> [Entry] {
        var removed: [FolderID: [ClosedRange<UID>]] = [:]
        var deleted: Set<FolderID> = []
        for entry in entries {
            if entry.change.kind == .removed {
                removed[entry.change.folder, default: []] += entry.change.uids.ranges
            }
            if entry.change.kind == .deleted { deleted.insert(entry.change.folder) }
        }
        let gone = removed.mapValues { UIDSet(ranges: $0) }
        var groups: [Place: [Entry]] = [:]
        for entry in entries {
            let change = entry.change
            // Of a folder that is gone nothing else matters, but a name that is subscribed to stays.
            guard !deleted.contains(change.folder) || [.deleted, .subscription].contains(change.kind) else { continue }
            let name = change.kind == .subscription ? change.path : nil
            let place = Place(
                folder: change.folder,
                kind: change.kind,
                name: name,
                user: change.user,
                audience: change.audience
            )
            groups[place, default: []].append(entry)
        }
        var folded: [Entry] = []
        for (place, group) in groups {
            guard var last = group.last else { continue }
            last.change.oldPath = group[0].change.oldPath
            if last.change.kind == .annotations {
                last.change.annotations = Array(Set(group.flatMap(\.change.annotations))).sorted()
            }
            last.change.uids = UIDSet(ranges: group.flatMap(\.change.uids.ranges))
            if let gone = gone[place.folder], place.kind == .added || place.kind == .flags {
                last.change.uids = last.change.uids.subtracting(gone)
                guard !last.change.uids.isEmpty else { continue }
            }
            folded.append(last)
        }
        return folded.sorted { ($0.change.modSeq, $0.counter) < ($1.change.modSeq, $1.counter) }
    }
}
