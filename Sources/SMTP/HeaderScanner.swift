internal import Octets

/// Looks through the header section of a message as it streams by, for the few fields that a server must know of.
///
/// It holds no octets, so a message of any size costs the same; after the empty line it looks at nothing.
public struct HeaderScanner: Hashable, Sendable {
    /// Field names that are looked for.
    public struct Fields: OptionSet, Hashable, Sendable {
        /// One bit for each field.
        public var rawValue: UInt8
        /// The fields that the bits of `rawValue` stand for.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// `Received`.
        public static let received = Fields(rawValue: 1)
        /// `Date`.
        public static let date = Fields(rawValue: 2)
        /// `Message-ID`.
        public static let messageID = Fields(rawValue: 4)
    }

    private static let names: [[UInt8]] = ["received:", "date:", "message-id:"].map { Array($0.utf8) }

    /// Names that the line may still be, one bit each, in the order of `names`.
    private var candidates: UInt8 = 7
    /// Octets of the line so far, up to where the name is known.
    private var column = 0
    private var isNameKnown = false
    /// The line has had no octet yet, or only a CR.
    private var isLineEmpty = true

    /// Fields that were seen.
    public private(set) var fields: Fields = []
    /// How many `Received` fields there are: the servers that the message passed. RFC 5321 §6.3.
    public private(set) var hops = 0
    /// Whether the empty line after the header section was seen.
    public private(set) var isComplete = false

    /// A scanner for one message.
    public init() {}

    /// Looks at the next octets of the message, whose lines end with CRLF.
    public mutating func push(_ octets: Span<UInt8>) {
        var index = 0
        while index < octets.count, !isComplete {
            let byte = octets[index]
            if byte == .lineFeed {
                if isLineEmpty { isComplete = true }
                startLine()
            } else if isNameKnown {
                while index < octets.count, octets[index] != .lineFeed { index &+= 1 }
                continue
            } else {
                look(at: byte)
            }
            index &+= 1
        }
    }

    private mutating func startLine() {
        candidates = 7
        column = 0
        isNameKnown = false
        isLineEmpty = true
    }

    private mutating func look(at byte: UInt8) {
        if byte != .carriageReturn || column > 0 { isLineEmpty = false }
        var rest: UInt8 = 0
        for (place, name) in Self.names.enumerated() where candidates & (1 << UInt8(place)) != 0 {
            guard name[column] == byte.asciiLowercased else { continue }
            if column + 1 < name.count {
                rest |= 1 << UInt8(place)
            } else {
                fields.insert(Fields(rawValue: 1 << UInt8(place)))
                if place == 0 { hops += 1 }
            }
        }
        candidates = rest
        column += 1
        // An empty line is CR alone; whatever else follows CR, the line is not a known field.
        if candidates == 0 { isNameKnown = !(column == 1 && byte == .carriageReturn) }
    }
}
