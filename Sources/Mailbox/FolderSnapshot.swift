/// A folder and all its messages at one moment. Copies share their memory, with each other and with later moments: a
/// change replaces only the chunk it touches.
public struct FolderSnapshot: Sendable {
    /// The folder at that moment.
    public var folder: Folder
    /// Its messages, in UID order. Sequence number n is `messages[n - 1]`.
    public var messages: MessageTable

    /// A folder with those messages.
    public init(folder: Folder, messages: MessageTable) {
        self.folder = folder
        self.messages = messages
    }

    /// The keywords that `bits` stand for.
    public func keywords(_ bits: KeywordBits) -> [Keyword] {
        var names: [Keyword] = []
        var rest = bits
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            if place < folder.keywords.count { names.append(folder.keywords[place]) }
            rest &= rest - 1
        }
        return names
    }
}

/// Messages in UID order, in chunks of `span` consecutive UIDs, which are also the rows they are stored in.
///
/// A chunk is shared between snapshots until it changes, so to compare two snapshots is to compare the few chunks that
/// differ, however large the folder is.
public struct MessageTable: Sendable, RandomAccessCollection {
    /// UIDs of one chunk: those with the same `uid / span`.
    public static let span: UInt32 = 64

    final class Chunk: Sendable {
        let number: UInt32
        let entries: [MessageEntry]
        /// The greatest of the entries.
        let modSeq: ModSeq
        init(number: UInt32, entries: [MessageEntry]) {
            self.number = number
            self.entries = entries
            modSeq = entries.reduce(0) { Swift.max($0, $1.modSeq) }
        }
    }

    /// By number, none empty.
    private(set) var chunks: [Chunk] = []
    /// Messages before each chunk.
    private var starts: [Int] = []
    /// Messages.
    public private(set) var count = 0

    /// No messages.
    public init() {}

    /// The messages of `entries`, which must be in UID order, each UID once.
    public init(_ entries: some Sequence<MessageEntry>) {
        var chunk: [MessageEntry] = []
        for entry in entries {
            if let number = chunk.last.map({ $0.uid / Self.span }), entry.uid / Self.span != number {
                setChunk(number, chunk)
                chunk = []
            }
            chunk.append(entry)
        }
        if let last = chunk.last { setChunk(last.uid / Self.span, chunk) }
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of messages.
    public var endIndex: Int { count }

    /// The message with sequence number `index + 1`.
    public subscript(index: Int) -> MessageEntry {
        var low = 0
        var high = chunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= index { low = middle } else { high = middle }
        }
        return chunks[low].entries[index - starts[low]]
    }

    /// How many messages have a UID less than `uid`: the index of `uid`, or of the next one that is there.
    public func index(notBefore uid: UID) -> Int {
        let place = chunkIndex(notBefore: uid / Self.span)
        guard place < chunks.count else { return count }
        guard chunks[place].number == uid / Self.span else { return starts[place] }
        let entries = chunks[place].entries
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].uid < uid { low = middle + 1 } else { high = middle }
        }
        return starts[place] + low
    }

    /// The index of the message with that UID; nil if there is none.
    public func index(of uid: UID) -> Int? {
        let index = index(notBefore: uid)
        return index < count && self[index].uid == uid ? index : nil
    }

    /// The message with that UID; nil if there is none.
    public func entry(_ uid: UID) -> MessageEntry? { index(of: uid).map { self[$0] } }

    /// Calls `body` for each message in order: faster than a loop over indices.
    public func forEachEntry<Failure: Error>(_ body: (MessageEntry) throws(Failure) -> Void) throws(Failure) {
        for chunk in chunks { for entry in chunk.entries { try body(entry) } }
    }

    /// Calls `body` for each message of `range`, a range of indices, in order.
    public func forEachEntry<Failure: Error>(
        in range: Range<Int>,
        _ body: (MessageEntry) throws(Failure) -> Void
    ) throws(Failure) {
        var low = 0
        var high = chunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= range.lowerBound { low = middle } else { high = middle }
        }
        var index = range.lowerBound
        while index < range.upperBound {
            let entries = chunks[low].entries
            for place in index - starts[low]..<Swift.min(entries.count, range.upperBound - starts[low]) {
                try body(entries[place])
            }
            index = starts[low] + entries.count
            low += 1
        }
    }

    /// Calls `body` for each message whose modseq is greater than `modSeq`, in order. Chunks in which nothing changed are
    /// passed over.
    public func forEachEntry<Failure: Error>(
        changedAfter modSeq: ModSeq,
        _ body: (MessageEntry) throws(Failure) -> Void
    ) throws(Failure) {
        for chunk in chunks where chunk.modSeq > modSeq {
            for entry in chunk.entries where entry.modSeq > modSeq { try body(entry) }
        }
    }

    /// The UIDs from 1 up to, not including, `next` that no message has.
    func gaps(before next: UID) -> UIDSet {
        var gaps: [ClosedRange<UID>] = []
        var expected: UID = 1
        for chunk in chunks {
            for entry in chunk.entries where entry.uid >= expected {
                if entry.uid > expected { gaps.append(expected...entry.uid - 1) }
                expected = entry.uid + 1
            }
        }
        if expected < next { gaps.append(expected...next - 1) }
        return UIDSet(ranges: gaps)
    }

    func chunkIndex(notBefore number: UInt32) -> Int {
        if let last = chunks.last, last.number < number { return chunks.count }
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The entries of chunk `number`.
    func entries(ofChunk number: UInt32) -> [MessageEntry] {
        let place = chunkIndex(notBefore: number)
        return place < chunks.count && chunks[place].number == number ? chunks[place].entries : []
    }

    /// Sets the entries of chunk `number`, which must be in UID order and belong to it; removes it if there are none.
    mutating func setChunk(_ number: UInt32, _ entries: [MessageEntry]) {
        let place = chunkIndex(notBefore: number)
        let isThere = place < chunks.count && chunks[place].number == number
        let before = isThere ? chunks[place].entries.count : 0
        switch (isThere, entries.isEmpty) {
        case (true, true):
            chunks.remove(at: place)
            starts.remove(at: place)
        case (true, false): chunks[place] = Chunk(number: number, entries: entries)
        case (false, true): return
        case (false, false):
            chunks.insert(Chunk(number: number, entries: entries), at: place)
            starts.insert(place == 0 ? 0 : starts[place - 1] + chunks[place - 1].entries.count, at: place)
        }
        let difference = entries.count - before
        count += difference
        guard difference != 0 else { return }
        let next = entries.isEmpty ? place : place + 1
        for index in next..<starts.count { starts[index] += difference }
    }
}
