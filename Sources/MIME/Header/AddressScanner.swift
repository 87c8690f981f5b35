internal import Octets

/// Walks an address list as it stands in a header, and makes something of damaged ones too. RFC 5322 §3.4, §4.4.
///
/// The buffers hold what `next` found last; they are reused, so that a list costs no allocation for each address. Names are
/// unquoted but RFC 2047 words are left encoded. Anything may stand between addresses; what is no address is skipped or
/// becomes part of a name. No octet is looked at more than a few times.
struct AddressScanner {
    enum Found { case address, groupStart, groupEnd }

    /// The display name, or else the last comment; of a group, its name.
    private(set) var name: [UInt8] = []
    /// Whether `name` is what stood before the address, not a comment.
    private(set) var hasPhrase = false
    /// The obsolete source route: `@a,@b`. RFC 5322 §4.4.
    private(set) var route: [UInt8] = []
    /// The local part, unquoted.
    private(set) var mailbox: [UInt8] = []
    /// The domain or domain literal.
    private(set) var host: [UInt8] = []

    private var words: AddressWords
    /// Where the first word of `name` stands that belongs to an address without angle brackets.
    private var addressStart = 0
    /// What stands behind an address: where it begins in the octets and in `name`, and the number of comments before it.
    private var tail: (offset: Int, name: Int, comments: Int)?
    private var isInGroup = false

    init(_ range: Range<Int>) {
        words = AddressWords(range)
    }

    /// The comments in and around the address or before the end of the group that was found.
    var comments: [[UInt8]] { words.comments }

    /// The next address, or the start or end of a group; nil when nothing is left.
    mutating func next(in octets: Span<UInt8>) -> Found? {
        clear()
        while true {
            words.skipBlanksAndComments(in: octets)
            guard let byte = words.cursor.peek(in: octets) else {
                guard isInGroup else { return nil }
                isInGroup = false
                return .groupEnd
            }
            switch byte {
            case 0x3B where isInGroup:
                words.cursor.offset += 1
                isInGroup = false
                return .groupEnd
            case 0x2C, 0x3B, 0x29, 0x3E:
                words.cursor.offset += 1
                words.forgetComments(from: 0)
            default:
                if let found = item(in: octets) { return found }
            }
        }
    }

    private mutating func clear() {
        name.removeAll(keepingCapacity: true)
        route.removeAll(keepingCapacity: true)
        mailbox.removeAll(keepingCapacity: true)
        host.removeAll(keepingCapacity: true)
        words.forgetComments(from: 0)
        hasPhrase = false
        addressStart = 0
        tail = nil
    }

    /// Collects words until one of `<` `:` `,` `;` or the end says what they were. They count for the name and for an
    /// address without angle brackets, until that is clear. Nil if there was nothing but stray marks.
    private mutating func item(in octets: Span<UInt8>) -> Found? {
        var isSpaced = false
        var hasAt = false
        while let byte = words.cursor.peek(in: octets) {
            switch byte {
            case 0x2C, 0x3B: return finishBare(hasAt: hasAt)
            case 0x3C:
                words.cursor.offset += 1
                hasPhrase = !name.isEmpty
                mailbox.removeAll(keepingCapacity: true)
                host.removeAll(keepingCapacity: true)
                tail = nil
                angleAddress(in: octets)
                return .address
            case 0x3A where !isInGroup && !hasAt:
                words.cursor.offset += 1
                isInGroup = true
                if name.isEmpty { takeComment() } else { hasPhrase = true }
                return .groupStart
            case 0x3E, 0x29:
                words.cursor.offset += 1
                isSpaced = !name.isEmpty
            case .space, .tab, .carriageReturn, .lineFeed, 0x28:
                words.skipBlanksAndComments(in: octets)
                isSpaced = !name.isEmpty
            case 0x40 where tail != nil:
                // A second address begins in what seemed to stand behind the first: a comma was forgotten.
                rewindTail()
                return finishBare(hasAt: true)
            default:
                bareWord(byte, isSpaced: isSpaced, hasAt: hasAt, in: octets)
                isSpaced = false
                hasAt = hasAt || byte == 0x40
            }
        }
        return finishBare(hasAt: hasAt)
    }

    private mutating func bareWord(_ byte: UInt8, isSpaced: Bool, hasAt: Bool, in octets: Span<UInt8>) {
        if isSpaced, byte != 0x40, byte != 0x2E {
            if !hasAt, mailbox.last != 0x2E {
                addressStart = name.count
                mailbox.removeAll(keepingCapacity: true)
            } else if hasAt, tail == nil, !host.isEmpty, host.last != 0x2E {
                tail = (words.cursor.offset, name.count, words.commentCount)
            }
        }
        if isSpaced { name.append(.space) }
        let start = name.count
        words.word(byte, isHost: hasAt && host.isEmpty, into: &name, in: octets)
        guard tail == nil else { return }
        if byte == 0x40 {
            // The last `@` counts, as no domain has one.
            if hasAt, !host.isEmpty {
                mailbox.append(0x40)
                mailbox += host
                host.removeAll(keepingCapacity: true)
            }
        } else if hasAt {
            host += name[start...]
        } else {
            mailbox += name[start...]
        }
    }

    /// The words were an address without angle brackets, with a name before or behind it, or nothing but a name.
    private mutating func finishBare(hasAt: Bool) -> Found? {
        if !hasAt {
            guard !name.isEmpty || !mailbox.isEmpty else { return nil }
            if addressStart > 0 {
                mailbox.removeAll(keepingCapacity: true)
            } else {
                name.removeAll(keepingCapacity: true)
            }
        } else if addressStart > 0 {
            name.removeSubrange(addressStart...)
        } else if let tail {
            name.removeSubrange(..<min(tail.name + 1, name.count))
        } else {
            name.removeAll(keepingCapacity: true)
        }
        hasPhrase = !name.isEmpty
        if !hasPhrase { takeComment() }
        return .address
    }

    /// What follows `<`, to `>` or where the address must have ended if that is missing; then to the next separator.
    private mutating func angleAddress(in octets: Span<UInt8>) {
        words.skipBlanksAndComments(in: octets)
        while words.cursor.take(0x3C, in: octets) { words.skipBlanksAndComments(in: octets) }
        _ = words.cursor.take(word: "mailto:", in: octets)
        if words.cursor.peek(in: octets) == 0x40 { sourceRoute(in: octets) }
        var isHost = false
        scan: while let byte = words.cursor.peek(in: octets) {
            switch byte {
            case 0x3E:
                words.cursor.offset += 1
                break scan
            case 0x2C, 0x3B, 0x3C: break scan
            case 0x40:
                words.cursor.offset += 1
                if isHost, !host.isEmpty {
                    mailbox.append(0x40)
                    mailbox += host
                    host.removeAll(keepingCapacity: true)
                }
                isHost = true
            case .space, .tab, .carriageReturn, .lineFeed, 0x28: words.skipBlanksAndComments(in: octets)
            default:
                if isHost {
                    words.word(byte, isHost: host.isEmpty, into: &host, in: octets)
                } else {
                    words.word(byte, isHost: false, into: &mailbox, in: octets)
                }
            }
        }
        skipToSeparator(in: octets)
        if name.isEmpty { takeComment() }
    }

    /// What stands between an address and the next separator is its name, if it has none. If another address begins there, a
    /// comma was forgotten.
    private mutating func skipToSeparator(in octets: Span<UInt8>) {
        let start = name.count
        var isSpaced = false
        words.skipBlanksAndComments(in: octets)
        tail = (words.cursor.offset, start, words.commentCount)
        scan: while let byte = words.cursor.peek(in: octets) {
            switch byte {
            case 0x2C, 0x3B: break scan
            case 0x3C, 0x40:
                rewindTail()
                break scan
            case 0x3A where !isInGroup:
                rewindTail()
                break scan
            case 0x3E, 0x29: words.cursor.offset += 1
            case .space, .tab, .carriageReturn, .lineFeed, 0x28:
                words.skipBlanksAndComments(in: octets)
                isSpaced = name.count > start
            default:
                if isSpaced { name.append(.space) }
                isSpaced = false
                words.word(byte, isHost: false, into: &name, in: octets)
            }
        }
        if start > 0 { name.removeSubrange(start...) }
        hasPhrase = !name.isEmpty
    }

    private mutating func rewindTail() {
        guard let tail else { return }
        words.cursor.offset = tail.offset
        words.forgetComments(from: tail.comments)
        name.removeSubrange(tail.name...)
        self.tail = nil
    }

    /// `@a,@b:` before the address; if there is no colon before `>`, there is no route.
    private mutating func sourceRoute(in octets: Span<UInt8>) {
        var end = words.cursor.offset
        while end < words.cursor.end, !Self.routeEnd.contains(octets[end]) { end += 1 }
        guard end < words.cursor.end, octets[end] == 0x3A else { return }
        for index in words.cursor.offset..<end where !HeaderFields.isBlank(octets[index]) {
            route.append(octets[index])
        }
        words.cursor.offset = end + 1
    }

    /// Where the search for a route's colon stops. `<` is among them so that no octet is looked at twice.
    private static let routeEnd = ByteClass(":<>;")

    private mutating func takeComment() {
        words.appendLastComment(to: &name)
    }
}
