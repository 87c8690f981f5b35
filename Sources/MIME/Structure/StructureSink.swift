/// What is told of a message while it is scanned, in the order of its octets. Offsets count from the start of the message.
///
/// For each entity: `begin`, `header`, then what is in it, then `end`. Between `header` and `end` of a multipart come its
/// delimiters: octets before the first of them are its preamble, those behind the closing one its epilogue.
public protocol StructureSink: Sendable {
    /// The header of entity number `entity` begins at `offset`. The message is 0; the others are numbered as they begin.
    mutating func begin(entity: Int, in parent: Int?, at offset: Int)
    /// A header is complete, and `octets` are what was kept of it: up to `ScannerLimits.headerOctets`, its empty line
    /// not among them.
    mutating func header(_ header: EntityHeader, octets: Span<UInt8>)
    /// A delimiter line of a multipart, with the line break that ends it; the one before it belongs to it too.
    mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool)
    /// The body of an entity ends before `offset`; it has `lineFeeds` of them, and `childCount` entities were in it.
    mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int)
}

/// A sink for those who want nothing but the structure.
public struct NoSink: StructureSink {
    /// It takes everything and keeps nothing.
    public init() {}
    /// Does nothing.
    @inlinable public mutating func begin(entity: Int, in parent: Int?, at offset: Int) {}
    /// Does nothing.
    @inlinable public mutating func header(_ header: EntityHeader, octets: Span<UInt8>) {}
    /// Does nothing.
    @inlinable public mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool) {}
    /// Does nothing.
    @inlinable public mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int) {}
}

/// What a body is, as far as the way it is cut into parts goes.
public enum EntityKind: Hashable, Sendable {
    /// text/…, or what counts as text because nothing valid is said of it. RFC 2045 §5.2.
    case text
    /// message/rfc822 or message/global, with a message in it.
    case message
    /// multipart/… with a boundary.
    case multipart
    /// Anything else, and what a limit keeps from being looked into.
    case other
}

/// A header whose end was found.
public struct EntityHeader: Sendable {
    /// The entity's number.
    public let entity: Int
    /// The entity that it is in; nil for the message.
    public let parent: Int?
    /// Where the header began.
    public let start: Int
    /// Where the body begins.
    public let bodyStart: Int
    /// What the body is.
    public let kind: EntityKind
    /// Whether parts without Content-Type are messages here, as the entity is in a multipart/digest. RFC 2046 §5.1.5.
    public let isInDigest: Bool
    /// Whether the entity is a message: the outermost, or what message/rfc822 holds.
    public let isMessage: Bool
    let fields: EntityFields
    let type: ContentField?
}
