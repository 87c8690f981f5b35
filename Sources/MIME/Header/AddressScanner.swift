internal import Octets

/// Walks an address list as it stands in a header, and makes something of damaged ones too. RFC 5322 §3.4, §4.4.
///
/// The four buffers hold the address that `next` found last; they are reused. Names are unquoted but RFC 2047 words are
/// left encoded. Anything may stand between addresses; what is no address is skipped or becomes part of a name.
struct AddressScanner {
    enum Found { case address, groupStart, groupEnd }

    /// The display name, or else the comment behind the address; of a group, its name.
    private(set) var name: [UInt8] = []
    /// The obsolete source route: `@a,@b`. RFC 5322 §4.4.
    private(set) var route: [UInt8] = []
    /// The local part, unquoted.
    private(set) var mailbox: [UInt8] = []
    /// The domain or domain literal.
    private(set) var host: [UInt8] = []

    private var comment: [UInt8] = []
    private var cursor: Cursor
    private var isInGroup = false

    init(_ range: Range<Int>) {
        cursor = Cursor(from: range.lowerBound, end: range.upperBound)
    }

    /// The next address, or the start or end of a group; nil when nothing is left.
    mutating func next(in octets: Span<UInt8>) -> Found? {
        while true {
            clear()
            skipBlanksAndComments(in: octets)
            guard let byte = cursor.peek(in: octets) else {
                guard isInGroup else { return nil }
                isInGroup = false
                return .groupEnd
            }
            if byte == 0x3B, isInGroup {
                cursor.offset += 1
                isInGroup = false
                return .groupEnd
            }
            if byte == 0x2C || byte == 0x3B || isStray(byte) {
                cursor.offset += 1
                continue
            }
            return item(in: octets)
        }
    }

    private mutating func clear() {
        name.removeAll(keepingCapacity: true)
        route.removeAll(keepingCapacity: true)
        mailbox.removeAll(keepingCapacity: true)
        host.removeAll(keepingCapacity: true)
        comment.removeAll(keepingCapacity: true)
    }

    private func isStray(_ byte: UInt8) -> Bool { byte == 0x29 || byte == 0x3E }

    /// Collects words until one of `<` `:` `,` `;` or the end says what they were.
    private mutating func item(in octets: Span<UInt8>) -> Found {
        var isSpaced = false
        var words = 0
        var atSigns = 0
        while let byte = cursor.peek(in: octets) {
            switch byte {
            case 0x2C, 0x3B:
                finishBare(words: words, atSigns: atSigns)
                return .address
            case 0x3C:
                cursor.offset += 1
                mailbox.removeAll(keepingCapacity: true)
                host.removeAll(keepingCapacity: true)
                angleAddress(in: octets)
                return .address
            case 0x3A where !isInGroup && atSigns == 0:
                cursor.offset += 1
                isInGroup = true
                return .groupStart
            case .space, .tab, .carriageReturn, .lineFeed, 0x28:
                skipBlanksAndComments(in: octets)
                isSpaced = !name.isEmpty
                continue
            default:
                if isSpaced { name.append(.space) }
                words += isSpaced && byte != 0x2E && atSigns == 0 && mailbox.last != 0x2E ? 1 : 0
                let isBehindHost = isSpaced && !host.isEmpty && byte != 0x2E && host.last != 0x2E
                isSpaced = false
                atSigns += byte == 0x40 ? 1 : 0
                bareWord(byte, isHost: atSigns > 0, isBehindHost: isBehindHost, in: octets)
            }
        }
        finishBare(words: words, atSigns: atSigns)
        return .address
    }

    /// One word of a bare address: it counts for the name and for the address, until it is clear which it is.
    private mutating func bareWord(_ byte: UInt8, isHost: Bool, isBehindHost: Bool, in octets: Span<UInt8>) {
        let start = name.count
        switch byte {
        case 0x22: Self.quotedString(&cursor, into: &name, in: octets)
        case 0x5B: Self.domainLiteral(&cursor, into: &name, in: octets)
        case 0x3D where encodedWord(in: octets) != nil:
            let word = encodedWord(in: octets) ?? cursor.offset..<cursor.offset
            name.append(contentsOf: octets.extracting(word))
            cursor.offset = word.upperBound
        default: Self.atom(&cursor, into: &name, in: octets)
        }
        if isBehindHost || (byte == 0x40 && host.isEmpty) { return }
        if isHost { host += name[start...] } else { mailbox += name[start...] }
    }

    /// The words were an address without angle brackets, or nothing but a name. What was a comment is then the name.
    private mutating func finishBare(words: Int, atSigns: Int) {
        guard atSigns == 0, words > 0 else {
            swap(&name, &comment)
            return
        }
        mailbox.removeAll(keepingCapacity: true)
    }

    /// What follows `<`, to `>` or where the address must have ended if that is missing; then to the next separator.
    private mutating func angleAddress(in octets: Span<UInt8>) {
        skipBlanksAndComments(in: octets)
        if cursor.peek(in: octets) == 0x40 { sourceRoute(in: octets) }
        var isHost = false
        scan: while let byte = cursor.peek(in: octets) {
            switch byte {
            case 0x3E:
                cursor.offset += 1
                break scan
            case 0x2C, 0x3B: break scan
            case 0x40 where !isHost:
                cursor.offset += 1
                isHost = true
            case .space, .tab, .carriageReturn, .lineFeed, 0x28: skipBlanksAndComments(in: octets)
            case 0x22 where !isHost: Self.quotedString(&cursor, into: &mailbox, in: octets)
            case 0x5B where isHost: Self.domainLiteral(&cursor, into: &host, in: octets)
            default:
                if isHost {
                    Self.atom(&cursor, into: &host, in: octets)
                } else {
                    Self.atom(&cursor, into: &mailbox, in: octets)
                }
            }
        }
        skipToSeparator(in: octets)
        if name.isEmpty { swap(&name, &comment) }
    }

    private mutating func skipToSeparator(in octets: Span<UInt8>) {
        while let byte = cursor.peek(in: octets), byte != 0x2C, byte != 0x3B {
            if byte == 0x28 { skipBlanksAndComments(in: octets) } else { cursor.offset += 1 }
        }
    }

    /// `@a,@b:` before the address; if there is no colon before `>`, there is no route.
    private mutating func sourceRoute(in octets: Span<UInt8>) {
        var end = cursor.offset
        while end < cursor.end, !Self.routeEnd.contains(octets[end]) { end += 1 }
        guard end < cursor.end, octets[end] == 0x3A else { return }
        for index in cursor.offset..<end where !HeaderFields.isBlank(octets[index]) { route.append(octets[index]) }
        cursor.offset = end + 1
    }

    /// Where the search for a route's colon stops. `<` is among them so that no octet is looked at twice.
    private static let routeEnd = ByteClass(":<>;")

    /// At least one octet, then all up to a special one. `@` stands alone.
    private static func atom(_ cursor: inout Cursor, into word: inout [UInt8], in octets: Span<UInt8>) {
        let start = cursor.offset
        cursor.offset += 1
        if octets[start] != 0x40 { _ = cursor.run(of: atomText, in: octets) }
        word.append(contentsOf: octets.extracting(start..<cursor.offset))
    }

    /// Octets that end no atom: all but blanks and what has a meaning here. 8-bit text is let through. RFC 6532 §3.2.
    private static let atomText = ByteClass {
        $0 > 0x20 && !"\"(),:;<>@[".utf8.contains($0)
    }

    private static func quotedString(_ cursor: inout Cursor, into word: inout [UInt8], in octets: Span<UInt8>) {
        cursor.offset += 1
        while let byte = cursor.next(in: octets), byte != 0x22 {
            switch byte {
            case 0x5C: if let quoted = cursor.next(in: octets) { word.append(quoted) }
            case .carriageReturn, .lineFeed: continue
            default: word.append(byte)
            }
        }
    }

    private static func domainLiteral(_ cursor: inout Cursor, into word: inout [UInt8], in octets: Span<UInt8>) {
        while let byte = cursor.next(in: octets) {
            if !HeaderFields.isBlank(byte) { word.append(byte) }
            if byte == 0x5D { return }
        }
    }

    /// Where the RFC 2047 word that begins here ends, so that a comma or parenthesis which should have been encoded
    /// in it does not cut it.
    private func encodedWord(in octets: Span<UInt8>) -> Range<Int>? {
        EncodedWord.range(at: cursor.offset, end: cursor.end, in: octets)
    }

    /// Skips CFWS and keeps the text of the last comment, its own parentheses included if nested. RFC 5322 §3.2.2.
    private mutating func skipBlanksAndComments(in octets: Span<UInt8>) {
        while let byte = cursor.peek(in: octets) {
            if HeaderFields.isBlank(byte) {
                cursor.offset += 1
                continue
            }
            guard byte == 0x28 else { return }
            cursor.offset += 1
            comment.removeAll(keepingCapacity: true)
            var depth = 1
            while depth > 0, let next = cursor.next(in: octets) {
                switch next {
                case 0x28: depth += 1
                case 0x29: depth -= 1
                case 0x5C:
                    if let quoted = cursor.next(in: octets) { comment.append(quoted) }
                    continue
                case .carriageReturn, .lineFeed: continue
                default: break
                }
                if depth > 0 { comment.append(next) }
            }
        }
    }
}
