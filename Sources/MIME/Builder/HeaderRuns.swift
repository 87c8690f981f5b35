internal import Octets

/// Header text cut into words that may stand as they are and runs that become encoded words, so that the whole gets as
/// short as possible, folds not counted. RFC 2047 §5, §6.2.
///
/// A word must be encoded if it is not ASCII (unless the header may be UTF-8), has a control in it, is too long for a
/// line, or has `=?` in it, which a reader would take for an encoded word. Blanks at either end of the text, and very
/// long ones, are encoded too: not all readers keep them. A word between two that must be encoded is encoded with them if
/// that is shorter than ending one encoded word and beginning another.
struct HeaderRuns {
    struct Run {
        /// The blanks before it, as they are written; nil for the first, and between two runs of encoded words, where a
        /// blank that does not count must be put.
        var gap: Range<Int>?
        var content: Range<Int>
        var isEncoded: Bool
    }

    let octets: [UInt8]
    private(set) var runs: [Run] = []

    /// A longer run of blanks is encoded.
    private static var gapLimit: Int { 16 }

    /// Text whose blanks and octets all count. RFC 5322 §3.2.5.
    init(unstructured octets: [UInt8], isUTF8: Bool) {
        self.octets = octets
        let words = Self.words(octets, isBlank: { $0 == .space || $0 == .tab }) { content in
            Self.needsEncoding(octets[content], isUTF8: isUTF8)
        }
        runs = Self.shortest(words, octets, safe: EncodedWordWriter.textSafe)
    }

    /// A display name, all of whose words that are no atoms become encoded words. RFC 5322 §3.2.5, RFC 2047 §5.
    init(phrase octets: [UInt8], isUTF8: Bool) {
        self.octets = octets
        var words = Self.words(octets, isBlank: { $0 == .space }) { content in
            Self.needsEncoding(octets[content], isUTF8: isUTF8)
                || !octets[content].allSatisfy { AddressWriter.atomText.contains($0) }
        }
        // Between atoms, any blanks are one blank.
        for index in words.indices where words[index].gap.count > 1 { words[index].mustEncode = true }
        runs = Self.shortest(words, octets, safe: EncodedWordWriter.phraseSafe)
    }

    static func needsEncoding(_ word: ArraySlice<UInt8>, isUTF8: Bool) -> Bool {
        var last: UInt8 = 0
        for byte in word {
            if byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !isUTF8) || (last == 0x3D && byte == 0x3F) {
                return true
            }
            last = byte
        }
        return word.count > HeaderWriter.wordLimit
    }

    /// Whether there are more blanks in a row than are written as they are.
    static func hasLongGap(_ text: [UInt8]) -> Bool {
        var run = 0
        for byte in text {
            run = byte == .space ? run + 1 : 0
            if run > gapLimit { return true }
        }
        return false
    }

    // MARK: Words

    private struct Word {
        /// The blanks before it.
        var gap: Range<Int>
        var content: Range<Int>
        var mustEncode: Bool
    }

    /// The words of `octets`. Blanks at the start and end count to the first and last word.
    private static func words(
        _ octets: [UInt8],
        isBlank: (UInt8) -> Bool,
        mustEncode: (Range<Int>) -> Bool
    ) -> [Word] {
        var words: [Word] = []
        var index = 0
        while index < octets.count {
            let start = index
            while index < octets.count, isBlank(octets[index]) { index += 1 }
            let contentStart = index
            while index < octets.count, !isBlank(octets[index]) { index += 1 }
            let content = contentStart..<index
            if content.isEmpty, !words.isEmpty {
                words[words.count - 1].content = words[words.count - 1].content.lowerBound..<index
                words[words.count - 1].mustEncode = true
            } else if words.isEmpty, start < contentStart || content.isEmpty {
                words.append(Word(gap: start..<start, content: start..<index, mustEncode: true))
            } else {
                let isLongGap = contentStart - start > gapLimit
                words.append(
                    Word(gap: start..<contentStart, content: content, mustEncode: isLongGap || mustEncode(content))
                )
            }
        }
        return words
    }

    // MARK: The shortest way

    /// How a word is written. Base64 has one mode for each number of octets in its last, open quantum, as that decides what
    /// the next octet costs.
    private enum Mode: Int, CaseIterable {
        case plain, quoted, base64, base64One, base64Two

        /// Whether a run of this mode may go on as `next`.
        func goesOn(as next: Mode) -> Bool {
            switch self {
            case .plain, .quoted: next == self
            case .base64, .base64One, .base64Two: next.rawValue >= Mode.base64.rawValue
            }
        }
    }

    /// The octets of `=?utf-8?q?` and `?=`, and the blank before them.
    private static var overhead: Int { 13 }
    private static var never: Int { Int.max / 2 }

    /// The octets that `count` octets, `quoted` in the Q encoding, add to a run of that mode, and the mode after them. A
    /// run begins as `.base64`.
    private static func added(_ mode: Mode, count: Int, quoted: Int) -> (cost: Int, mode: Mode) {
        switch mode {
        case .plain: return (count, .plain)
        case .quoted: return (quoted, .quoted)
        case .base64, .base64One, .base64Two:
            let open = mode.rawValue - Mode.base64.rawValue
            let cost = (open + count + 2) / 3 * 4 - (open + 2) / 3 * 4
            return (cost, Mode(rawValue: Mode.base64.rawValue + (open + count) % 3) ?? .base64)
        }
    }

    private static func quotedLength(_ octets: ArraySlice<UInt8>, safe: ByteClass) -> Int {
        octets.reduce(0) { $0 + ($1 == .space || safe.contains($1) ? 1 : 3) }
    }

    /// Decides for each word by the cheapest way to it: linear in the words. Folds are not counted.
    private static func shortest(_ words: [Word], _ octets: [UInt8], safe: ByteClass) -> [Run] {
        guard words.contains(where: \.mustEncode) else {
            return words.enumerated().map { Run(gap: $0 == 0 ? nil : $1.gap, content: $1.content, isEncoded: false) }
        }
        var costs = [0, never, never, never, never]
        var choices: [[Mode]] = []
        choices.reserveCapacity(words.count)
        for (index, word) in words.enumerated() {
            var next = [Int](repeating: never, count: costs.count)
            var choice = [Mode](repeating: .plain, count: costs.count)
            let content = (word.content.count, quotedLength(octets[word.content], safe: safe))
            let gap = (word.gap.count, quotedLength(octets[word.gap], safe: safe))
            for before in Mode.allCases where costs[before.rawValue] < never {
                for start in [Mode.plain, .quoted, .base64] where start != .plain || !word.mustEncode {
                    let isFirst = index == 0
                    let (cost, mode) = step(before, start, isFirst: isFirst, gap: gap, content: content)
                    let total = costs[before.rawValue] + cost
                    if total < next[mode.rawValue] {
                        next[mode.rawValue] = total
                        choice[mode.rawValue] = before
                    }
                }
            }
            costs = next
            choices.append(choice)
        }
        var mode = Mode.allCases.min { costs[$0.rawValue] < costs[$1.rawValue] } ?? .base64
        var modes = [Mode](repeating: .plain, count: words.count)
        for index in words.indices.reversed() {
            modes[index] = mode
            mode = choices[index][mode.rawValue]
        }
        return runs(words, modes)
    }

    /// What a word costs that is written as `start` behind one written as `before`, the blanks between them included.
    private static func step(
        _ before: Mode,
        _ start: Mode,
        isFirst: Bool,
        gap: (count: Int, quoted: Int),
        content: (count: Int, quoted: Int)
    ) -> (cost: Int, mode: Mode) {
        if !isFirst, before.goesOn(as: start) {
            return added(before, count: gap.count + content.count, quoted: gap.quoted + content.quoted)
        }
        if start == .plain {
            // All blanks but one belong to the run before.
            let rest = isFirst ? (cost: 0, mode: .plain) : added(before, count: gap.count - 1, quoted: gap.quoted - 1)
            return (rest.cost + 1 + content.count, .plain)
        }
        let taken = isFirst ? 0 : before == .plain ? 1 : 0
        let count = (isFirst ? 0 : gap.count - taken) + content.count
        let quoted = (isFirst ? 0 : gap.quoted - taken) + content.quoted
        let (cost, mode) = added(start, count: count, quoted: quoted)
        return (overhead + cost, mode)
    }

    /// Words of one mode that follow each other are one run, the blanks between them included. Where plain and encoded
    /// meet, one blank is written and the rest of them are encoded.
    private static func runs(_ words: [Word], _ modes: [Mode]) -> [Run] {
        var runs: [Run] = []
        for (index, word) in words.enumerated() {
            guard index > 0 else {
                runs.append(Run(gap: nil, content: word.content, isEncoded: modes[0] != .plain))
                continue
            }
            let last = runs.count - 1
            switch (modes[index - 1], modes[index]) {
            case (.plain, .plain): runs.append(Run(gap: word.gap, content: word.content, isEncoded: false))
            case (.plain, _):
                let start = word.gap.lowerBound
                runs.append(
                    Run(gap: start..<start + 1, content: start + 1..<word.content.upperBound, isEncoded: true)
                )
            case (_, .plain):
                let end = word.gap.upperBound
                runs[last].content = runs[last].content.lowerBound..<end - 1
                runs.append(Run(gap: end - 1..<end, content: word.content, isEncoded: false))
            case (let before, let now) where before.goesOn(as: now):
                runs[last].content = runs[last].content.lowerBound..<word.content.upperBound
            default:
                runs.append(
                    Run(gap: nil, content: word.gap.lowerBound..<word.content.upperBound, isEncoded: true)
                )
            }
        }
        return runs
    }
}
