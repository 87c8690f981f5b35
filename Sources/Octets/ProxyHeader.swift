/// What a proxy says of a connection before its first octet: the PROXY protocol, versions 1 and 2, as HAProxy's
/// proxy-protocol.txt describes it.
///
/// Whether the peer may say so is not known here: a server takes a header only from proxies that it is told to trust, and
/// then from each of their connections. Parsing needs no more than `maximum` octets, and takes none behind the header.
///
/// Of version 2's TLVs only the checksum (0x03) is read: if it is there, it must be right. All others are passed over, but
/// must fill the header exactly.
public struct ProxyHeader: Hashable, Sendable {
    /// An IP address and a port.
    public struct Endpoint: Hashable, Sendable {
        /// 4 octets of IPv4, or 16 of IPv6, in the order of the network.
        public var address: [UInt8]
        /// The port.
        public var port: UInt16

        /// That address and port.
        public init(address: [UInt8], port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// What the header says.
    public enum Origin: Hashable, Sendable {
        /// A connection of the proxy's own, a check of health as a rule: it stands for itself. Version 2, §2.2.
        case local
        /// A connection whose ends the proxy does not know or does not say: the real ones of the connection are used.
        case unknown
        /// A connection over IP: who connects, and to what.
        case relayed(source: Endpoint, destination: Endpoint, isDatagram: Bool)
        /// A connection over a UNIX socket: the paths, 0…108 octets, without the zeros that fill them.
        case unix(source: [UInt8], destination: [UInt8], isDatagram: Bool)
    }

    /// What it says.
    public var origin: Origin
    /// 1 or 2.
    public var version: Int

    /// A header that was not there.
    public init(origin: Origin, version: Int) {
        self.origin = origin
        self.version = version
    }

    /// Octets that a header of version 1 has at most, with its CRLF. §2.1.
    public static let maximumText = 107
    /// Octets that the part of version 2 behind its first 16 may have here. The format allows 65535; what proxies send are a
    /// few hundred.
    public static let maximumBody = 4096
    /// Octets that any header has at most.
    public static let maximum = 16 + maximumBody

    /// CR LF CR LF NUL CR LF "QUIT" LF. §2.2.
    private static let signature: InlineArray<12, UInt8> = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// Parses the header at the start of `octets`.
    ///
    /// - Parameter octets: what the connection has brought so far.
    /// - Returns: the header and how many octets it took; nil if more must come.
    /// - Throws: as soon as it can be no header, with the place that shows it.
    public static func parse(_ octets: Span<UInt8>) throws(SyntaxError) -> (header: ProxyHeader, count: Int)? {
        guard octets.count > 0 else { return nil }
        if octets[0] != UInt8(ascii: "P") { return try parseBinary(octets) }
        return try parseText(octets)
    }

    // MARK: Version 1

    private static func parseText(_ octets: Span<UInt8>) throws(SyntaxError) -> (header: ProxyHeader, count: Int)? {
        var index = 0
        for byte in "PROXY ".utf8 {
            guard index < octets.count else { return nil }
            guard octets[index] == byte else { throw SyntaxError(offset: index, expected: "\"PROXY\" SP") }
            index += 1
        }
        while true {
            guard index < maximumText - 1 else { throw SyntaxError(offset: index, expected: "CRLF") }
            guard index < octets.count else { return nil }
            if octets[index] == .carriageReturn { break }
            guard octets[index] != .lineFeed else { throw SyntaxError(offset: index, expected: "CRLF") }
            index += 1
        }
        guard index + 1 < octets.count else { return nil }
        guard octets[index + 1] == .lineFeed else { throw SyntaxError(offset: index + 1, expected: "LF") }
        var cursor = Cursor(from: 6, end: index)
        let origin = try textOrigin(&cursor, in: octets)
        return (ProxyHeader(origin: origin, version: 1), index + 2)
    }

    private static func textOrigin(_ cursor: inout Cursor, in octets: Span<UInt8>) throws(SyntaxError) -> Origin {
        let start = cursor.offset
        let word = octets.extracting(cursor.run(of: .visible, in: octets))
        // Whatever follows it is to be passed over.
        if equals(word, "UNKNOWN"), cursor.isAtEnd || cursor.peek(in: octets) == .space { return .unknown }
        let isV6 = equals(word, "TCP6")
        guard isV6 || equals(word, "TCP4") else {
            throw SyntaxError(offset: start, expected: "TCP4, TCP6 or UNKNOWN")
        }
        try cursor.expect(.space, in: octets, as: "SP")
        let source = try textAddress(&cursor, in: octets, isV6)
        try cursor.expect(.space, in: octets, as: "SP")
        let destination = try textAddress(&cursor, in: octets, isV6)
        try cursor.expect(.space, in: octets, as: "SP")
        let sourcePort = try textPort(&cursor, in: octets)
        try cursor.expect(.space, in: octets, as: "SP")
        let destinationPort = try textPort(&cursor, in: octets)
        guard cursor.isAtEnd else { throw cursor.unexpected("CRLF") }
        return .relayed(
            source: Endpoint(address: source, port: sourcePort),
            destination: Endpoint(address: destination, port: destinationPort),
            isDatagram: false
        )
    }

    /// The words are in capitals.
    private static func equals(_ octets: Span<UInt8>, _ word: StaticString) -> Bool {
        let expected = word.description.utf8
        guard octets.count == expected.count else { return false }
        for (index, byte) in expected.enumerated() where octets[index] != byte { return false }
        return true
    }

    /// 0…65535 without zeros before it.
    private static func textPort(_ cursor: inout Cursor, in octets: Span<UInt8>) throws(SyntaxError) -> UInt16 {
        let start = cursor.offset
        let port = try cursor.number(UInt16.self, in: octets, as: "port")
        guard cursor.offset == start + 1 || octets[start] != UInt8(ascii: "0") else {
            throw SyntaxError(offset: start, expected: "port")
        }
        return port
    }

    private static func textAddress(
        _ cursor: inout Cursor,
        in octets: Span<UInt8>,
        _ isV6: Bool
    ) throws(SyntaxError) -> [UInt8] {
        let start = cursor.offset
        if isV6 { try cursor.addressV6(in: octets) } else { try cursor.addressV4(in: octets) }
        let text = octets.extracting(start..<cursor.offset)
        guard isV6 || !hasLeadingZero(text) else {
            throw SyntaxError(offset: start, expected: "numbers without zeros before them")
        }
        return isV6 ? valueV6(text) : valueV4(text)
    }

    /// Whether a number of an IPv4 address could be taken for an octal one. §2.1.
    private static func hasLeadingZero(_ text: Span<UInt8>) -> Bool {
        for index in 1..<max(text.count, 1) where text[index - 1] == UInt8(ascii: "0") {
            let isFirst = index == 1 || text[index - 2] == UInt8(ascii: ".")
            if isFirst, text[index] != UInt8(ascii: ".") { return true }
        }
        return false
    }

    /// The octets of an IPv4 address whose syntax was checked.
    private static func valueV4(_ text: Span<UInt8>) -> [UInt8] {
        var address: [UInt8] = [0]
        for index in text.indices {
            if let digit = text[index].digitValue {
                address[address.count - 1] = address[address.count - 1] &* 10 &+ digit
            } else {
                address.append(0)
            }
        }
        return address
    }

    /// The octets of an IPv6 address whose syntax was checked.
    private static func valueV6(_ text: Span<UInt8>) -> [UInt8] {
        var address: [UInt8] = []
        var gap: Int?
        var cursor = Cursor(over: text)
        while !cursor.isAtEnd {
            if cursor.take(UInt8(ascii: ":"), in: text) {
                if cursor.peek(in: text) == UInt8(ascii: ":") { gap = address.count }
                continue
            }
            let start = cursor.offset
            let digits = cursor.run(of: .hexDigit, in: text)
            if cursor.peek(in: text) == UInt8(ascii: ".") {
                address += valueV4(text.extracting(start..<text.count))
                break
            }
            var group: UInt16 = 0
            for index in digits { group = group << 4 | UInt16(text[index].hexValue ?? 0) }
            address += [UInt8(group >> 8), UInt8(group & 0xFF)]
            // Something that is neither cannot be here; nothing goes round in circles if it is.
            if digits.isEmpty { break }
        }
        if let gap, address.count < 16 {
            address.insert(contentsOf: [UInt8](repeating: 0, count: 16 - address.count), at: gap)
        }
        return address
    }

    // MARK: Version 2

    private static func parseBinary(_ octets: Span<UInt8>) throws(SyntaxError) -> (header: ProxyHeader, count: Int)? {
        for index in 0..<min(12, octets.count) where octets[index] != signature[index] {
            throw SyntaxError(offset: index, expected: "PROXY header")
        }
        guard octets.count > 12 else { return nil }
        guard octets[12] >> 4 == 2 else { throw SyntaxError(offset: 12, expected: "version 2") }
        guard octets[12] & 15 <= 1 else { throw SyntaxError(offset: 12, expected: "LOCAL or PROXY") }
        guard octets.count >= 16 else { return nil }
        let length = Int(number16(octets, at: 14))
        guard length <= maximumBody else { throw SyntaxError(offset: 14, expected: "a shorter header") }
        let end = 16 + length
        // What cannot be right is said before the rest of it comes.
        let isLocal = octets[12] & 15 == 0
        let size = isLocal ? 0 : try addressSize(octets[13], length)
        guard octets.count >= end else { return nil }
        let origin = isLocal ? .local : binaryOrigin(octets)
        // §2.2: with LOCAL, and a family that is not known, what follows is passed over whatever it is.
        if size > 0 { try checkValues(octets, from: 16 + size, to: end) }
        return (ProxyHeader(origin: origin, version: 2), end)
    }

    private static func number16(_ octets: Span<UInt8>, at index: Int) -> UInt16 {
        UInt16(octets[index]) << 8 | UInt16(octets[index + 1])
    }

    /// Octets that the two addresses and ports of a family take; 0 for AF_UNSPEC.
    private static func addressSize(_ family: UInt8, _ length: Int) throws(SyntaxError) -> Int {
        guard family & 15 <= 2, family >> 4 <= 3 else { throw SyntaxError(offset: 13, expected: "family and protocol") }
        // §2.2: UNSPEC of either kind says nothing of the ends.
        guard family & 15 > 0, family >> 4 > 0 else { return 0 }
        let size = family >> 4 == 1 ? 12 : family >> 4 == 2 ? 36 : 216
        guard length >= size else { throw SyntaxError(offset: 14, expected: "room for the addresses") }
        return size
    }

    /// The addresses, of which it is known that they are all there.
    private static func binaryOrigin(_ octets: Span<UInt8>) -> Origin {
        let isDatagram = octets[13] & 15 == 2
        guard octets[13] & 15 > 0 else { return .unknown }
        let width: Int
        switch octets[13] >> 4 {
        case 1: width = 4
        case 2: width = 16
        case 3:
            return .unix(source: path(octets, at: 16), destination: path(octets, at: 124), isDatagram: isDatagram)
        default: return .unknown
        }
        let ports = 16 + 2 * width
        return .relayed(
            source: Endpoint(
                address: octets.extracting(16..<16 + width).toArray(),
                port: number16(octets, at: ports)
            ),
            destination: Endpoint(
                address: octets.extracting(16 + width..<ports).toArray(),
                port: number16(octets, at: ports + 2)
            ),
            isDatagram: isDatagram
        )
    }

    /// The path of 108 octets at `start`, without the zeros at its end. One that begins with a zero is abstract.
    private static func path(_ octets: Span<UInt8>, at start: Int) -> [UInt8] {
        var end = start + 108
        while end > start, octets[end - 1] == 0 { end -= 1 }
        return octets.extracting(start..<end).toArray()
    }

    /// The TLVs: each a type, two octets of length and a value. §2.2.
    private static func checkValues(_ octets: Span<UInt8>, from start: Int, to end: Int) throws(SyntaxError) {
        var index = start
        var isChecked = false
        while index < end {
            guard end - index >= 3 else { throw SyntaxError(offset: index, expected: "TLV") }
            let length = Int(number16(octets, at: index + 1))
            guard length <= end - index - 3 else { throw SyntaxError(offset: index + 1, expected: "TLV length") }
            if octets[index] == 0x03 {
                guard length == 4, !isChecked else { throw SyntaxError(offset: index, expected: "one CRC32c") }
                isChecked = true
                try checkSum(octets, at: index + 3, to: end)
            }
            index += 3 + length
        }
    }

    /// The checksum at `place` of the whole header, with zeros in its own place. §2.2.3.
    private static func checkSum(_ octets: Span<UInt8>, at place: Int, to end: Int) throws(SyntaxError) {
        var register = UInt32.max
        for index in 0..<end {
            register ^= UInt32((place..<place + 4).contains(index) ? 0 : octets[index])
            // CRC32c: the Castagnoli polynomial, bits reversed. RFC 3720 §B.4.
            for _ in 0..<8 { register = register & 1 == 0 ? register >> 1 : register >> 1 ^ 0x82F6_3B78 }
        }
        let sum = UInt32(number16(octets, at: place)) << 16 | UInt32(number16(octets, at: place + 2))
        guard ~register == sum else { throw SyntaxError(offset: place, expected: "the right CRC32c") }
    }
}
