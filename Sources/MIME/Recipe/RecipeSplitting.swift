internal import Octets

extension MessageRecipe {
    /// A message taken apart.
    public struct Split: Hashable, Sendable {
        /// How it is put together again.
        public var recipe: MessageRecipe
        /// What is no blob, all in one.
        public var literals: [UInt8]
        /// The octets of each of the recipe's blobs.
        public var blobs: [[UInt8]]
    }

    /// The size from which on a part is kept as a blob, if nothing else is asked for: 16 KiB.
    ///
    /// A blob costs a row of its own, a reference to count, and a call to the store when it is read. Below this size that is more than
    /// the quarter which decoding saves; and a message whose parts are all smaller fits into one row, where it is read with one call.
    public static let defaultThreshold = 16 << 10

    /// Takes a message apart by its structure: each part that has no parts itself and at least `threshold` octets (1 or more) becomes
    /// a blob. A structure that does not fit the message is no harm: what makes no sense stays literal.
    public static func split(
        _ message: Span<UInt8>,
        _ structure: MessageStructure,
        threshold: Int = defaultThreshold
    ) -> Split {
        var split = Split(recipe: MessageRecipe(), literals: [], blobs: [])
        var hasChildren = [Bool](repeating: false, count: structure.parts.count)
        for part in structure.parts {
            if let parent = part.parent, hasChildren.indices.contains(parent) { hasChildren[parent] = true }
        }
        for (index, part) in structure.parts.enumerated() where !hasChildren[index] {
            let start = part.bodyStart
            let end = part.bodyEnd
            guard start >= split.recipe.count, end <= message.count, end - start >= max(threshold, 1) else { continue }
            split.appendLiteral(message.extracting(split.recipe.count..<start))
            split.appendBlob(part: index, message.extracting(start..<end))
        }
        split.appendLiteral(message.extracting(split.recipe.count...))
        return split
    }
}

extension MessageRecipe.Split {
    private static var block: Int { 64 << 10 }

    fileprivate mutating func appendLiteral(_ octets: Span<UInt8>) {
        literals.append(contentsOf: octets)
        recipe.appendLiteral(octets.count)
    }

    fileprivate mutating func appendBlob(part: Int, _ octets: Span<UInt8>) {
        if let (layout, decoded) = Self.decoded(octets) {
            recipe.appendBlob(part: part, count: octets.count, storage: .decoded(layout), storedCount: decoded.count)
            blobs.append(decoded)
        } else {
            recipe.appendBlob(part: part, count: octets.count, storage: .asItCame, storedCount: octets.count)
            blobs.append(octets.toArray())
        }
    }

    /// The octets that a body of regular base64 stands for; nil if it is none. Whatever its header says: only the octets count.
    private static func decoded(_ body: Span<UInt8>) -> (CanonicalBase64, [UInt8])? {
        var detector = CanonicalBase64Detector()
        var decoded: [UInt8] = []
        var start = 0
        while start < body.count, detector.mayBeRegular {
            let end = min(start + block, body.count)
            if start == block { decoded.reserveCapacity(body.count / 4 * 3) }
            detector.push(body.extracting(start..<end), into: &decoded)
            start = end
        }
        guard detector.mayBeRegular, let layout = detector.finish(into: &decoded), gives(back: body, layout, decoded)
        else {
            return nil
        }
        return (layout, decoded)
    }

    /// Whether what is kept makes the same octets again. Whatever may be wrong elsewhere, no mail is lost by it.
    private static func gives(back body: Span<UInt8>, _ layout: CanonicalBase64, _ decoded: [UInt8]) -> Bool {
        guard layout.encodedCount(decodedCount: decoded.count) == body.count else { return false }
        var text: [UInt8] = []
        var start = 0
        while start < body.count {
            let range = start..<min(start + block, body.count)
            let needed = layout.decodedRange(for: range, decodedCount: decoded.count)
            text.removeAll(keepingCapacity: true)
            layout.append(range, of: decoded.span.extracting(needed), decodedCount: decoded.count, to: &text)
            guard text.count == range.count else { return false }
            for index in text.indices where text[index] != body[start + index] { return false }
            start = range.upperBound
        }
        return true
    }
}
