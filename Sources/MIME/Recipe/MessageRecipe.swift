public import Octets

/// How the octets of a message are put together again from what is kept of it: the literals, which are headers, boundaries and small
/// parts, all in one, and a blob for each large part.
///
/// A part whose base64 is regular is kept decoded, a quarter smaller; any other as it came. So an attachment that many messages have
/// is the same blob in all of them. The recipe gives back the very octets of any message, damaged ones too, and any range of them
/// without the rest.
public struct MessageRecipe: Hashable, Sendable {
    /// How a blob is kept.
    public enum Storage: Hashable, Sendable {
        /// The octets of the message.
        case asItCame
        /// Decoded from base64 of that layout.
        case decoded(CanonicalBase64)
    }

    /// A part that is kept as a blob.
    public struct Blob: Hashable, Sendable {
        /// Its index in the message's structure.
        public let part: Int
        /// Where its body is in the message.
        public let octets: Range<Int>
        /// How it is kept.
        public let storage: Storage
        /// How many octets are kept.
        public let storedCount: Int
    }

    /// What a stretch of the message comes from.
    public enum Source: Hashable, Sendable {
        /// The literals.
        case literals
        /// The blob at an index of `blobs`.
        case blob(Int)
    }

    /// A stretch of the message and where it comes from.
    struct Segment: Hashable, Sendable {
        var octets: Range<Int>
        var source: Source
        /// Of literals: where they begin among all of them.
        var storedStart: Int
    }

    /// In the order of the message, without gaps.
    var segments: [Segment] = []
    /// The parts that are kept as blobs, in the order in which they stand.
    public private(set) var blobs: [Blob] = []
    /// Octets of the message.
    public private(set) var count = 0
    /// Octets of all literals.
    public private(set) var literalCount = 0

    /// A recipe of nothing.
    init() {}

    mutating func appendLiteral(_ length: Int) {
        guard length > 0 else { return }
        segments.append(Segment(octets: count..<count + length, source: .literals, storedStart: literalCount))
        count += length
        literalCount += length
    }

    mutating func appendBlob(part: Int, count length: Int, storage: Storage, storedCount: Int) {
        let octets = count..<count + length
        segments.append(Segment(octets: octets, source: .blob(blobs.count), storedStart: 0))
        blobs.append(Blob(part: part, octets: octets, storage: storage, storedCount: storedCount))
        count += length
    }
}
