internal import Octets

/// What SEARCH RETURN (…) asks for. RFC 4731 §3.1, RFC 9051 §6.4.4.1.
public struct SearchReturn: Hashable, Sendable {
    /// The options without arguments.
    public struct Options: OptionSet, Hashable, Sendable {
        /// Bits as below.
        public var rawValue: UInt8
        /// The options of those bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// MIN: the lowest number.
        public static let min = Options(rawValue: 1)
        /// MAX: the highest number.
        public static let max = Options(rawValue: 2)
        /// ALL: every number.
        public static let all = Options(rawValue: 4)
        /// COUNT: how many.
        public static let count = Options(rawValue: 8)
        /// SAVE: the result becomes `$`. RFC 5182 §2.1.
        public static let save = Options(rawValue: 16)
        /// RELEVANCY: how well each matched. RFC 6203 §4.
        public static let relevancy = Options(rawValue: 32)
        /// CONTEXT: the client will ask for more of the same. RFC 5267 §4.2.
        public static let context = Options(rawValue: 64)
        /// UPDATE: tell what changes. RFC 5267 §4.3.
        public static let update = Options(rawValue: 128)
    }

    /// Those without arguments; with none, and no `partial`, ALL is meant (`effective`).
    public var options: Options
    /// What is told of a message that a change adds. RFC 5465 §8 modifier-update.
    public var updateAttributes: [FetchAttribute]
    /// PARTIAL: only these of the results; never beside ALL. RFC 9394 §3.1, RFC 5267 §4.4.
    public var partial: PartialRange?

    /// The options given.
    public init(_ options: Options, updateAttributes: [FetchAttribute] = [], partial: PartialRange? = nil) {
        self.options = options
        self.updateAttributes = updateAttributes
        self.partial = partial
    }

    /// The options, and ALL where none was written. RFC 4731 §3.1.
    public var effective: Options { options.isEmpty && partial == nil ? .all : options }
}

/// Which of a row of results: counted from 1, from the oldest or from the newest. RFC 9394 §4 partial-range.
public struct PartialRange: Hashable, Sendable {
    /// The number before the colon, as written, from 1.
    public var first: UInt32
    /// The number behind the colon, as written, from 1; it may be the lower one.
    public var last: UInt32
    /// Written with minus signs: 1 is the newest.
    public var isFromEnd: Bool

    /// The results between those two.
    public init(_ first: UInt32, _ last: UInt32, isFromEnd: Bool = false) {
        self.first = first
        self.last = last
        self.isFromEnd = isFromEnd
    }

    /// The places, from 0 for the oldest, among `count` results; nil if there is none there.
    public func places(among count: Int) -> Range<Int>? {
        let low = Int(min(first, last)) - 1
        let high = Swift.min(Int(max(first, last)), count)
        guard low >= 0, low < high else { return nil }
        return isFromEnd ? count - high..<count - low : low..<high
    }

    /// Appends it, the lower place first whichever was written first: so clients find it that compare what they asked for in
    /// order.
    func encode(into output: inout [UInt8]) {
        if isFromEnd { output.append("-") }
        output.append(decimal: min(first, last))
        output.append(":")
        if isFromEnd { output.append("-") }
        output.append(decimal: max(first, last))
    }
}

extension CommandReader {
    /// RETURN and search-return-opts; nil, and nothing taken, if something else comes. One way to tell the whole result
    /// may be asked for, ALL or PARTIAL. RFC 4466 §3, RFC 9394 §3.1.
    mutating func searchReturn(in octets: Span<UInt8>) throws(SyntaxError) -> SearchReturn? {
        let start = cursor
        guard cursor.take(word: "RETURN (", in: octets) else { return nil }
        cursor.offset -= 1
        var result = SearchReturn([])
        try list(in: octets, as: "search-return-opts", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            try reader.searchReturnOption(&result, in: octets)
        }
        guard result.partial == nil || !result.options.contains(.all) else {
            throw start.unexpected("PARTIAL or ALL, not both")
        }
        return result
    }

    /// search-return-opt. RFC 4731 §4, RFC 5182 §3, RFC 5267 §5, RFC 6203 §7, RFC 9394 §4.
    private mutating func searchReturnOption(
        _ result: inout SearchReturn,
        in octets: Span<UInt8>
    ) throws(SyntaxError) {
        let start = cursor
        switch try word(in: octets, as: "search-return-opt") {
        case "MIN": result.options.insert(.min)
        case "MAX": result.options.insert(.max)
        case "ALL": result.options.insert(.all)
        case "COUNT": result.options.insert(.count)
        case "SAVE": result.options.insert(.save)
        case "RELEVANCY": result.options.insert(.relevancy)
        case "CONTEXT": result.options.insert(.context)
        case "UPDATE":
            result.options.insert(.update)
            let hasSpace = cursor.take(word: " (", in: octets)
            if hasSpace { cursor.offset -= 1 }
            if hasSpace || isNext("(", in: octets) { result.updateAttributes = try fetchAttributes(in: octets) }
        case "PARTIAL" where result.partial == nil:
            try space(in: octets)
            result.partial = try partialRange(in: octets)
        default: throw start.unexpected("search-return-opt")
        }
    }

    /// partial-range. RFC 9394 §4.
    mutating func partialRange(in octets: Span<UInt8>) throws(SyntaxError) -> PartialRange {
        let isFromEnd = take("-", in: octets)
        let first = try nzNumber(in: octets)
        try expect(":", in: octets, as: ":")
        if isFromEnd { try expect("-", in: octets, as: "-") }
        return PartialRange(first, try nzNumber(in: octets), isFromEnd: isFromEnd)
    }
}
