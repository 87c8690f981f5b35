internal import IMAP
internal import Mailbox

/// A message as a search sees it: what the view knows, and what was read so far.
struct SearchCandidate {
    /// Sequence number less one.
    var index: Int
    var entry: MessageEntry
    var isRecent: Bool
    /// nil where it was not read.
    var content: SearchContent?
}

extension SearchCondition {
    /// Whether the message matches; nil if that hangs on what was not read.
    func matches(_ candidate: SearchCandidate, _ decoding: SearchDecoding) -> Bool? {
        switch self {
        case .constant(let value): value
        case .and(let all): SearchCondition.all(all, candidate, decoding)
        case .or(let left, let right): SearchCondition.any(left, right, candidate, decoding)
        case .not(let condition): condition.matches(candidate, decoding).map { !$0 }
        case .numbers(let ranges): UInt32(clamping: candidate.index).isIn(ranges)
        case .uids(let ranges): candidate.entry.uid.isIn(ranges)
        case .flags(let flags): candidate.entry.flags.isSuperset(of: flags)
        case .recent: candidate.isRecent
        case .keywords(let bits): candidate.entry.keywords & bits == bits
        case .larger(let size): UInt64(candidate.entry.size) > size
        case .smaller(let size): UInt64(candidate.entry.size) < size
        case .received(let days): days.contains(SearchCondition.day(of: candidate.entry.internalDate))
        case .receivedSeconds(let seconds): seconds.contains(candidate.entry.internalDate)
        case .saved(let days): days.contains(SearchCondition.day(of: candidate.entry.saveDate))
        case .modSequence(let modSeq): candidate.entry.modSeq >= modSeq
        default: candidate.content.map { matches($0, decoding) }
        }
    }

    private static func all(
        _ conditions: [SearchCondition],
        _ candidate: SearchCandidate,
        _ decoding: SearchDecoding
    ) -> Bool? {
        var result: Bool? = true
        for condition in conditions {
            switch condition.matches(candidate, decoding) {
            case false?: return false
            case nil: result = nil
            case true?: continue
            }
        }
        return result
    }

    private static func any(
        _ left: SearchCondition,
        _ right: SearchCondition,
        _ candidate: SearchCandidate,
        _ decoding: SearchDecoding
    ) -> Bool? {
        let first = left.matches(candidate, decoding)
        if first == true { return true }
        let second = right.matches(candidate, decoding)
        if second == true { return true }
        return first == nil || second == nil ? nil : false
    }

    /// The keys that look at what was read.
    private func matches(_ content: SearchContent, _ decoding: SearchDecoding) -> Bool {
        switch self {
        case .sent(let days): content.sentDay.map { days.contains($0) } ?? false
        case .envelope(let field, let needle): content.contains(needle, in: field, decoding)
        case .header(let name, let needle): content.hasField(name, with: needle)
        case .emailID(let email): content.email == email
        case .threadID(let thread): content.thread == thread
        case .body(let needle): content.hasInBody(needle)
        case .text(let needle): content.has(needle)
        default: false
        }
    }
}

extension SearchCondition {
    /// The day, in UTC as INTERNALDATE shows it, of a second since 1970.
    fileprivate static func day(of second: Int64) -> Int64 {
        second >= 0 ? second / 86_400 : (second - 86_399) / 86_400
    }
}

extension UInt32 {
    /// Whether one of `ranges`, which are ascending, has it.
    fileprivate func isIn(_ ranges: [ClosedRange<UInt32>]) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < self { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= self
    }
}
