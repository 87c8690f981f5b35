internal import Octets

extension MessageRecipe {
    /// A stretch of the message, and what must be at hand to write it.
    public struct Piece: Hashable, Sendable {
        /// Where it is in the message.
        public let octets: Range<Int>
        /// What it comes from.
        public let source: Source
        /// Which octets of the source are needed.
        public let stored: Range<Int>
    }

    /// The pieces that make a range of the message, in order. What lies behind the message is passed over.
    ///
    /// A piece needs about as many stored octets as it has itself, so a caller that asks for one block after another needs no more
    /// memory than for a block.
    public func pieces(of range: Range<Int>) -> [Piece] {
        let range = range.clamped(to: 0..<count)
        guard !range.isEmpty else { return [] }
        var pieces: [Piece] = []
        var index = firstSegment(endingBehind: range.lowerBound)
        while index < segments.count, segments[index].octets.lowerBound < range.upperBound {
            let segment = segments[index]
            let octets = range.clamped(to: segment.octets)
            let start = octets.lowerBound - segment.octets.lowerBound
            var stored = start..<start + octets.count
            switch segment.source {
            case .literals: stored = stored.lowerBound + segment.storedStart..<stored.upperBound + segment.storedStart
            case .blob(let blob):
                if case .decoded(let layout) = blobs[blob].storage {
                    stored = layout.decodedRange(for: stored, decodedCount: blobs[blob].storedCount)
                }
            }
            pieces.append(Piece(octets: octets, source: segment.source, stored: stored))
            index += 1
        }
        return pieces
    }

    /// Appends the octets of a piece of this recipe, made from the stored octets that it asks for. False, and nothing appended, if
    /// it gets another number of them, or the piece is of another recipe.
    public func append(_ piece: Piece, from stored: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        guard stored.count == piece.stored.count else { return false }
        if case .blob(let index) = piece.source {
            guard blobs.indices.contains(index) else { return false }
            let blob = blobs[index]
            guard blob.octets.clamped(to: piece.octets) == piece.octets else { return false }
            if case .decoded(let layout) = blob.storage {
                let start = piece.octets.lowerBound - blob.octets.lowerBound
                let range = start..<start + piece.octets.count
                guard layout.decodedRange(for: range, decodedCount: blob.storedCount) == piece.stored else {
                    return false
                }
                layout.append(range, of: stored, decodedCount: blob.storedCount, to: &output)
                return true
            }
        }
        guard piece.stored.count == piece.octets.count else { return false }
        output.append(contentsOf: stored)
        return true
    }

    /// A range of the message, from literals and blobs that are at hand; nil if they are not those of the recipe.
    public func octets(in range: Range<Int>, literals: [UInt8], blobs: [[UInt8]]) -> [UInt8]? {
        var output: [UInt8] = []
        for piece in pieces(of: range) {
            var source = literals
            if case .blob(let index) = piece.source {
                guard blobs.indices.contains(index) else { return nil }
                source = blobs[index]
            }
            guard piece.stored.upperBound <= source.count,
                append(piece, from: source.span.extracting(piece.stored), to: &output)
            else { return nil }
        }
        return output
    }

    private func firstSegment(endingBehind offset: Int) -> Int {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = low + (high - low) / 2
            if segments[middle].octets.upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
