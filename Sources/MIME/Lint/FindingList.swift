internal import Octets

/// Collects findings: all are counted, and the first of each rule are kept.
struct FindingList {
    private(set) var counts: [MessageLint.Rule: Int] = [:]
    private var findings: [MessageLint.Finding] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Notes that `rule` is broken at `offset`. The detail is not asked for if the finding is not kept.
    mutating func add(
        _ rule: MessageLint.Rule,
        at offset: Int,
        part: Int,
        _ detail: @autoclosure () -> String = ""
    ) {
        let count = counts[rule, default: 0] + 1
        counts[rule] = count
        guard count <= limit else { return }
        findings.append(MessageLint.Finding(rule: rule, offset: offset, line: 0, part: part, detail: detail()))
    }

    /// All that were kept, by offset, with the lines that they are on.
    func sorted(in message: Span<UInt8>) -> [MessageLint.Finding] {
        var sorted = findings.sorted { ($0.offset, $0.part, $0.rule.rawValue) < ($1.offset, $1.part, $1.rule.rawValue) }
        var line = 1
        var position = 0
        for index in sorted.indices {
            let offset = min(max(sorted[index].offset, position), message.count)
            line += message.extracting(position..<offset).lineFeedCount
            position = offset
            sorted[index].line = line
        }
        return sorted
    }
}

extension Span<UInt8> {
    /// Octets shown of a longer text.
    private var shownLimit: Int { 60 }

    /// What stands in `range`, or its beginning, as printable ASCII and unfolded: other octets as `\x` and two digits, so that
    /// it can do nothing to a terminal or a log.
    func shown(_ range: Range<Int>) -> String {
        let range = HeaderFields.trim(self, range.clamped(to: 0..<count))
        var text: [UInt8] = []
        for index in range.prefix(shownLimit) {
            let octet = self[index]
            if octet == .carriageReturn || octet == .lineFeed { continue }
            if octet >= .space, octet < 0x7F {
                text.append(octet)
            } else {
                text += [0x5C, 0x78]
                for digit in [octet >> 4, octet & 0x0F] { text.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
            }
        }
        return String(decoding: text, as: UTF8.self) + (range.count > shownLimit ? "..." : "")
    }
}
