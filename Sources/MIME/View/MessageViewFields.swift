internal import Octets

/// The fields of the message's header. RFC 8621 §4.1.2, §4.1.3.
extension MessageView {
    mutating func readFields(of header: Span<UInt8>, charsets: some CharsetDecoder, _ options: Options) {
        let fields = EntityFields(header)
        var reached = false
        func addresses(_ ranges: [Range<Int>]) -> [Address]? {
            guard !ranges.isEmpty else { return nil }
            var list: [Address] = []
            for range in ranges {
                for address in MIME.Address.list(in: header.extracting(range)) {
                    guard let address = Address(address, charsets: charsets) else { continue }
                    if list.count < options.listLimit { list.append(address) } else { reached = true }
                }
            }
            return list
        }
        func repeated(_ first: Range<Int>?, _ destination: EntityFields.Destination) -> [Range<Int>] {
            (first.map { [$0] } ?? []) + fields.repeated.filter { $0.0 == destination }.map(\.1)
        }
        sender = addresses(fields.sender.map { [$0] } ?? [])
        from = addresses(fields.from.map { [$0] } ?? [])
        replyTo = addresses(fields.replyTo.map { [$0] } ?? [])
        to = addresses(repeated(fields.to, .to))
        cc = addresses(repeated(fields.cc, .cc))
        bcc = addresses(repeated(fields.bcc, .bcc))
        subject = fields.subject.map {
            EncodedWord.decodedText(HeaderFields.unfolded(header, $0).span, charsets: charsets)
        }
        sentAt = fields.date.flatMap { DateTime(mailDate: header.extracting($0)) }
        func identifiers(_ range: Range<Int>?) -> [String]? {
            guard let range else { return nil }
            let (list, isWhole) = Identifiers.list(in: header.extracting(range), limit: options.listLimit)
            reached = reached || !isWhole
            return list
        }
        messageID = identifiers(fields.messageID)
        inReplyTo = identifiers(fields.inReplyTo)
        references = identifiers(Self.references(in: header))
        if options.includesHeaders { headers = Self.fields(in: header) }
        if reached { limitsReached.insert(.addresses) }
    }

    private static func references(in header: Span<UInt8>) -> Range<Int>? {
        var fields = HeaderFields(in: header)
        while let field = fields.next(in: header) {
            if HeaderFields.matches(header, field.name, "references") { return field.value }
        }
        return nil
    }

    private static func fields(in header: Span<UInt8>) -> [Field] {
        var list: [Field] = []
        var fields = HeaderFields(in: header)
        while let field = fields.next(in: header) {
            guard !field.name.isEmpty else { continue }
            list.append(
                Field(
                    name: StandardCharsets.guess(header.extracting(field.name)),
                    value: StandardCharsets.guess(header.extracting(field.value))
                )
            )
        }
        return list
    }
}

extension MessageView.Address {
    /// nil for what marks a group.
    fileprivate init?(_ address: MIME.Address, charsets: some CharsetDecoder) {
        guard let mailbox = address.mailbox, let host = address.host, !mailbox.isEmpty || !host.isEmpty else {
            return nil
        }
        var spec: [UInt8] = []
        if mailbox.allSatisfy(Self.isLocalText) && !mailbox.isEmpty {
            spec = mailbox
        } else {
            spec.append(0x22)
            for byte in mailbox {
                if byte == 0x22 || byte == 0x5C { spec.append(0x5C) }
                spec.append(byte)
            }
            spec.append(0x22)
        }
        if !host.isEmpty { spec += [0x40] + host }
        email = StandardCharsets.guess(spec.span)
        let name = address.name.map { EncodedWord.decodedText($0.span, charsets: charsets) } ?? ""
        let words = name.split { $0.isWhitespace }.joined(separator: " ")
        self.name = words.isEmpty ? nil : words
    }

    /// dot-atom-text of RFC 5322 §3.2.3, and UTF-8 of RFC 6532 §3.2.
    private static func isLocalText(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && !"()<>[]:;@\\,\"".utf8.contains(byte)
    }
}

/// Message identifiers as mail has them. RFC 5322 §3.6.4.
private enum Identifiers {
    /// What stands in angle brackets; or, if nothing does, the words with `@` in them. At most `limit`, and whether that is all.
    static func list(in value: Span<UInt8>, limit: Int) -> (list: [String], isWhole: Bool) {
        var list: [String] = []
        var words: [Range<Int>] = []
        var index = 0
        while index < value.count {
            switch value[index] {
            case 0x3C:
                var end = index + 1
                while end < value.count, value[end] != 0x3E, value[end] != 0x3C { end += 1 }
                guard list.count < limit else { return (list, false) }
                let text = StandardCharsets.guess(value.extracting(index + 1..<end)).filter { !$0.isWhitespace }
                if !text.isEmpty { list.append(text) }
                index = end < value.count && value[end] == 0x3E ? end + 1 : end
            case 0x28: skipComment(&index, in: value)
            case ...0x20, 0x2C, 0x3E: index += 1
            default:
                let start = index
                var hasAt = false
                while index < value.count, value[index] > 0x20, value[index] != 0x3C, value[index] != 0x2C {
                    hasAt = hasAt || value[index] == 0x40
                    index += 1
                }
                if hasAt, words.count < limit { words.append(start..<index) }
            }
        }
        guard list.isEmpty else { return (list, true) }
        return (words.map { StandardCharsets.guess(value.extracting($0)) }, true)
    }

    private static func skipComment(_ index: inout Int, in value: Span<UInt8>) {
        var depth = 0
        repeat {
            switch value[index] {
            case 0x28: depth += 1
            case 0x29: depth -= 1
            case 0x5C: index += 1
            default: break
            }
            index += 1
        } while depth > 0 && index < value.count
    }
}
