internal import IMAP
internal import Mailbox

/// Messages that a command names, as indices of the selection's view: sequence numbers less one.
struct MessageNumbers {
    /// Ascending, apart from each other, none empty.
    var ranges: [Range<Int>]

    var isEmpty: Bool { ranges.isEmpty }
    var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// Those of them at the places `range`, counted from 0.
    func at(_ range: Range<Int>) -> MessageNumbers {
        var rest: [Range<Int>] = []
        var start = 0
        for part in ranges {
            let places = range.clamped(to: start..<start + part.count)
            if !places.isEmpty {
                rest.append(part.lowerBound + places.lowerBound - start..<part.lowerBound + places.upperBound - start)
            }
            start += part.count
        }
        return MessageNumbers(ranges: rest)
    }
    var indices: some Sequence<Int> { ranges.lazy.flatMap { $0 } }

    /// Their UIDs: only such as are there, never a range that a client made up.
    func uids(_ selection: Selection) -> UIDSet {
        let messages = selection.messages
        return UIDSet(indices.lazy.map { messages[$0].uid })
    }
}

extension Selection {
    /// The messages that `set` names. A sequence number that no message has is an error of the client; a UID that no
    /// message has is nothing. RFC 3501 §9 seq-number, §6.4.8.
    func messages(_ set: SequenceSet, by numbering: Numbering) throws -> MessageNumbers {
        let table = messages
        if set.isSavedResult { return MessageNumbers(ranges: numbers(savedResult.ranges)) }
        switch numbering {
        case .sequence:
            guard !set.hasStar || table.count > 0 else { throw Refusal.bad("No message has that number") }
            let ranges = set.ranges(largest: UInt32(clamping: table.count))
            guard let last = ranges.last, last.upperBound <= table.count else {
                throw Refusal.bad("No message has that number")
            }
            return MessageNumbers(ranges: ranges.map { Int($0.lowerBound) - 1..<Int($0.upperBound) })
        case .uid:
            guard let last = table.last else { return MessageNumbers(ranges: []) }
            return MessageNumbers(ranges: numbers(set.ranges(largest: last.uid)))
        }
    }

    /// The messages that a sequence set in a search names, which is not `$`. Numbers that no message has match none: clients search for
    /// `1:5000`, as RFC 4731 §4 does.
    func searched(_ set: SequenceSet) -> MessageNumbers {
        let count = UInt32(clamping: messages.count)
        guard count > 0 else { return MessageNumbers(ranges: []) }
        return MessageNumbers(
            ranges: set.ranges(largest: count).compactMap { range in
                let end = min(Int(range.upperBound), Int(count))
                return Int(range.lowerBound) <= end ? Int(range.lowerBound) - 1..<end : nil
            }
        )
    }

    /// UIDs as a client that counts so writes them. RFC 7162 §3.1.3 wants numbers after STORE.
    func ranges(of uids: UIDSet, by numbering: Numbering) -> [ClosedRange<UInt32>] {
        guard numbering == .sequence else { return uids.ranges }
        return numbers(uids.ranges).map { UInt32($0.lowerBound + 1)...UInt32($0.upperBound) }
    }

    /// Where the messages with those UIDs, ascending ranges, are.
    func numbers(_ uids: [ClosedRange<UID>]) -> [Range<Int>] {
        let table = messages
        var ranges: [Range<Int>] = []
        for range in uids {
            let start = table.index(notBefore: range.lowerBound)
            let end = range.upperBound == .max ? table.count : table.index(notBefore: range.upperBound + 1)
            guard start < end else { continue }
            if let last = ranges.last, last.upperBound == start {
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges
    }

    /// Refuses what changes messages in a folder that was only examined. RFC 3501 §6.3.2.
    func requireWritable() throws {
        if isReadOnly { throw Refusal.no(.cannot, "The mailbox was examined, not selected") }
    }
}

extension SequenceSet {
    /// Whether it names the last message, whichever that is.
    var hasStar: Bool { elements.contains { $0.first == 0 || $0.last == 0 } }
}
