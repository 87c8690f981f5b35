internal import Octets

/// What GETMETADATA asks for. RFC 5464 §4.2.
public struct GetMetadataRequest: Hashable, Sendable {
    /// How far below an entry. RFC 5464 §4.2.2.
    public enum Depth: Hashable, Sendable {
        /// 0: the entry itself.
        case zero
        /// 1: and what is right below it.
        case one
        /// infinity: and all below it.
        case infinity
    }

    /// Of which mailbox; empty for the server.
    public var mailbox: MailboxName
    /// Names such as `/shared/comment`, as written; at least one.
    public var entries: [[UInt8]]
    /// Octets that a value may have to be sent; nil for any.
    public var maxSize: UInt32?
    /// How far below each entry.
    public var depth: Depth

    /// The request of those parts.
    public init(_ mailbox: MailboxName, _ entries: [[UInt8]], maxSize: UInt32? = nil, depth: Depth = .zero) {
        self.mailbox = mailbox
        self.entries = entries
        self.maxSize = maxSize
        self.depth = depth
    }
}

/// An entry and its value. RFC 5464 §5 entry-value.
public struct MetadataItem: Hashable, Sendable {
    /// A name such as `/private/comment`; compared without case. RFC 5464 §3.2.
    public var entry: [UInt8]
    /// The value; nil for none, or to take it away.
    public var value: [UInt8]?

    /// The entry with that value.
    public init(_ entry: [UInt8], _ value: [UInt8]?) {
        self.entry = entry
        self.value = value
    }
}

extension CommandReader {
    /// getmetadata; options stand before the mailbox, as the grammar wants, or behind it, as its examples show, and
    /// several entries in parentheses or, as other examples show, without. RFC 5464 §5, §4.2.1, §4.4.1.
    mutating func getMetadata(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        var request = GetMetadataRequest(MailboxName([]), [])
        let hasOptions = isNext("(", in: octets)
        if hasOptions {
            try metadataOptions(&request, in: octets)
            try space(in: octets)
        }
        request.mailbox = MailboxName(try astring(in: octets))
        try space(in: octets)
        if !hasOptions, isMetadataOptionNext(in: octets) {
            try metadataOptions(&request, in: octets)
            try space(in: octets)
        }
        request.entries = try metadataEntries(in: octets)
        while take(" ", in: octets) { request.entries += try metadataEntries(in: octets) }
        return .getMetadata(request)
    }

    /// Entries begin with a slash, options with a letter.
    private func isMetadataOptionNext(in octets: Span<UInt8>) -> Bool {
        var cursor = cursor
        guard cursor.take(UInt8(ascii: "("), in: octets) else { return false }
        return cursor.take(word: "DEPTH ", in: octets) || cursor.take(word: "MAXSIZE ", in: octets)
    }

    /// getmetadata-options; each once. RFC 5464 §5.
    private mutating func metadataOptions(
        _ request: inout GetMetadataRequest,
        in octets: Span<UInt8>
    ) throws(SyntaxError) {
        var seen: Set<String> = []
        try list(in: octets, as: "getmetadata-options", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let start = reader.cursor
            let name = try reader.word(in: octets, as: "getmetadata-option")
            guard seen.insert(name).inserted else { throw start.unexpected("an option once") }
            try reader.space(in: octets)
            switch name {
            case "MAXSIZE": request.maxSize = try reader.number(in: octets)
            case "DEPTH":
                request.depth = try reader.word(in: octets, as: "0, 1 or infinity") {
                    switch $0 {
                    case "0": .zero
                    case "1": .one
                    case "INFINITY": .infinity
                    default: GetMetadataRequest.Depth?.none
                    }
                }
            default: throw start.unexpected("MAXSIZE or DEPTH")
            }
        }
    }

    /// entries. RFC 5464 §5.
    mutating func metadataEntries(in octets: Span<UInt8>) throws(SyntaxError) -> [[UInt8]] {
        guard isNext("(", in: octets) else { return [try metadataEntry(in: octets)] }
        var entries: [[UInt8]] = []
        try list(in: octets, as: "entries", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            entries.append(try reader.metadataEntry(in: octets))
        }
        return entries
    }

    /// entry: a path of ASCII with names between single slashes, and no wildcard. RFC 5464 §3.2, §5.
    private mutating func metadataEntry(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        let start = cursor
        let entry = try astring(in: octets)
        var last: UInt8 = 0
        var isPath = entry.first == UInt8(ascii: "/") && entry.last != UInt8(ascii: "/")
        for byte in entry {
            if byte < 0x20 || byte >= 0x7F || ByteClass.listWildcards.contains(byte) { isPath = false }
            if byte == UInt8(ascii: "/"), last == byte { isPath = false }
            last = byte
        }
        guard isPath else { throw start.unexpected("entry: a path without wildcards") }
        return entry
    }

    /// setmetadata. RFC 5464 §5.
    mutating func setMetadata(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        let mailbox = MailboxName(try text(in: octets))
        try space(in: octets)
        var items: [MetadataItem] = []
        try list(in: octets, as: "entry-values", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let entry = try reader.metadataEntry(in: octets)
            try reader.space(in: octets)
            items.append(MetadataItem(entry, try reader.value(in: octets)))
        }
        return .setMetadata(mailbox, items)
    }
}
