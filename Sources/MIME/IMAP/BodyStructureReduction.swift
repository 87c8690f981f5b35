internal import Octets

/// IMAP's BODY item, which is BODYSTRUCTURE without extension data. RFC 9051 §7.5.2.
public enum BodyStructure {
    /// A body whose parenthesis is open.
    private struct Open {
        var isMultipart = false
        /// Fields passed so far; those of a multipart count from its subtype.
        var fields = 0
        var isText = false
        var isMessage = false

        /// The fields that BODY keeps.
        var kept: Int { isMultipart ? 1 : isMessage ? 10 : isText ? 8 : 7 }
        /// Whether a body is the next field: the message's own.
        var expectsBody: Bool { isMessage && fields == 8 }
    }

    /// The octets that BODY sends, from those that BODYSTRUCTURE sends and a summary keeps.
    public static func withoutExtensions(_ bodyStructure: [UInt8]) -> [UInt8] {
        let octets = bodyStructure.span
        var body: [UInt8] = []
        body.reserveCapacity(octets.count)
        var cursor = Cursor(over: octets)
        var open: [Open] = []
        while let byte = cursor.peek(in: octets) {
            switch byte {
            case 0x28 where open.last.map({ $0.fields == 0 || $0.expectsBody }) ?? true:
                beginBody(&open, &body)
                cursor.offset += 1
            case 0x29:
                cursor.offset += 1
                body.append(byte)
                open.removeLast(open.isEmpty ? 0 : 1)
                if let last = open.last, !last.isMultipart { open[open.count - 1].fields += 1 }
            case .space: cursor.offset += 1
            default:
                let start = cursor.offset
                skipField(&cursor, in: octets)
                guard !open.isEmpty else { continue }
                keep(octets.extracting(start..<cursor.offset), &open[open.count - 1], &body)
            }
        }
        return body
    }

    private static func beginBody(_ open: inout [Open], _ body: inout [UInt8]) {
        if let last = open.last {
            if last.isMessage { body.append(.space) } else { open[open.count - 1].isMultipart = true }
        }
        body.append(0x28)
        open.append(Open())
    }

    private static func keep(_ field: Span<UInt8>, _ open: inout Open, _ body: inout [UInt8]) {
        open.fields += 1
        if !open.isMultipart, open.fields == 1 {
            open.isText = equalsIgnoringCase(field, "\"TEXT\"")
            open.isMessage = equalsIgnoringCase(field, "\"MESSAGE\"")
        } else if !open.isMultipart, open.fields == 2, open.isMessage {
            open.isMessage = equalsIgnoringCase(field, "\"RFC822\"") || equalsIgnoringCase(field, "\"GLOBAL\"")
        }
        guard open.fields <= open.kept else { return }
        if open.fields > 1 || open.isMultipart { body.append(.space) }
        body.append(contentsOf: field)
    }

    /// Moves behind one string, number, NIL or parenthesised list.
    static func skipField(_ cursor: inout Cursor, in octets: Span<UInt8>) {
        var depth = 0
        repeat {
            guard let byte = cursor.next(in: octets) else { return }
            switch byte {
            case 0x28: depth += 1
            case 0x29: depth -= 1
            case 0x22: skipQuoted(&cursor, in: octets)
            case 0x7B: skipLiteral(&cursor, in: octets)
            case .space: break
            default: _ = cursor.run(of: atom, in: octets)
            }
        } while depth > 0
    }

    private static let atom = ByteClass.visible.subtracting(ByteClass("(){\""))

    private static func skipQuoted(_ cursor: inout Cursor, in octets: Span<UInt8>) {
        while let byte = cursor.next(in: octets), byte != 0x22 {
            if byte == 0x5C { cursor.offset = min(cursor.offset + 1, cursor.end) }
        }
    }

    private static func skipLiteral(_ cursor: inout Cursor, in octets: Span<UInt8>) {
        let count = (try? cursor.number(Int.self, in: octets, as: "number")) ?? 0
        guard cursor.take(0x7D, in: octets), cursor.take(.carriageReturn, in: octets),
            cursor.take(.lineFeed, in: octets)
        else { return }
        cursor.offset += min(count, cursor.remaining)
    }
}
