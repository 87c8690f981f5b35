internal import Octets

/// The fields of an ENVELOPE in the form that IMAP sends, for SEARCH. RFC 3501 §7.4.2.
///
/// The grammar is that of our own writer: what does not follow it ends the reading, and the rest is as if it was NIL.
struct EnvelopeText {
    /// nil for NIL.
    private(set) var date: [UInt8]?
    private(set) var subject: [UInt8]?
    private(set) var from: [Address] = []
    private(set) var to: [Address] = []
    private(set) var cc: [Address] = []
    private(set) var bcc: [Address] = []

    /// One address; the beginning of a group has a mailbox and no host.
    struct Address {
        var name: [UInt8]?
        var mailbox: [UInt8]?
        var host: [UInt8]?
    }

    private enum Token {
        case open
        case close
        case text([UInt8]?)
    }

    /// The fields of `octets`.
    init(_ octets: [UInt8]) {
        let span = octets.span
        var cursor = Cursor(over: span)
        guard case .open? = EnvelopeText.token(&cursor, in: span) else { return }
        var depth = 1
        var field = 0
        var strings: [[UInt8]?] = []
        while depth > 0, field < 8, let token = EnvelopeText.token(&cursor, in: span) {
            switch token {
            case .open:
                depth += 1
                strings.removeAll(keepingCapacity: true)
            case .close:
                depth -= 1
                if depth == 2, strings.count == 4 {
                    add(Address(name: strings[0], mailbox: strings[2], host: strings[3]), to: field)
                }
                if depth == 1 { field += 1 }
            case .text(let text):
                if depth > 1 {
                    strings.append(text)
                } else {
                    if field == 0 { date = text }
                    if field == 1 { subject = text }
                    field += 1
                }
            }
        }
    }

    private mutating func add(_ address: Address, to field: Int) {
        switch field {
        case 2: from.append(address)
        case 5: to.append(address)
        case 6: cc.append(address)
        case 7: bcc.append(address)
        default: break
        }
    }

    private static func token(_ cursor: inout Cursor, in octets: Span<UInt8>) -> Token? {
        while cursor.take(.space, in: octets) {}
        guard let first = cursor.next(in: octets) else { return nil }
        switch first {
        case UInt8(ascii: "("): return .open
        case UInt8(ascii: ")"): return .close
        case UInt8(ascii: "\""):
            var text: [UInt8] = []
            while let octet = cursor.next(in: octets), octet != UInt8(ascii: "\"") {
                let isQuoted = octet == UInt8(ascii: "\\")
                text.append(isQuoted ? cursor.next(in: octets) ?? octet : octet)
            }
            return .text(text)
        case UInt8(ascii: "{"):
            guard let count = try? cursor.number(Int.self, in: octets, as: "number"),
                cursor.take(word: "}\r\n", in: octets), count <= cursor.remaining
            else { return nil }
            let start = cursor.offset
            cursor.offset += count
            return .text(octets.extracting(start..<start + count).toArray())
        default:
            cursor.offset -= 1
            return cursor.take(word: "NIL", in: octets) ? .text(nil) : nil
        }
    }
}
