public import Octets

/// BY=: how long a message may take. RFC 2852 §4.
public struct DeliverBy: Hashable, Sendable, CustomStringConvertible {
    /// What happens when the time is over.
    public enum Mode: Hashable, Sendable {
        /// R: it goes back to its sender.
        case `return`
        /// N: its sender is told, and it goes on.
        case notify
    }

    /// Seconds from now, -999999999…999999999; more than 0 with `.return`.
    public var seconds: Int32
    /// What happens then.
    public var mode: Mode
    /// T: the sender is told when it is relayed to a server that does not know the extension.
    public var isTraced: Bool

    /// That many seconds.
    public init(seconds: Int32, mode: Mode, isTraced: Bool = false) {
        self.seconds = seconds
        self.mode = mode
        self.isTraced = isTraced
    }

    /// by-value: by-time ";" by-mode [by-trace]. A message that must come back after no time at all is refused, as the
    /// RFC wants it.
    init?(_ value: Span<UInt8>) {
        var cursor = Cursor(over: value)
        let isNegative = cursor.take(UInt8(ascii: "-"), in: value)
        if !isNegative { _ = cursor.take(UInt8(ascii: "+"), in: value) }
        let digits = cursor.run(of: .digit, in: value)
        guard digits.count <= 9, let number: Int32 = decimal(value.extracting(digits)),
            cursor.take(UInt8(ascii: ";"), in: value)
        else { return nil }
        seconds = isNegative ? -number : number
        if cursor.take(word: "R", in: value) {
            mode = .return
        } else if cursor.take(word: "N", in: value) {
            mode = .notify
        } else {
            return nil
        }
        isTraced = cursor.take(word: "T", in: value)
        guard cursor.isAtEnd, mode == .notify || seconds > 0 else { return nil }
    }

    /// As the parameter's value has it.
    public var description: String { "\(seconds);\(mode == .return ? "R" : "N")\(isTraced ? "T" : "")" }
}

/// HOLDFOR= or HOLDUNTIL=: when a message may go at the earliest. RFC 4865 §4.
public enum Hold: Hashable, Sendable, CustomStringConvertible {
    /// Seconds from now, 1…999999999.
    case seconds(UInt32)
    /// A moment in UTC, to the second.
    case until(DateTime)

    /// future-release-integer: no leading zero, at most nine digits.
    init?(seconds value: Span<UInt8>) {
        guard value.count <= 9, let number: UInt32 = decimal(value), value[0] != UInt8(ascii: "0") else { return nil }
        self = .seconds(number)
    }

    /// A date-time of RFC 3339 §5.6 that ends with Z and has no fraction.
    init?(until value: Span<UInt8>) {
        guard value.count == 20,
            value[4] == UInt8(ascii: "-"), value[7] == UInt8(ascii: "-"),
            value[10].asciiUppercased == UInt8(ascii: "T"),
            value[13] == UInt8(ascii: ":"), value[16] == UInt8(ascii: ":"),
            value[19].asciiUppercased == UInt8(ascii: "Z"),
            let year: Int = decimal(value.extracting(0..<4)), let month: Int = decimal(value.extracting(5..<7)),
            let day: Int = decimal(value.extracting(8..<10)), let hour: Int = decimal(value.extracting(11..<13)),
            let minute: Int = decimal(value.extracting(14..<16)), let second: Int = decimal(value.extracting(17..<19)),
            let moment = DateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        self = .until(moment)
    }

    /// The parameter, keyword and value.
    public var description: String {
        switch self {
        case .seconds(let seconds): return "HOLDFOR=\(seconds)"
        case .until(let moment):
            let date = "\(padded(moment.year, 4))-\(padded(moment.month, 2))-\(padded(moment.day, 2))"
            return
                "HOLDUNTIL=\(date)T\(padded(moment.hour, 2)):\(padded(moment.minute, 2)):\(padded(moment.second, 2))Z"
        }
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
    }
}

extension Hold {
    /// The value alone: a number, or a date-time of RFC 3339.
    public var moment: String { String(description.drop { $0 != "=" }.dropFirst()) }
}
