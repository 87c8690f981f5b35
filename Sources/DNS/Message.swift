public import Octets

/// A message of the DNS, query or response (RFC 1035 §4.1), with EDNS (RFC 6891).
public struct Message: Hashable, Sendable {
    /// The first octets.
    public var header: Header
    /// What the response says of the query. More than 15 needs `edns`; without it SERVFAIL is written instead.
    public var responseCode: ResponseCode
    /// What is asked: one question, but for odd messages (RFC 9619).
    public var questions: [Question]
    /// The records that answer.
    public var answers: [Record]
    /// The records that lead to an authority, or say that there is nothing.
    public var authorities: [Record]
    /// Other records of use, without OPT.
    public var additionals: [Record]
    /// EDNS, if it is used. On the wire it is the first of the additional records.
    public var edns: EDNS?

    /// The octets of the longest message: its length before it over TCP has 16 bits (RFC 1035 §4.2.2).
    public static let maximumCount = 65535
    /// The octets of a UDP datagram that everyone takes (RFC 1035 §4.2.1).
    public static let minimumLimit = 512

    /// A message with these parts.
    public init(
        header: Header,
        responseCode: ResponseCode = .noError,
        questions: [Question] = [],
        answers: [Record] = [],
        authorities: [Record] = [],
        additionals: [Record] = [],
        edns: EDNS? = nil
    ) {
        self.header = header
        self.responseCode = responseCode
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
        self.edns = edns
    }

    /// A standard query to a resolver, with EDNS. `wantsDNSSEC` sets DO, so that signatures come with the answer, and AD,
    /// so that the resolver says whether it found them good (RFC 6840 §5.7).
    public static func query(
        _ name: Name,
        _ type: RecordType,
        id: UInt16,
        wantsDNSSEC: Bool = false
    ) -> Message {
        Message(
            header: Header(id: id, wantsRecursion: true, isAuthentic: wantsDNSSEC),
            questions: [Question(name: name, type: type)],
            edns: EDNS(wantsDNSSEC: wantsDNSSEC)
        )
    }

    /// Reads a message. The time is linear in its octets, see `MessageReader`.
    ///
    /// Octets after the last record that the header counts are not looked at: some servers pad their datagrams, and
    /// nothing in a message refers to them. More than 65535 octets are refused, and so is what RFC 6891 §6.1.1 calls a
    /// format error: a second OPT, or one that is not of the root or not among the additional records.
    public init(parsing octets: Span<UInt8>) throws(SyntaxError) {
        guard octets.count <= Self.maximumCount else {
            throw SyntaxError(offset: Self.maximumCount, expected: "end of message")
        }
        let header = try Header(parsing: octets)
        var reader = MessageReader(cursor: Cursor(over: octets))
        reader.cursor.offset = 4
        var counts: [Int] = []
        for _ in 0..<4 { counts.append(Int(try reader.uint16(octets, "count"))) }
        // The shortest question has 5 octets, the shortest record 11.
        guard counts[0] * 5 + (counts[1] + counts[2] + counts[3]) * 11 <= reader.cursor.remaining else {
            throw SyntaxError(offset: octets.count, expected: "as many records as the header says")
        }
        self.init(header: header, responseCode: ResponseCode(rawValue: UInt16(octets[3] & 0xF)))
        for _ in 0..<counts[0] { questions.append(try reader.question(octets)) }
        for _ in 0..<counts[1] { answers.append(try reader.plainRecord(octets)) }
        for _ in 0..<counts[2] { authorities.append(try reader.plainRecord(octets)) }
        for _ in 0..<counts[3] {
            let start = reader.cursor
            let head = try reader.recordHead(octets)
            guard head.type == .opt else {
                additionals.append(try reader.record(head, octets))
                continue
            }
            guard edns == nil else { throw start.unexpected("no second OPT") }
            let (found, high) = try reader.edns(head, octets)
            edns = found
            responseCode.rawValue |= UInt16(high) << 4
        }
    }
}

extension MessageReader {
    /// Takes a record that is not OPT.
    fileprivate mutating func plainRecord(_ octets: Span<UInt8>) throws(SyntaxError) -> Record {
        let start = cursor
        let head = try recordHead(octets)
        guard head.type != .opt else { throw start.unexpected("OPT among the additional records only") }
        return try record(head, octets)
    }
}
