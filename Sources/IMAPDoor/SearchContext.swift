internal import IMAP
internal import Mailbox

/// A search whose result the client hears of as it changes. RFC 5267 §4.3.
///
/// It lives as long as the folder is selected. The key is kept, not what it once meant in the folder: a keyword may come
/// into use later. What it said by sequence number, and `$`, was made UIDs when the command came.
struct SearchContext {
    /// That of the command.
    let tag: [UInt8]
    /// Whether it is told in sequence numbers or UIDs.
    let numbering: Numbering
    /// Told with it, if the command was an ESEARCH.
    let source: SearchResult.Source?
    /// In UTF-8, without sequence numbers.
    let key: SearchKey
    /// What is told besides of a message that is new to the folder. RFC 5465 §7.
    let attributes: [FetchAttribute]
    /// Which messages the client has in its result.
    private(set) var members: UIDSet
    /// Their order, after SORT; nil for that of the mailbox.
    private var sorted: SortedResult?

    init(
        tag: [UInt8],
        by numbering: Numbering,
        source: SearchResult.Source?,
        _ key: SearchKey,
        _ attributes: [FetchAttribute],
        members: UIDSet,
        sorted: SortedResult?
    ) {
        self.tag = tag
        self.numbering = numbering
        self.source = source
        self.key = key
        self.attributes = attributes
        self.members = members
        self.sorted = sorted
    }

    /// How its messages are sorted; nil if they are not.
    var order: MessageOrder? { sorted?.order }

    /// Takes messages out that are in it. Returns what is told, with numbers from `number`.
    mutating func remove(_ uids: UIDSet, _ number: (UID) -> UInt32) -> [SearchResult.Change] {
        let gone = uids.intersection(members)
        guard !gone.isEmpty else { return [] }
        members = members.subtracting(gone)
        return changes(sorted?.remove(gone), gone, number)
    }

    /// Adds messages that are not in it, and after SORT their ranks. Returns what is told, with numbers from `number`.
    mutating func add(
        _ uids: UIDSet,
        _ ranks: [MessageOrder.Rank],
        _ number: (UID) -> UInt32
    ) -> [SearchResult.Change] {
        guard !uids.isEmpty else { return [] }
        members = members.union(uids)
        return changes(sorted?.insert(ranks), uids, number)
    }

    /// Without an order of its own the client keeps that of the mailbox: position 0. RFC 5267 §4.3.3.
    private func changes(
        _ runs: [SortedResult.Run]?,
        _ uids: UIDSet,
        _ number: (UID) -> UInt32
    ) -> [SearchResult.Change] {
        guard let runs else { return [SearchResult.Change(at: 0, ResultSet(numbers: uids.uids.map(number)))] }
        return runs.map { run in
            SearchResult.Change(at: UInt32(clamping: run.position), ResultSet(numbers: run.uids.map(number)))
        }
    }
}

/// Messages in the order of a SORT, and where in it others come and go.
struct SortedResult {
    /// Messages that follow each other, and the position of the first of them, from 1.
    struct Run: Equatable {
        var position: Int
        var uids: [UID]
    }

    let order: MessageOrder
    /// In order. Their `index` is the UID, which, unlike the sequence number, stays.
    private var ranks: [MessageOrder.Rank]

    /// Ranks, in any order, whose `index` is the UID.
    init(_ ranks: [MessageOrder.Rank], _ order: MessageOrder) {
        self.order = order
        self.ranks = ranks.sorted(by: order.precedes)
    }

    /// Takes messages out. The runs are told in this order: from the end, so that none moves another. RFC 5267 §4.3.4.
    mutating func remove(_ gone: UIDSet) -> [Run] {
        var runs: [Run] = []
        var place = ranks.count
        while place > 0 {
            let end = place
            while place > 0, gone.contains(ranks[place - 1].uid) { place -= 1 }
            if place < end {
                runs.append(Run(position: place + 1, uids: ranks[place..<end].map(\.uid)))
            } else {
                place -= 1
            }
        }
        ranks.removeAll { gone.contains($0.uid) }
        return runs
    }

    /// Puts messages in their places. The runs are told in this order: from the beginning, so that each has the position
    /// that it keeps. RFC 5267 §4.3.3.
    mutating func insert(_ added: [MessageOrder.Rank]) -> [Run] {
        var runs: [Run] = []
        var merged: [MessageOrder.Rank] = []
        merged.reserveCapacity(ranks.count + added.count)
        var next = 0
        func takeOld(before rank: MessageOrder.Rank?, _ old: [MessageOrder.Rank]) {
            while next < old.count, rank.map({ order.precedes(old[next], $0) }) ?? true {
                merged.append(old[next])
                next += 1
            }
        }
        for rank in added.sorted(by: order.precedes) {
            takeOld(before: rank, ranks)
            merged.append(rank)
            if let last = runs.last, last.position + last.uids.count == merged.count {
                runs[runs.count - 1].uids.append(rank.uid)
            } else {
                runs.append(Run(position: merged.count, uids: [rank.uid]))
            }
        }
        takeOld(before: nil, ranks)
        ranks = merged
        return runs
    }
}

extension MessageOrder.Rank {
    /// The message, where it is known by its UID.
    fileprivate var uid: UID { UID(clamping: index) }
}
