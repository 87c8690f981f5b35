internal import Octets

extension Message {
    /// Appends the message to `output`, in at most `limit` octets, and says whether all of it is there.
    ///
    /// A limit below 512 counts as 512, one above 65535 as 65535. At the first record that does not fit the message ends:
    /// TC is set if it was a question, an answer or an authority; the additional records are only of use, and going
    /// without some is no truncation (RFC 2181 §9). The place of OPT is kept free; if it fits only without its options,
    /// they are left out, and TC is set.
    @discardableResult
    public func encode(into output: inout [UInt8], limit: Int = maximumCount) -> Bool {
        let limit = max(Self.minimumLimit, min(limit, Self.maximumCount))
        var writer = MessageWriter(appendingTo: output)
        // The writer's are the only octets now: they need not be copied.
        output = []
        var flags = header.flags
        let needsOPT = responseCode.rawValue > 0xF
        flags |= needsOPT && edns == nil ? ResponseCode.serverFailure.rawValue : responseCode.rawValue & 0xF
        writer.uint16(header.id)
        writer.uint16(flags)
        for _ in 0..<4 { writer.uint16(0) }

        let optionsFit = edns.map { Header.count + $0.count <= limit && !$0.hasLongOption } ?? true
        let reserved = edns.map { optionsFit ? $0.count : EDNS.countWithoutOptions } ?? 0
        var isWhole = optionsFit
        var counts: [Int] = [0, 0, 0, 0]
        let room = limit - reserved
        if isWhole { (counts[0], isWhole) = writer.fill(questions, room) { $0.question($1) } }
        if isWhole { (counts[1], isWhole) = writer.fill(answers, room) { $0.record($1) } }
        if isWhole { (counts[2], isWhole) = writer.fill(authorities, room) { $0.record($1) } }
        if !isWhole { writer.patch(flags | 0x0200, at: 2) }
        if let edns {
            writer.edns(edns, responseCode: responseCode, withOptions: optionsFit)
            counts[3] = 1
        }
        if isWhole {
            let (count, fits) = writer.fill(additionals, limit) { $0.record($1) }
            counts[3] += count
            isWhole = fits
        }
        for (index, count) in counts.enumerated() { writer.patch(UInt16(clamping: count), at: 4 + 2 * index) }
        output = writer.output
        return isWhole
    }

    /// The message in at most `limit` octets, see `encode(into:limit:)`.
    public func encoded(limit: Int = maximumCount) -> [UInt8] {
        var output: [UInt8] = []
        encode(into: &output, limit: limit)
        return output
    }
}

extension EDNS {
    /// OPT alone.
    fileprivate static let countWithoutOptions = 11

    /// Whether the length of an option cannot be written.
    fileprivate var hasLongOption: Bool { options.contains { $0.octets.count > 0xFFFF } }
}

extension MessageWriter {
    /// Writes `items` up to the first that passes `limit`, and gives how many are there and whether these are all.
    ///
    /// After one that did not fit no name may be written: the ends of its names are remembered and gone.
    fileprivate mutating func fill<Item>(
        _ items: [Item],
        _ limit: Int,
        _ write: (inout MessageWriter, Item) -> Bool
    ) -> (count: Int, isWhole: Bool) {
        for (index, item) in items.enumerated() {
            let start = output.count
            guard write(&self, item), count <= limit else {
                output.removeLast(output.count - start)
                return (index, false)
            }
        }
        return (items.count, true)
    }
}
