internal import Octets

/// Writes the parts of a message one after the other and remembers where the ends of names stand.
struct MessageWriter {
    /// What is written, after what was there before.
    var output: [UInt8]
    /// Where the message begins in `output`.
    let base: Int

    /// Known ends of names, as a tree from the root to the left: the work for a name is linear in its octets.
    private var nodes: [Edge: Int] = [:]
    /// Where each node stands in the message; negative if a pointer does not reach so far.
    private var places: [Int] = [-1]

    /// A label, in the case that it is written in, before a known end.
    private struct Edge: Hashable {
        var parent: Int
        var label: ArraySlice<UInt8>
    }

    init(appendingTo output: [UInt8]) {
        self.output = output
        base = output.count
    }

    /// Octets of the message so far.
    var count: Int { output.count - base }

    mutating func uint16(_ value: UInt16) {
        output.append(UInt8(value >> 8))
        output.append(UInt8(value & 0xFF))
    }

    mutating func uint32(_ value: UInt32) {
        uint16(UInt16(value >> 16))
        uint16(UInt16(value & 0xFFFF))
    }

    /// Puts `value` over the two octets at `place` of the message.
    mutating func patch(_ value: UInt16, at place: Int) {
        output[base + place] = UInt8(value >> 8)
        output[base + place + 1] = UInt8(value & 0xFF)
    }

    /// Writes a name, its end as a pointer if the same octets stand before (RFC 1035 §4.1.4).
    mutating func name(_ name: Name) {
        let labels = name.labelRanges
        var node = 0
        var depth = 0
        var found: (place: Int, labels: Int)?
        while depth < labels.count {
            let label = name.wire[labels[labels.count - 1 - depth]]
            guard let next = nodes[Edge(parent: node, label: label)] else { break }
            node = next
            depth += 1
            if places[node] >= 0 { found = (places[node], depth) }
        }
        remember(name, labels.dropLast(depth), after: node)
        guard let found else {
            output.append(contentsOf: name.wire)
            return
        }
        let written = labels.count - found.labels
        output.append(contentsOf: name.wire[..<(labels[written].lowerBound - 1)])
        uint16(0xC000 | UInt16(found.place))
    }

    /// Adds the labels of `name` that are new; they are about to be written here.
    private mutating func remember(_ name: Name, _ labels: ArraySlice<Range<Int>>, after node: Int) {
        var node = node
        for range in labels.reversed() {
            let place = count + range.lowerBound - 1
            nodes[Edge(parent: node, label: name.wire[range])] = places.count
            node = places.count
            places.append(place < 0x4000 ? place : -1)
        }
    }

    /// Writes a question; one can always be written.
    mutating func question(_ question: Question) -> Bool {
        name(question.name)
        uint16(question.type.rawValue)
        uint16(question.recordClass.rawValue)
        return true
    }

    /// Writes a record, and says whether its data has a length that can be written.
    mutating func record(_ record: Record) -> Bool {
        name(record.name)
        uint16(record.type.rawValue)
        uint16(record.recordClass.rawValue)
        uint32(record.timeToLive)
        let length = count
        uint16(0)
        data(record.data)
        guard let size = UInt16(exactly: count - length - 2) else { return false }
        patch(size, at: length)
        return true
    }

    /// Writes what a record says. Only names in types of RFC 1035 are compressed (RFC 3597 §4).
    private mutating func data(_ data: RecordData) {
        switch data {
        case .a(let address): uint32(address)
        case .aaaa(let address):
            for shift in stride(from: 96, through: 0, by: -32) { uint32(UInt32(truncatingIfNeeded: address >> shift)) }
        case .mx(let preference, let exchange):
            uint16(preference)
            name(exchange)
        case .txt(let strings): for string in strings { characterStrings(string) }
        case .ptr(let target), .cname(let target), .ns(let target): name(target)
        case .soa(let zone):
            name(zone.primary)
            name(zone.mailbox)
            for number in [zone.serial, zone.refresh, zone.retry, zone.expire, zone.minimum] { uint32(number) }
        case .srv(let priority, let weight, let port, let target):
            for number in [priority, weight, port] { uint16(number) }
            output.append(contentsOf: target.wire)
        case .tlsa(let usage, let selector, let matchingType, let association):
            output += [usage, selector, matchingType]
            output.append(contentsOf: association)
        case .opaque(_, let octets): output.append(contentsOf: octets)
        }
    }

    /// Writes one string, or as many as a long text needs.
    private mutating func characterStrings(_ text: [UInt8]) {
        var start = 0
        repeat {
            let end = min(start + 255, text.count)
            output.append(UInt8(end - start))
            output.append(contentsOf: text[start..<end])
            start = end
        } while start < text.count
    }

    /// Writes OPT; its options only if `withOptions`.
    mutating func edns(_ edns: EDNS, responseCode: ResponseCode, withOptions: Bool) {
        output.append(0)
        uint16(RecordType.opt.rawValue)
        uint16(edns.udpSize)
        output.append(UInt8(responseCode.rawValue >> 4 & 0xFF))
        output.append(edns.version)
        uint16(edns.wantsDNSSEC ? 0x8000 : 0)
        let options = withOptions ? edns.options : []
        uint16(UInt16(clamping: options.reduce(0) { $0 + 4 + $1.octets.count }))
        for option in options {
            uint16(option.code)
            uint16(UInt16(clamping: option.octets.count))
            output.append(contentsOf: option.octets)
        }
    }
}
