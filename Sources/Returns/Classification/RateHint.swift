internal import Octets

/// How much slower a receiver wants it.
public struct RateHint: Hashable, Sendable {
    /// How long to send nothing there.
    public var pause: Duration
    /// Connections at a time, at most; nil if nothing is known of them.
    public var concurrency: Int?
    /// Messages on one connection, at most; nil if nothing is known of them.
    public var messagesPerConnection: Int?
    /// Whether the text itself named the time; else it is what usually helps.
    public var isNamed: Bool

    /// A hint of those.
    public init(
        pause: Duration,
        concurrency: Int? = nil,
        messagesPerConnection: Int? = nil,
        isNamed: Bool = false
    ) {
        self.pause = pause
        self.concurrency = concurrency
        self.messagesPerConnection = messagesPerConnection
        self.isNamed = isNamed
    }

    /// The longest pause that a text may ask for: whatever a stranger writes, the queue comes back to it.
    public static let longestPause = Duration.seconds(86_400)

    /// For who does not want to talk to the address at all, and does not say for how long.
    static let shunned = RateHint(pause: .seconds(1800))
}

extension RateHint {
    /// The hint in a refusal for that reason; nil if it is none to go slower. `pause` is what the rule that knew it says.
    init?(_ reason: Classification.Reason, isTransient: Bool, pause: Duration?, words: PlainWords) {
        let usual: Duration? =
            switch reason {
            case .rateLimited: pause ?? .seconds(900)
            case .greylisted: pause ?? .seconds(300)
            case .busy where isTransient: pause ?? .seconds(300)
            default: isTransient ? pause : nil
            }
        guard let usual else { return nil }
        let named = isTransient ? NamedTime(in: words.octets.span)?.duration : nil
        let isRate = reason == .rateLimited
        self.init(
            pause: min(max(named ?? usual, .seconds(1)), Self.longestPause),
            concurrency: isRate ? 1 : nil,
            messagesPerConnection: isRate ? 10 : nil,
            isNamed: named != nil
        )
    }
}

/// A time that a text says to wait: `in 300 seconds`, `after 5 min`, `retry in 00:04:59`.
struct NamedTime {
    let duration: Duration

    /// The first one behind a word that says so; nil if there is none. `words` are in small letters with single blanks.
    init?(in words: Span<UInt8>) {
        var reader = WordReader()
        var isExpected = 0
        var number: Int64?
        while let word = reader.next(in: words) {
            let text = words.extracting(word)
            if let value = number {
                number = nil
                if let unit = Self.unit(text) {
                    duration = .seconds(value * unit)
                    return
                }
            }
            if isExpected > 0 {
                if let clock = Self.clock(text) {
                    duration = .seconds(clock)
                    return
                }
                if let (value, unit) = Self.number(text) {
                    if let unit {
                        duration = .seconds(value * unit)
                        return
                    }
                    number = value
                }
            }
            isExpected = Self.isLead(text) ? 4 : max(0, isExpected - 1)
        }
        return nil
    }

    private static func isLead(_ word: Span<UInt8>) -> Bool {
        for lead: StaticString in ["in", "after", "wait", "for", "within", "least"] where equalsIgnoringCase(word, lead)
        {
            return true
        }
        return false
    }

    /// Seconds of a unit, as it begins.
    private static func unit(_ word: Span<UInt8>) -> Int64? {
        var cursor = Cursor(over: word)
        if cursor.take(word: "sec", in: word) { return 1 }
        if cursor.take(word: "min", in: word) { return 60 }
        if cursor.take(word: "hour", in: word) { return 3600 }
        if cursor.take(word: "hrs", in: word) { return 3600 }
        guard word.count <= 2, word.count == 1 || !ByteClass.alpha.contains(word[1]) else { return nil }
        switch word[0] {
        case UInt8(ascii: "s"): return 1
        case UInt8(ascii: "m"): return 60
        case UInt8(ascii: "h"): return 3600
        default: return nil
        }
    }

    /// At most six digits, and the unit if it is written at once: `300`, `300s`.
    private static func number(_ word: Span<UInt8>) -> (value: Int64, unit: Int64?)? {
        var cursor = Cursor(over: word)
        let digits = cursor.run(of: .digit, in: word)
        guard (1...6).contains(digits.count), let value = decimal(word.extracting(digits), as: Int64.self) else {
            return nil
        }
        if cursor.isAtEnd { return (value, nil) }
        guard let unit = unit(word.extracting(digits.upperBound...)) else { return nil }
        return (value, unit)
    }

    /// `hh:mm:ss` or `mm:ss`.
    private static func clock(_ word: Span<UInt8>) -> Int64? {
        var cursor = Cursor(over: word)
        var seconds: Int64 = 0
        var count = 0
        while count < 3 {
            let digits = cursor.run(of: .digit, in: word)
            guard (1...2).contains(digits.count), let part = decimal(word.extracting(digits), as: Int64.self) else {
                return nil
            }
            seconds = seconds * 60 + part
            count += 1
            guard cursor.take(UInt8(ascii: ":"), in: word) else { break }
        }
        return count >= 2 ? seconds : nil
    }
}

/// Words between single blanks, without brackets and commas around them.
private struct WordReader {
    private var position = 0
    private static let edges = ByteClass("()[]<>,.;!\"'~")

    mutating func next(in text: Span<UInt8>) -> Range<Int>? {
        while position < text.count {
            var end = position
            while end < text.count, text[end] != .space { end += 1 }
            var start = position
            position = end + 1
            while start < end, Self.edges.contains(text[start]) { start += 1 }
            while end > start, Self.edges.contains(text[end - 1]) { end -= 1 }
            if start < end { return start..<end }
        }
        return nil
    }
}
