internal import IMAP
internal import Octets

enum IMAPProperties {
    static let words = table([
        "a ", "b1 ", "SEARCH ", "UID ", "FETCH ", "1:* ", "(", ")", "BODY[", "]", "HEADER.FIELDS ", "{3}\r\n",
        "{2+}\r\n", "{0+}\r\n", "APPEND ", "INBOX", "\"", "\\", "\\Seen ", "\r\n", "\r", "\n", " ", "NOT ", "OR ",
        "ALL",
        "<0.9>", "1-Feb-2020", "CHARSET ", "*", "LIST ", "STORE ", "FLAGS ", "LOGIN ", "NIL", "ID ", "+",
        "{99999+}\r\n", "{", "}", "\0", "é", "xyz", "RETURN ", "STATUS ", "AUTHENTICATE ", "4294967295", ":", ",", "1",
        "%", "/", "&", "-", "&AOk-", "&2D3eAA-", "DONE\r\n", "BODY.PEEK[", "TEXT", "MIME", "1.2", "COPY ", "MOVE ",
        "SELECT ", "RENAME ", "LSUB ", "ENABLE ", "IDLE", "+FLAGS.SILENT ", "KEYWORD ", "SINCE ", "SUBSCRIBED",
    ])

    static let limits: CommandLimits = {
        var limits = CommandLimits()
        limits.lineOctets = 300
        limits.literalOctets = 16
        limits.literalOctetsInAll = 32
        limits.literals = 4
        limits.skippedOctets = 600
        limits.searchDepth = 6
        return limits
    }()

    static func check(_ octets: [UInt8]) {
        for (limits, isLenient) in [(limits, true), (.authenticated, false)] {
            var options = ParserOptions()
            options.allowsBareLineFeed = isLenient
            options.allowsTrailingSpaces = isLenient
            options.allowsUTF8InQuoted = isLenient
            options.ignoresRecentFlag = isLenient
            let whole = Conversation(octets, [], limits, options)
            for cuts in cuts(of: octets) {
                precondition(Conversation(octets, cuts, limits, options) == whole, "the same at every cut")
            }
            for command in whole.commands { checkSets(of: command) }
        }
        checkLines(octets)
        for line in lines(of: octets) { checkName(line) }
    }

    private static func checkLines(_ octets: [UInt8]) {
        switch ContinuationLine.authentication(octets.span, limit: 64) {
        case .response(_, let consumed), .cancelled(let consumed), .malformed(let consumed):
            precondition((1...octets.count).contains(consumed))
        case .needMore: precondition(octets.count < 64)
        case .tooLong: precondition(octets.count >= 64)
        }
        if case .done(let consumed) = ContinuationLine.idle(octets.span) { precondition(consumed == 6) }
    }

    private static func checkSets(of command: Command) {
        let set: SequenceSet
        switch command {
        case .fetch(let request): set = request.set
        case .store(let request): set = request.set
        case .copy(let request), .move(let request): set = request.set
        case .uidExpunge(let value): set = value
        default: return
        }
        for largest in [0, 1, 7, UInt32.max] {
            let ranges = set.ranges(largest: largest)
            for (before, after) in zip(ranges, ranges.dropFirst()) {
                precondition(before.upperBound < after.lowerBound && after.lowerBound - before.upperBound > 1)
            }
            for element in set.elements {
                for end in [element.first, element.last] where end != 0 && (largest != 0 || element.first != 0) {
                    guard largest != 0 || element.last != 0 else { continue }
                    precondition(ranges.contains { $0.contains(end) }, "what was named is in it")
                }
            }
        }
    }

    /// Half of a line as a name, half as a pattern.
    private static func checkName(_ line: [UInt8]) {
        let middle = line.count / 2
        let name = MailboxName(Array(line[..<middle]))
        if let text = name.text { precondition(MailboxName(text: text) == name, "one form for each text") }
        let text = String(decoding: line, as: UTF8.self)
        let encoded = MailboxName(text: text)
        precondition(encoded.isInbox || encoded.text == text, "decoding undoes encoding")
        guard line.count <= 400 else { return }
        let pattern = MailboxPattern(Array(line[middle...]))
        let matcher = MailboxMatcher(reference: MailboxName([]), pattern: pattern, delimiter: 0x2F)
        precondition(
            matcher.matches(name) == matches(pattern.octets, name.octets),
            "as a matcher says that tries everything"
        )
        for ancestor in matcher.matchingAncestors(of: name) { precondition(matcher.matches(ancestor)) }
    }

    /// RFC 3501 §6.3.8 as it is written: each set of places where a prefix of the pattern can end.
    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        let isInbox =
            name.count >= 5 && (name.count == 5 || name[5] == 0x2F)
            && equalsIgnoringCase(name.span.extracting(0..<5), "INBOX")
        var ends = [Bool](repeating: false, count: name.count + 1)
        ends[0] = true
        for byte in pattern {
            if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "%") {
                for index in name.indices where ends[index] && (byte == UInt8(ascii: "*") || name[index] != 0x2F) {
                    ends[index + 1] = true
                }
            } else {
                for index in name.indices.reversed() {
                    let isFolded = isInbox && index < 5
                    let isSame = isFolded ? name[index] | 0x20 == byte | 0x20 : name[index] == byte
                    ends[index + 1] = ends[index] && isSame
                }
                ends[0] = false
            }
        }
        return ends[name.count]
    }
}

/// What a door sees of a parser, fed with pieces.
private struct Conversation: Equatable {
    var literals: [Int] = []
    var commands: [Command] = []
    var tags: [[UInt8]?] = []
    var failures: [CommandFailure] = []

    init(_ wire: [UInt8], _ cuts: [Int], _ limits: CommandLimits, _ options: ParserOptions) {
        var parser = CommandParser(limits: limits, options: options)
        var start = 0
        for end in cuts + [wire.count] {
            while start < end {
                switch parser.parse(wire.span.extracting(start..<end)) {
                case .needMore: break
                case .needLiteral(let count):
                    literals.append(count)
                    continue
                case .skip(let consumed):
                    precondition(consumed > 0 && consumed <= end - start, "skips what there is")
                    start += consumed
                    continue
                case .command(let tagged, let consumed):
                    precondition(consumed > 0 && consumed <= end - start, "consumes what there is")
                    start += consumed
                    commands.append(tagged.command)
                    tags.append(tagged.tag)
                    if case .append(let request) = tagged.command { start += min(request.size, wire.count - start) }
                    continue
                case .failure(var failure):
                    precondition(failure.consumed >= 0 && failure.consumed <= end - start, "consumes what there is")
                    precondition(failure.consumed > 0 || failure.mustClose, "goes on")
                    start += failure.consumed
                    failure.consumed = 0
                    failures.append(failure)
                    if failure.mustClose { return }
                    continue
                }
                break
            }
        }
    }
}
