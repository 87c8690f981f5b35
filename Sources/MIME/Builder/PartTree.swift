internal import Octets

/// A tree of parts made into octets, without recursion. The parts stand in the order in which they are written, each
/// behind what it is in.
///
/// A boundary is made from the octets that it encloses, so that the same parts always get the same one, and it is none that
/// a line of any part begins with. All boundaries of a message differ and are equally long, so none begins another.
struct PartTree {
    private struct Node {
        var part: BodyPart
        var parent: Int?
        var header: [UInt8] = []
        var body: [UInt8] = []
        var domain = BodyOctets.Domain.sevenBit
        /// Of the octets of the part, or of the hashes of the parts in it.
        var hash = ContentHash()
        var boundary: [UInt8] = []
        var isMultipart = false
    }

    private var nodes: [Node] = []
    private let transport: MessageBuilder.Transport
    /// The octets of `boundaryLength` that follow `--` in lines of the parts and might be boundaries.
    private var taken: Set<[UInt8]> = []

    /// `_` and 13 digits of base 36, which hold 64 bits. It needs no quotes.
    private static var boundaryLength: Int { 14 }

    init(_ root: BodyPart, transport: MessageBuilder.Transport) throws(MessageBuilder.Problem) {
        self.transport = transport
        try flatten(root)
        for index in nodes.indices where !nodes[index].isMultipart { try render(index) }
        // Parts stand behind what they are in: backwards, each multipart comes when all in it is done.
        for index in nodes.indices.reversed() {
            if nodes[index].isMultipart { try enclose(index) }
            guard let parent = nodes[index].parent else { continue }
            nodes[parent].hash.take(nodes[index].hash.value)
            nodes[parent].domain = max(nodes[parent].domain, nodes[index].domain)
        }
    }

    /// Appends the fields of the root, an empty line, and the body.
    func write(to message: inout [UInt8]) {
        message.reserveCapacity(message.count + nodes.reduce(0) { $0 + $1.header.count + $1.body.count + 24 })
        var open: [Int] = []
        func delimit(_ index: Int, isClose: Bool) {
            message += [0x2D, 0x2D]
            message += nodes[index].boundary
            if isClose { message += [0x2D, 0x2D] }
        }
        var isFirst = true
        for (index, node) in nodes.enumerated() {
            while let last = open.last, last != node.parent {
                message.append(lineBreak: ())
                delimit(last, isClose: true)
                open.removeLast()
            }
            if let parent = node.parent {
                // The break before the first delimiter is that of the empty line.
                if !isFirst { message.append(lineBreak: ()) }
                delimit(parent, isClose: false)
                message.append(lineBreak: ())
            }
            message += node.header
            message.append(lineBreak: ())
            message += node.body
            isFirst = node.isMultipart
            if node.isMultipart { open.append(index) }
        }
        while let last = open.popLast() {
            message.append(lineBreak: ())
            delimit(last, isClose: true)
            if open.isEmpty { message.append(lineBreak: ()) }
        }
    }

    // MARK: Steps

    private mutating func flatten(_ root: BodyPart) throws(MessageBuilder.Problem) {
        var waiting: [(part: BodyPart, parent: Int?, depth: Int)] = [(root, nil, 0)]
        while let (part, parent, depth) = waiting.popLast() {
            guard nodes.count < MessageBuilder.partLimit else { throw .parts }
            guard depth <= MessageBuilder.depthLimit else { throw .depth }
            var node = Node(part: part, parent: parent)
            let isMultipart = part.mediaType.asciiLowercased.hasPrefix("multipart/")
            if case .octets(let octets) = part.content, Self.isMessage(part.mediaType) {
                node.part.content = .message(octets)
            }
            if case .multipart(let children) = part.content {
                guard isMultipart else { throw .token }
                guard !children.isEmpty else { throw .emptyMultipart }
                guard children.count <= MessageBuilder.partLimit else { throw .parts }
                node.isMultipart = true
                node.part.content = .multipart([])
                for child in children.reversed() { waiting.append((child, nodes.count, depth + 1)) }
            } else if isMultipart {
                throw .token
            }
            nodes.append(node)
        }
    }

    private mutating func render(_ index: Int) throws(MessageBuilder.Problem) {
        var part = nodes[index].part
        let isWhole = nodes[index].parent == nil
        let body: EncodedBody
        switch part.content {
        case .text(let text):
            let lines = Self.canonical(text, endsLine: isWhole)
            if part.mediaType.asciiLowercased.hasPrefix("text/") {
                let charset = lines.contains { $0 >= 0x80 } ? "utf-8" : "us-ascii"
                part.parameters.removeAll { $0.name.asciiLowercased == "charset" }
                part.parameters.insert(BodyPart.Parameter(name: "charset", value: charset), at: 0)
            }
            body = EncodedBody(lines, transport: transport, isWhole: isWhole)
        case .octets(let octets): body = EncodedBody(octets, transport: transport, isWhole: isWhole)
        case .message(let octets):
            let found = EncodedBody(unencoded: octets, transport: transport)
            let isGlobal = found == nil || Self.hasUTF8Header(octets.span)
            part.mediaType = isGlobal ? "message/global" : "message/rfc822"
            body = found ?? EncodedBody(encoding: octets, isWhole: isWhole)
        case .multipart: return
        }
        let header = try PartHeaderWriter.octets(of: part, encoding: body.encoding, transport: transport)
        var octets = body.octets
        if isWhole, !body.endsLine, transport != .binary { octets.append(lineBreak: ()) }
        nodes[index].hash.take(header.span)
        nodes[index].hash.take(octets.span)
        noteBoundaries(in: header)
        if body.encoding != "base64" { noteBoundaries(in: octets) }
        nodes[index].header = header
        nodes[index].body = octets
        nodes[index].domain = body.domain
    }

    private mutating func enclose(_ index: Int) throws(MessageBuilder.Problem) {
        var hash = nodes[index].hash
        var boundary = Self.boundary(hash.value)
        while !taken.insert(boundary).inserted {
            hash.take(1)
            boundary = Self.boundary(hash.value)
        }
        nodes[index].boundary = boundary
        var part = nodes[index].part
        part.parameters.removeAll { $0.name.asciiLowercased == "boundary" }
        part.parameters.append(
            BodyPart.Parameter(name: "boundary", value: String(decoding: boundary, as: UTF8.self))
        )
        let encoding = nodes[index].domain.name
        nodes[index].header = try PartHeaderWriter.octets(of: part, encoding: encoding, transport: transport)
    }

    // MARK: Boundaries

    private static func boundary(_ value: UInt64) -> [UInt8] {
        var text: [UInt8] = [0x5F]
        var value = value
        for _ in 1..<boundaryLength {
            let digit = UInt8(truncatingIfNeeded: value % 36)
            text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            value /= 36
        }
        return text
    }

    /// Notes every line that may begin with `--` and a boundary of ours.
    private mutating func noteBoundaries(in octets: [UInt8]) {
        var isLineStart = true
        for index in octets.indices {
            let byte = octets[index]
            if isLineStart, byte == 0x2D, index + 2 + Self.boundaryLength <= octets.count, octets[index + 1] == 0x2D,
                octets[index + 2] == 0x5F
            {
                taken.insert(Array(octets[(index + 2)..<(index + 2 + Self.boundaryLength)]))
            }
            isLineStart = byte == .lineFeed || byte == .carriageReturn
        }
    }

    // MARK: Content

    /// Whether octets of that type are a message, which must not be encoded as other octets may. RFC 2046 §5.2.1.
    static func isMessage(_ mediaType: String) -> Bool {
        ["message/rfc822", "message/global"].contains(mediaType.asciiLowercased)
    }

    /// Text with CRLF line ends.
    static func canonical(_ text: String, endsLine: Bool) -> [UInt8] {
        let octets = Array(text.utf8)
        var lines: [UInt8] = []
        lines.reserveCapacity(octets.count + octets.count / 32 + 2)
        var start = 0
        for (index, byte) in octets.enumerated() where byte == .lineFeed || byte == .carriageReturn {
            let isBehindReturn = byte == .lineFeed && index > 0 && octets[index - 1] == .carriageReturn
            if !isBehindReturn {
                lines += octets[start..<index]
                lines.append(lineBreak: ())
            }
            start = index + 1
        }
        lines += octets[start...]
        if endsLine, !lines.isEmpty, lines.last != .lineFeed { lines.append(lineBreak: ()) }
        return lines
    }

    private static func hasUTF8Header(_ message: Span<UInt8>) -> Bool {
        var fields = HeaderFields(in: message)
        while fields.next(in: message) != nil {}
        for index in 0..<min(fields.offset, message.count) where message[index] >= 0x80 { return true }
        return false
    }
}

/// A hash for names that must differ, not for secrets: FNV-1a with 64 bits, over words of 8 octets for speed.
private struct ContentHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Takes octets, and how many they were.
    mutating func take(_ octets: Span<UInt8>) {
        var index = 0
        while index + 8 <= octets.count {
            var word = UInt64(octets[index])
            for offset in 1..<8 { word |= UInt64(octets[index + offset]) << UInt64(offset * 8) }
            take(word)
            index += 8
        }
        var rest: UInt64 = 0
        while index < octets.count {
            rest = rest << 8 | UInt64(octets[index])
            index += 1
        }
        take(rest)
        take(UInt64(octets.count))
    }

    mutating func take(_ number: UInt64) {
        // The fold brings the upper bits down, which a multiplication alone never does.
        value = (value ^ number) &* 0x100_0000_01B3
        value ^= value >> 29
    }
}

extension [UInt8] {
    /// Appends CRLF.
    mutating func append(lineBreak: Void) {
        append(.carriageReturn)
        append(.lineFeed)
    }
}
