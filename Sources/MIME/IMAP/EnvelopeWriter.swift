internal import Octets

/// Writes IMAP's ENVELOPE of a header. RFC 9051 §7.5.2.
extension [UInt8] {
    /// Appends the envelope, parentheses included. No more than `addressLimit` addresses are written in any list; false if
    /// one has more.
    mutating func append(envelopeOf fields: EntityFields, in header: Span<UInt8>, addressLimit: Int) -> Bool {
        var isWhole = true
        append(0x28)
        append(fieldValue: fields.date, in: header)
        append(.space)
        append(fieldValue: fields.subject, in: header)
        append(.space)
        let from = count
        append(addresses: fields.from, in: header, limit: addressLimit, isWhole: &isWhole)
        let fromEnd = count
        for list in [fields.sender, fields.replyTo] {
            append(.space)
            let start = count
            append(addresses: list, in: header, limit: addressLimit, isWhole: &isWhole)
            guard count - start == 3, self[start] == 0x4E else { continue }
            removeLast(3)
            append(contentsOf: Array(self[from..<fromEnd]))
        }
        append(.space)
        append(addresses: fields.to, more: fields.all(.to), in: header, limit: addressLimit, isWhole: &isWhole)
        append(.space)
        append(addresses: fields.cc, more: fields.all(.cc), in: header, limit: addressLimit, isWhole: &isWhole)
        append(.space)
        append(addresses: fields.bcc, more: fields.all(.bcc), in: header, limit: addressLimit, isWhole: &isWhole)
        append(.space)
        append(fieldValue: fields.inReplyTo, in: header)
        append(.space)
        append(fieldValue: fields.messageID, in: header)
        append(0x29)
        return isWhole
    }

    /// Appends the addresses of one list field and of those that go on with it; NIL if there are none.
    private mutating func append(
        addresses first: Range<Int>?,
        more: [Range<Int>] = [],
        in header: Span<UInt8>,
        limit: Int,
        isWhole: inout Bool
    ) {
        guard let first else { return append(nil: ()) }
        let start = count
        append(0x28)
        var left = limit
        append(list: first, in: header, left: &left, isWhole: &isWhole)
        for range in more { append(list: range, in: header, left: &left, isWhole: &isWhole) }
        if count == start + 1 {
            removeLast()
            append(nil: ())
        } else {
            append(0x29)
        }
    }

    private mutating func append(list: Range<Int>, in header: Span<UInt8>, left: inout Int, isWhole: inout Bool) {
        var scanner = AddressScanner(list)
        var isInGroup = false
        while let found = scanner.next(in: header) {
            guard left > 0 else {
                isWhole = false
                break
            }
            left -= 1
            switch found {
            case .address:
                append(0x28)
                append(stringOrNil: scanner.name)
                append(.space)
                append(stringOrNil: scanner.route)
                append(.space)
                append(imapString: scanner.mailbox.span)
                append(.space)
                append(imapString: scanner.host.span)
                append(0x29)
            case .groupStart:
                append(ascii: "(NIL NIL ")
                append(imapString: scanner.name.span)
                append(ascii: " NIL)")
                isInGroup = true
            case .groupEnd:
                append(ascii: "(NIL NIL NIL NIL)")
                isInGroup = false
            }
        }
        if isInGroup { append(ascii: "(NIL NIL NIL NIL)") }
    }

    private mutating func append(stringOrNil octets: [UInt8]) {
        if octets.isEmpty { append(nil: ()) } else { append(imapString: octets.span) }
    }
}

extension EntityFields {
    /// The repeated fields of that kind, in their order.
    func all(_ destination: Destination) -> [Range<Int>] {
        repeated.isEmpty ? [] : repeated.filter { $0.0 == destination }.map(\.1)
    }
}
