internal import Octets

/// One entry of an address list, its octets as the header has them, unquoted. RFC 9051 §7.5.2.
public struct Address: Hashable, Sendable {
    /// The display name; RFC 2047 words are not decoded.
    public var name: [UInt8]?
    /// The obsolete source route.
    public var route: [UInt8]?
    /// The local part; the name of the group at its start; nil at its end.
    public var mailbox: [UInt8]?
    /// The domain; empty if the address has none; nil at the start and end of a group.
    public var host: [UInt8]?

    /// An address of those.
    public init(name: [UInt8]? = nil, route: [UInt8]? = nil, mailbox: [UInt8]?, host: [UInt8]?) {
        self.name = name
        self.route = route
        self.mailbox = mailbox
        self.host = host
    }

    /// `mailbox@host`; nil for the marks of a group and for what has neither.
    public var addrSpec: [UInt8]? {
        guard let mailbox, let host, !mailbox.isEmpty || !host.isEmpty else { return nil }
        return host.isEmpty ? mailbox : mailbox + [0x40] + host
    }

    /// The addresses and group marks in the value of a field, `limit` of them at most. RFC 5322 §3.4.
    public static func list(in value: Span<UInt8>, limit: Int = AddressList.standardLimit) -> [Address] {
        var scanner = AddressScanner(0..<value.count)
        var list: [Address] = []
        while list.count < limit, let found = scanner.next(in: value) {
            switch found {
            case .groupStart: list.append(Address(mailbox: scanner.name, host: nil))
            case .groupEnd: list.append(Address(mailbox: nil, host: nil))
            case .address:
                list.append(
                    Address(
                        name: scanner.name.isEmpty ? nil : scanner.name,
                        route: scanner.route.isEmpty ? nil : scanner.route,
                        mailbox: scanner.mailbox,
                        host: scanner.host
                    )
                )
            }
        }
        return list
    }
}

/// IMAP's ENVELOPE as a value. RFC 9051 §7.5.2.
public struct Envelope: Hashable, Sendable {
    /// The Date field as it stands, unfolded.
    public var date: [UInt8]?
    /// The Subject field as it stands, unfolded.
    public var subject: [UInt8]?
    /// The From field.
    public var from: [Address] = []
    /// The Sender field; From if there is none.
    public var sender: [Address] = []
    /// The Reply-To field; From if there is none.
    public var replyTo: [Address] = []
    /// All To fields.
    public var to: [Address] = []
    /// All Cc fields.
    public var cc: [Address] = []
    /// All Bcc fields.
    public var bcc: [Address] = []
    /// The In-Reply-To field as it stands, unfolded.
    public var inReplyTo: [UInt8]?
    /// The Message-ID field as it stands, unfolded.
    public var messageID: [UInt8]?

    /// The value of the octets that a `MessageSummary` keeps; nil for others.
    public init?(envelopeOctets: [UInt8]) {
        let octets = envelopeOctets.span
        var cursor = Cursor(over: octets)
        do throws(SyntaxError) {
            try cursor.expect(0x28, in: octets, as: "envelope")
            date = try Self.string(&cursor, in: octets)
            try cursor.expect(.space, in: octets, as: "SP")
            subject = try Self.string(&cursor, in: octets)
            from = try Self.addresses(&cursor, in: octets)
            sender = try Self.addresses(&cursor, in: octets)
            replyTo = try Self.addresses(&cursor, in: octets)
            to = try Self.addresses(&cursor, in: octets)
            cc = try Self.addresses(&cursor, in: octets)
            bcc = try Self.addresses(&cursor, in: octets)
            try cursor.expect(.space, in: octets, as: "SP")
            inReplyTo = try Self.string(&cursor, in: octets)
            try cursor.expect(.space, in: octets, as: "SP")
            messageID = try Self.string(&cursor, in: octets)
            try cursor.expect(0x29, in: octets, as: "envelope")
        } catch {
            return nil
        }
        guard cursor.isAtEnd else { return nil }
    }

    private static func addresses(_ cursor: inout Cursor, in octets: Span<UInt8>) throws(SyntaxError) -> [Address] {
        try cursor.expect(.space, in: octets, as: "SP")
        var list: [Address] = []
        guard cursor.take(0x28, in: octets) else {
            try cursor.expect(word: "NIL", in: octets, as: "NIL")
            return list
        }
        while cursor.take(0x28, in: octets) {
            let name = try string(&cursor, in: octets)
            try cursor.expect(.space, in: octets, as: "SP")
            let route = try string(&cursor, in: octets)
            try cursor.expect(.space, in: octets, as: "SP")
            let mailbox = try string(&cursor, in: octets)
            try cursor.expect(.space, in: octets, as: "SP")
            let host = try string(&cursor, in: octets)
            try cursor.expect(0x29, in: octets, as: "address")
            list.append(Address(name: name, route: route, mailbox: mailbox, host: host))
        }
        try cursor.expect(0x29, in: octets, as: "address list")
        return list
    }

    /// A quoted string, a literal, or NIL.
    private static func string(_ cursor: inout Cursor, in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8]? {
        if cursor.take(0x22, in: octets) { return try quoted(&cursor, in: octets) }
        guard cursor.take(0x7B, in: octets) else {
            try cursor.expect(word: "NIL", in: octets, as: "nstring")
            return nil
        }
        let count = try cursor.number(Int.self, in: octets, as: "number")
        try cursor.expect(word: "}\r\n", in: octets, as: "literal")
        guard count <= cursor.remaining else { throw cursor.unexpected("literal") }
        let start = cursor.offset
        cursor.offset += count
        return octets.extracting(start..<cursor.offset).toArray()
    }

    private static func quoted(_ cursor: inout Cursor, in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        let start = cursor.offset
        var hasEscape = false
        while let byte = cursor.next(in: octets) {
            if byte == 0x22 {
                let text = octets.extracting(start..<cursor.offset - 1)
                return hasEscape ? unescaped(text) : text.toArray()
            }
            if byte == 0x5C {
                hasEscape = true
                _ = cursor.next(in: octets)
            }
        }
        throw cursor.unexpected("quoted string")
    }

    private static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == 0x5C, index + 1 < text.count { index += 1 }
            octets.append(text[index])
            index += 1
        }
        return octets
    }
}
