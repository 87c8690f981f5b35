internal import Octets

/// The stored form: a version, then for each stretch of the message numbers as `append(compact:)` writes them.
///
///     literal = (octets << 1)
///     blob    = (octets << 1 | 1) part storage
///     storage = 0 / (1 + (finalLineEndings << 1 | isLF)) lineLength decodedOctets
extension MessageRecipe {
    private static var version: UInt8 { 1 }
    /// More stretches than this are not read: a message has no more parts.
    private static var segmentLimit: Int { 1 << 17 }

    /// The recipe as octets, some 3 for a literal and 10 for a blob.
    public var encoded: [UInt8] {
        var octets: [UInt8] = [Self.version]
        for segment in segments {
            guard case .blob(let index) = segment.source else {
                octets.append(compact: segment.octets.count << 1)
                continue
            }
            let blob = blobs[index]
            octets.append(compact: segment.octets.count << 1 | 1)
            octets.append(compact: blob.part)
            switch blob.storage {
            case .asItCame: octets.append(compact: 0)
            case .decoded(let layout):
                octets.append(compact: 1 + (layout.finalLineEndings << 1 | (layout.lineEnding == .lf ? 1 : 0)))
                octets.append(compact: layout.lineLength)
                octets.append(compact: blob.storedCount)
            }
        }
        return octets
    }

    /// The recipe that `encoded` wrote; nil for other octets.
    public init?(encoded: [UInt8]) {
        guard encoded.first == Self.version else { return nil }
        var reader = CompactNumberReader(encoded, from: 1)
        self.init()
        while !reader.isAtEnd {
            guard segments.count < Self.segmentLimit, let number = reader.next(), number >> 1 > 0 else { return nil }
            if number & 1 == 0 {
                // Two literals in a row are one.
                guard segments.last?.source != .literals else { return nil }
                appendLiteral(number >> 1)
            } else {
                guard let part = reader.next(), let storage = reader.next() else { return nil }
                guard storage > 0 else {
                    appendBlob(part: part, count: number >> 1, storage: .asItCame, storedCount: number >> 1)
                    continue
                }
                guard let lineLength = reader.next(), let storedCount = reader.next(),
                    let layout = CanonicalBase64(
                        lineLength: lineLength,
                        lineEnding: (storage - 1) & 1 == 1 ? .lf : .crlf,
                        finalLineEndings: (storage - 1) >> 1
                    ), layout.encodedCount(decodedCount: storedCount) == number >> 1
                else { return nil }
                appendBlob(part: part, count: number >> 1, storage: .decoded(layout), storedCount: storedCount)
            }
        }
    }
}
