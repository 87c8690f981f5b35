internal import Octets
internal import Store

/// A row of the greylist: a triplet, or a network.
///
/// | key | value |
/// |---|---|
/// | – | how many rows there are, and up to where they were swept |
/// | `n` network | when it first came, when last, when this ends, how many triplets came twice |
/// | `t` network NUL sender NUL recipient | the same, how often it was let through |
struct GreylistRow: Hashable {
    /// The keys of a message for one recipient.
    struct Keys {
        var triplet: RowKey
        var network: RowKey

        init(network: Subnet, sender: String, recipient: String) {
            self.network = Array("n\(network)".utf8)
            let names = "t\(network)\0\(Self.steady(sender))\0\(recipient.lowercased())"
            // Both names are at most 320 octets long; a key has room for 1,000.
            triplet = Array(names.utf8.prefix(1000))
        }

        /// The sender without what changes from message to message: of one whose local part was made for a message, as
        /// VERP, SRS and tags do, the domain alone. RFC 6647 §4.1.
        static func steady(_ sender: String) -> String {
            let sender = sender.lowercased()
            guard let at = sender.lastIndex(of: "@") else { return sender }
            let local = sender[..<at].utf8
            let digits = local.count { (0x30...0x39).contains($0) }
            let isMade = local.contains(UInt8(ascii: "=")) || local.contains(UInt8(ascii: "+")) || digits > 3
            return isMade ? String(sender[at...]) : sender
        }
    }

    static let head: RowKey = []

    /// Seconds since 1970.
    var first: Int64
    var last: Int64
    var ends: Int64
    var passes: UInt32

    init(first: Int64, last: Int64, ends: Int64, passes: UInt32) {
        self.first = first
        self.last = last
        self.ends = ends
        self.passes = passes
    }

    /// The row as it is stored; nil if there is none, its time is over at `now`, or it cannot be read.
    init?(_ value: [UInt8]?, at now: Int64) {
        guard let value, value.count == 28 else { return nil }
        func number(_ place: Int) -> Int64 {
            Int64(bitPattern: value[place..<place + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
        self.init(
            first: number(0),
            last: number(8),
            ends: number(16),
            passes: value[24..<28].reduce(0) { $0 << 8 | UInt32($1) }
        )
        // A moment that is none was not written by the greylist.
        guard now < ends, [first, last, ends].allSatisfy({ (0..<1 << 40).contains($0) }) else { return nil }
    }

    var octets: [UInt8] {
        var octets: [UInt8] = []
        for number in [first, last, ends] {
            for shift in stride(from: 56, through: 0, by: -8) {
                octets.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
            }
        }
        for shift in stride(from: 24, through: 0, by: -8) {
            octets.append(UInt8(truncatingIfNeeded: passes >> UInt32(shift)))
        }
        return octets
    }
}

/// What a partition of the greylist says of itself.
struct GreylistHead: Hashable {
    /// How many rows there are beside it.
    var rows: UInt64
    /// The key from which the next look for old rows begins.
    var swept: RowKey

    init(_ value: [UInt8]?) {
        guard let value, value.count >= 8 else {
            (rows, swept) = (0, [])
            return
        }
        rows = value[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        swept = Array(value[8...])
    }

    var octets: [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: rows >> UInt64($0)) } + swept
    }
}
