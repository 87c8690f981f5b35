internal import Octets

/// What STORE asks for. RFC 3501 §6.4.6.
public struct StoreRequest: Hashable, Sendable {
    /// What becomes of the flags.
    public enum Action: Hashable, Sendable {
        /// FLAGS: exactly these.
        case replace
        /// +FLAGS: these too.
        case add
        /// -FLAGS: not these.
        case remove
    }

    /// Which messages.
    public var set: SequenceSet
    /// What `set` counts.
    public var numbering: Numbering
    /// UNCHANGEDSINCE: not where the mod-sequence is higher, 0…2^63-1. RFC 7162 §3.1.3.
    public var unchangedSince: UInt64?
    /// What becomes of the flags.
    public var action: Action
    /// .SILENT: the client does not want the new flags sent.
    public var isSilent: Bool
    /// The flags it is about.
    public var flags: FlagSet

    /// The request of those parts.
    public init(
        _ set: SequenceSet,
        by numbering: Numbering,
        _ action: Action,
        isSilent: Bool,
        _ flags: FlagSet,
        unchangedSince: UInt64? = nil
    ) {
        self.set = set
        self.numbering = numbering
        self.unchangedSince = unchangedSince
        self.action = action
        self.isSilent = isSilent
        self.flags = flags
    }
}

extension CommandReader {
    /// store, and its modifier. RFC 3501 §6.4.6, RFC 7162 §7.
    mutating func store(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> StoreRequest {
        try space(in: octets)
        let set = try sequenceSet(in: octets)
        try space(in: octets)
        var unchangedSince: UInt64?
        if take("(", in: octets) {
            guard cursor.take(word: "UNCHANGEDSINCE ", in: octets) else { throw cursor.unexpected("UNCHANGEDSINCE") }
            unchangedSince = try number63(in: octets, as: "mod-sequence-valzer")
            try expect(")", in: octets, as: ")")
            try space(in: octets)
        }
        let action: StoreRequest.Action = take("+", in: octets) ? .add : take("-", in: octets) ? .remove : .replace
        guard cursor.take(word: "FLAGS", in: octets) else { throw cursor.unexpected("FLAGS, +FLAGS or -FLAGS") }
        let isSilent = cursor.take(word: ".SILENT", in: octets)
        try space(in: octets)
        var flags = FlagSet()
        if isNext("(", in: octets) {
            flags = try flagList(in: octets)
        } else {
            var seen: Set<String> = []
            repeat { try flag(in: octets, into: &flags, seen: &seen) } while take(" ", in: octets)
        }
        return StoreRequest(set, by: numbering, action, isSilent: isSilent, flags, unchangedSince: unchangedSince)
    }
}
