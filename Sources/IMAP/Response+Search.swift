internal import Octets

/// What SEARCH, SORT, THREAD and ESEARCH are answered with. RFC 3501 §7.2.5, RFC 4731 §3, RFC 5256 §4.
extension Response {
    /// `* SEARCH 2 5 (MODSEQ 917162500)`: after the key MODSEQ, with the highest mod-sequence of those found; nothing
    /// found has none. RFC 7162 §3.1.5.
    public static func search(_ numbers: [UInt32], highestModSequence: UInt64, into output: inout [UInt8]) {
        output.append(text: "* SEARCH")
        row(numbers, highestModSequence, into: &output)
    }

    /// `* SORT 2 84 882`, with the highest mod-sequence after the key MODSEQ. RFC 5256 §4, RFC 7162 §3.1.6.
    public static func sort(_ numbers: [UInt32], highestModSequence: UInt64? = nil, into output: inout [UInt8]) {
        output.append(text: "* SORT")
        row(numbers, highestModSequence, into: &output)
    }

    private static func row(_ numbers: [UInt32], _ highestModSequence: UInt64?, into output: inout [UInt8]) {
        for number in numbers { output.append(" ", decimal: number) }
        if let highestModSequence, !numbers.isEmpty {
            output.append(text: " (MODSEQ ")
            output.append(decimal: highestModSequence)
            output.append(")")
        }
        output.append(text: "\r\n")
    }

    /// `* ESEARCH (TAG "a") UID COUNT 3 ALL 1,7:8`. RFC 4731 §3.2, RFC 9051 §7.3.4.
    public static func esearch(_ result: SearchResult, enabled: EnabledExtensions = [], into output: inout [UInt8]) {
        output.append(text: "* ESEARCH")
        if result.tag != nil || result.mailbox != nil {
            var separator: StaticString = " ("
            if let tag = result.tag {
                output.append(text: " (TAG ")
                output.append(string: tag)
                separator = " "
            }
            if let mailbox = result.mailbox {
                output.append(text: separator)
                output.append(text: "MAILBOX ")
                output.append(astring: mailbox.name.octets, enabled: enabled)
                output.append(text: " UIDVALIDITY")
                output.append(" ", decimal: mailbox.uidValidity)
            }
            output.append(")")
        }
        if result.numbering == .uid { output.append(text: " UID") }
        for item in result.items { item.encode(into: &output) }
        output.append(text: "\r\n")
    }
}

/// What an ESEARCH response says. RFC 4731 §3.2, RFC 4466 §3 esearch-response.
public struct SearchResult: Hashable, Sendable {
    /// A mailbox that was searched. RFC 7377 §2.1.
    public struct Source: Hashable, Sendable {
        /// Which.
        public var name: MailboxName
        /// Its UIDVALIDITY, from 1.
        public var uidValidity: UInt32

        /// That mailbox.
        public init(_ name: MailboxName, uidValidity: UInt32) {
            self.name = name
            self.uidValidity = uidValidity
        }
    }

    /// One thing that is said.
    public enum Item: Hashable, Sendable {
        /// MIN; not said if nothing was found.
        case min(UInt32)
        /// MAX; not said if nothing was found.
        case max(UInt32)
        /// COUNT.
        case count(UInt32)
        /// ALL, in the order of the result; not sent if nothing was found.
        case all(ResultSet)
        /// MODSEQ: the highest mod-sequence of those told. RFC 4731 §3.2.
        case modSequence(UInt64)
        /// RELEVANCY: 1…100 for each, in the order of ALL or PARTIAL. RFC 6203 §4.
        case relevancy([UInt8])
        /// PARTIAL: the range that was asked for, and what is there; an empty one is NIL. RFC 9394 §4.
        case partial(PartialRange, ResultSet)
        /// ADDTO: at each position (0 in a SEARCH) those are new. RFC 5267 §4.3.3.
        case addTo([Change])
        /// REMOVEFROM: from each position (0 in a SEARCH) those are gone. RFC 5267 §4.3.4.
        case removeFrom([Change])
    }

    /// A change of a result that is kept up to date. RFC 5267 §4.3.2.
    public struct Change: Hashable, Sendable {
        /// Counted from 1; 0 where the result has no order.
        public var position: UInt32
        /// Which messages; not empty.
        public var set: ResultSet

        /// That change.
        public init(at position: UInt32, _ set: ResultSet) {
            self.position = position
            self.set = set
        }
    }

    /// The tag of the command; nil in none but answers that no command waits for.
    public var tag: [UInt8]?
    /// Which mailbox was searched; only for ESEARCH.
    public var mailbox: Source?
    /// What the numbers are.
    public var numbering: Numbering
    /// What is said, in that order.
    public var items: [Item]

    /// The result of those.
    public init(tag: [UInt8]?, mailbox: Source? = nil, by numbering: Numbering, _ items: [Item]) {
        self.tag = tag
        self.mailbox = mailbox
        self.numbering = numbering
        self.items = items
    }
}

/// Numbers of messages in the order of a result, which a SORT may give any order. RFC 5267 §3.2.
public struct ResultSet: Hashable, Sendable {
    /// Each is written as `first:last`. Numbers that fall have a range each, since `4:3` would mean 3 and then 4.
    public private(set) var ranges: [ClosedRange<UInt32>]

    /// Ranges, in that order.
    public init(_ ranges: [ClosedRange<UInt32>]) { self.ranges = ranges }

    /// The numbers in that order; those that follow upon each other become ranges.
    public init(numbers: some Sequence<UInt32>) {
        ranges = []
        for number in numbers {
            if let last = ranges.last, last.upperBound < .max, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
    }

    /// Whether there are none.
    public var isEmpty: Bool { ranges.isEmpty }
}

extension SearchResult.Item {
    /// Appends a space and the item; nothing for what an empty result does not say. RFC 4731 §4, RFC 9394 §4.
    fileprivate func encode(into output: inout [UInt8]) {
        switch self {
        case .min(let number): output.append(text: " MIN"); output.append(" ", decimal: number)
        case .max(let number): output.append(text: " MAX"); output.append(" ", decimal: number)
        case .count(let number): output.append(text: " COUNT"); output.append(" ", decimal: number)
        case .all(let set) where set.isEmpty: break
        case .all(let set):
            output.append(text: " ALL ")
            output.append(ranges: set.ranges)
        case .modSequence(let value):
            output.append(text: " MODSEQ ")
            output.append(decimal: value)
        case .relevancy(let scores):
            output.append(text: " RELEVANCY ")
            output.appendList(scores) { score, output in output.append(decimal: Swift.min(Swift.max(score, 1), 100)) }
        case .partial(let range, let set):
            output.append(text: " PARTIAL (")
            range.encode(into: &output)
            output.append(" ")
            if set.isEmpty { output.append(text: "NIL") } else { output.append(ranges: set.ranges) }
            output.append(")")
        case .addTo(let changes): Self.encode(" ADDTO ", changes, into: &output)
        case .removeFrom(let changes): Self.encode(" REMOVEFROM ", changes, into: &output)
        }
    }

    private static func encode(
        _ name: StaticString,
        _ changes: [SearchResult.Change],
        into output: inout [UInt8]
    ) {
        let changes = changes.filter { !$0.set.isEmpty }
        guard !changes.isEmpty else { return }
        output.append(text: name)
        output.appendList(changes) { change, output in
            output.append(decimal: change.position)
            output.append(" ")
            output.append(ranges: change.set.ranges)
        }
    }
}
