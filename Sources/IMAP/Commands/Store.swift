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
    /// What becomes of the flags.
    public var action: Action
    /// .SILENT: the client does not want the new flags sent.
    public var isSilent: Bool
    /// The flags it is about.
    public var flags: FlagSet

    /// The request of those parts.
    public init(_ set: SequenceSet, by numbering: Numbering, _ action: Action, isSilent: Bool, _ flags: FlagSet) {
        self.set = set
        self.numbering = numbering
        self.action = action
        self.isSilent = isSilent
        self.flags = flags
    }
}

extension CommandReader {
    /// store. RFC 3501 §6.4.6.
    mutating func store(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> StoreRequest {
        try space(in: octets)
        let set = try sequenceSet(in: octets)
        try space(in: octets)
        let action: StoreRequest.Action = take("+", in: octets) ? .add : take("-", in: octets) ? .remove : .replace
        guard cursor.take(word: "FLAGS", in: octets) else { throw cursor.unexpected("FLAGS, +FLAGS or -FLAGS") }
        let isSilent = cursor.take(word: ".SILENT", in: octets)
        try space(in: octets)
        if isNext("(", in: octets) {
            return StoreRequest(set, by: numbering, action, isSilent: isSilent, try flagList(in: octets))
        }
        var flags = FlagSet()
        var seen: Set<String> = []
        repeat { try flag(in: octets, into: &flags, seen: &seen) } while take(" ", in: octets)
        return StoreRequest(set, by: numbering, action, isSilent: isSilent, flags)
    }
}
