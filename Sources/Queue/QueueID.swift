public import World

/// The id of a message in the queue, which no other message ever has. Ids ascend with arrival.
///
/// From the top: 44 bits of milliseconds since 1970, 8 bits of the shard that the message is in, 12 bits that count.
public struct QueueID: Hashable, Comparable, Sendable, LosslessStringConvertible {
    /// The id as a number.
    public let number: UInt64

    /// The id with that number.
    public init(_ number: UInt64) { self.number = number }

    /// By arrival.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    static let counterBits: UInt64 = 12
    static let shardBits: UInt64 = 8

    /// The first id of a shard in a millisecond.
    init(milliseconds: Int64, shard: Int) {
        number = UInt64(max(0, milliseconds)) << (Self.counterBits + Self.shardBits) | UInt64(shard) << Self.counterBits
    }

    /// The shard that the message is in.
    var shard: Int { Int(number >> Self.counterBits & 0xFF) }
    /// Milliseconds since 1970 when it came.
    var milliseconds: Int64 { Int64(number >> (Self.counterBits + Self.shardBits)) }

    /// When the message came, by the clock of the node that took it.
    public var arrival: Timestamp { Timestamp(milliseconds: milliseconds) }

    /// The next id of the same shard.
    var next: QueueID {
        let isFull = number & 0xFFF == 0xFFF
        return isFull ? QueueID(milliseconds: milliseconds + 1, shard: shard) : QueueID(number + 1)
    }

    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// 13 digits of base 32, in the order of the ids: as logs and commands have it.
    public var description: String {
        var octets: [UInt8] = []
        for shift in stride(from: UInt64(60), through: 0, by: -5) {
            octets.append(Self.digits[Int(number >> shift & 0x1F)])
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// The id that `description` gave as `text`; nil if it is none.
    public init?(_ text: String) {
        guard text.utf8.count == 13 else { return nil }
        var number: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = Self.digits.firstIndex(of: byte), number >> 59 == 0 else { return nil }
            number = number << 5 | UInt64(digit)
        }
        self.number = number
    }
}

/// The id of a job: what is to be done about some recipients of a message, by itself.
public struct JobID: Hashable, Sendable, LosslessStringConvertible {
    /// The message.
    public let message: QueueID
    /// Which of its jobs.
    public let part: UInt32

    /// A job of a message.
    public init(_ message: QueueID, part: UInt32) {
        self.message = message
        self.part = part
    }

    /// The message's id, a dot and the part: `06e8tn2kg4000.0`.
    public var description: String { "\(message).\(part)" }

    /// The id that `description` gave as `text`; nil if it is none.
    public init?(_ text: String) {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, let message = QueueID(String(halves[0])),
            let part = UInt32(halves[1]), String(part) == halves[1]
        else { return nil }
        self.init(message, part: part)
    }
}
