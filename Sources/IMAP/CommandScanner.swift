internal import Octets

/// Finds where a command ends: at the first line end that does not announce a literal, or, for APPEND and REPLACE, after
/// the line that announces octets of a message. Behind those octets it finds the end of what comes next in the same way.
///
///     line ──LF──▶ complete
///      ▲ └─{n}──▶ literal ──n octets──▶ line
///      └ too large ──▶ skippingLine ◀──▶ skippingLiteral ──▶ failure
///
/// Offsets count from the first octet of the command that is not consumed; `scanned` never goes back.
struct CommandScanner {
    enum Result {
        case needMore
        case needLiteral(Int)
        /// The command's octets without its last line end, with it, and the literal that is APPEND's message.
        case complete(content: Int, end: Int, message: LiteralHeader?)
        case failure(CommandFailure)
        case skip(Int)
    }

    private enum Mode {
        case line
        case literal(end: Int)
        case skippingLine(CommandFailure)
        case skippingLiteral(CommandFailure, remaining: Int)
    }

    /// Whether it does not begin with a command but behind the octets of a message.
    private let isBehindMessage: Bool
    private var mode = Mode.line
    private var scanned = 0
    private var lineStart = 0
    private var lineOctets = 0
    private var literals = 0
    private var literalOctets = 0
    private var skipped = 0
    /// Octets looked at in all commands so far.
    private(set) var steps = 0

    /// No announcement of a literal is longer, with its line end.
    private static let longestHeader = 24

    init(isBehindMessage: Bool = false) { self.isBehindMessage = isBehindMessage }

    mutating func scan(_ input: Span<UInt8>, limits: CommandLimits, options: ParserOptions) -> Result {
        while true {
            switch mode {
            case .line:
                if let result = line(input, limits: limits, options: options) { return result }
            case .literal(let end):
                guard input.count >= end else { return .needMore }
                mode = .line
                scanned = end
                lineStart = end
            case .skippingLine(let failure):
                if let result = skipLine(failure, input, limits: limits) { return result }
            case .skippingLiteral(let failure, let remaining):
                let count = min(input.count - scanned, remaining)
                guard count == remaining else {
                    mode = .skippingLiteral(failure, remaining: remaining - count)
                    return skip(scanned + count, rest: 0)
                }
                scanned += count
                lineStart = scanned
                mode = .skippingLine(failure)
            }
        }
    }

    /// Looks for the end of a line of the command; nil if the mode has changed.
    private mutating func line(_ input: Span<UInt8>, limits: CommandLimits, options: ParserOptions) -> Result? {
        let bound = lineStart + max(0, limits.lineOctets - lineOctets)
        guard let lineFeed = findLineFeed(input, before: bound) else {
            guard input.count > bound else { return .needMore }
            let error = SyntaxError(offset: bound, expected: "at most \(limits.lineOctets) octets in a command")
            startSkipping(input, error, at: bound)
            return nil
        }
        let end = lineFeed + 1
        lineOctets += end - lineStart
        let hasReturn = lineFeed > lineStart && input[lineFeed - 1] == .carriageReturn
        guard hasReturn || options.allowsBareLineFeed else {
            let error = SyntaxError(offset: lineFeed, expected: "CRLF")
            return fail(CommandFailure(tag: Self.tag(of: input, end: lineFeed), error, consumed: end))
        }
        let content = hasReturn ? lineFeed - 1 : lineFeed
        guard let (header, start) = literalHeader(input, endingAt: content) else {
            var content = content
            if options.allowsTrailingSpaces { while content > lineStart, input[content - 1] == .space { content -= 1 } }
            return complete(content: content, end: end, message: nil)
        }
        let isUnasked = !header.isSynchronising && header.count > limits.nonSynchronisingOctets
        if !isUnasked, isMessage(input, at: start) { return complete(content: content, end: end, message: header) }
        return begin(header, at: start, input, end: end, limits: limits)
    }

    /// Checks an announced literal against the limits and waits for it; nil if it is not synchronising.
    private mutating func begin(
        _ header: LiteralHeader,
        at start: Int,
        _ input: Span<UInt8>,
        end: Int,
        limits: CommandLimits
    ) -> Result? {
        let isOneTooMany = literals >= limits.literals
        let tooLarge: String? =
            if isOneTooMany {
                "at most \(limits.literals) literals"
            } else if header.count > limits.literalOctets {
                "literal of at most \(limits.literalOctets) octets"
            } else if header.count > limits.literalOctetsInAll - literalOctets {
                "literals of at most \(limits.literalOctetsInAll) octets in all"
            } else if !header.isSynchronising, header.count > limits.nonSynchronisingOctets {
                "literal of at most \(limits.nonSynchronisingOctets) octets, or one that waits"
            } else {
                nil
            }
        if let tooLarge {
            let error = SyntaxError(offset: start, expected: tooLarge)
            var failure = CommandFailure(
                tag: Self.tag(of: input, end: start),
                error,
                consumed: end,
                isTooLarge: true
            )
            failure.code = isOneTooMany ? nil : .tooBig
            if header.isSynchronising { return fail(failure) }
            return skipLiteral(header.count, after: failure, limits: limits)
        }
        literals += 1
        literalOctets += header.count
        mode = .literal(end: end + header.count)
        return header.isSynchronising ? .needLiteral(header.count) : nil
    }

    private mutating func complete(content: Int, end: Int, message: LiteralHeader?) -> Result {
        reset()
        return .complete(content: content, end: end, message: message)
    }

    private mutating func fail(_ failure: CommandFailure) -> Result {
        reset()
        return .failure(failure)
    }

    private mutating func reset() {
        let steps = steps
        self = CommandScanner(isBehindMessage: isBehindMessage)
        self.steps = steps
    }

    /// The first LF that was not looked at yet and is before `bound`.
    private mutating func findLineFeed(_ input: Span<UInt8>, before bound: Int) -> Int? {
        let end = min(input.count, bound)
        var index = scanned
        while index < end, input[index] != .lineFeed { index += 1 }
        steps += max(0, min(index + 1, end) - scanned)
        scanned = max(scanned, min(index + 1, end))
        return index < end ? index : nil
    }

    // MARK: Literals

    /// The literal announced by the last octets of the line, `{n}` or `{n+}` before `end`, and where it begins.
    private func literalHeader(_ input: Span<UInt8>, endingAt end: Int) -> (LiteralHeader, start: Int)? {
        var start = end
        let lowest = max(lineStart, end - Self.longestHeader + 2)
        while start > lowest, input[start - 1] != UInt8(ascii: "{") { start -= 1 }
        guard start > lowest else { return nil }
        start -= 1
        var reader = CommandReader(
            cursor: Cursor(from: start, end: end),
            options: ParserOptions(),
            limits: .authenticated
        )
        guard let header = try? reader.literalHeader(in: input), reader.cursor.isAtEnd else { return nil }
        return (header, start)
    }

    /// Whether the literal announced at `start` is octets of a message of APPEND or REPLACE: every one but a mailbox
    /// name, which comes first, and the URL of a CATENATE.
    private func isMessage(_ input: Span<UInt8>, at start: Int) -> Bool {
        guard !isBehindMessage else { return !isURL(input, before: start, mailbox: nil) }
        var cursor = Cursor(end: min(start, CommandLimits.tagOctets + 40))
        let tag = cursor.run(of: .tagChar, in: input)
        guard !tag.isEmpty, cursor.take(.space, in: input) else { return false }
        if !cursor.take(word: "APPEND ", in: input) {
            _ = cursor.take(word: "UID ", in: input)
            guard cursor.take(word: "REPLACE ", in: input) else { return false }
            if !cursor.take(UInt8(ascii: "*"), in: input) { _ = cursor.run(of: .digit, in: input) }
            guard cursor.take(.space, in: input) else { return false }
        }
        guard literals > 0 || cursor.offset < start else { return false }
        return !isURL(input, before: start, mailbox: cursor.offset)
    }

    /// Whether the literal announced at `start` comes after the word URL in its line, and not after a mailbox of that
    /// name, which begins at `mailbox`.
    private func isURL(_ input: Span<UInt8>, before start: Int, mailbox: Int?) -> Bool {
        let word = start - 4
        guard word > lineStart, word != mailbox else { return false }
        let before = input[word - 1]
        return (before == .space || before == UInt8(ascii: "("))
            && equalsIgnoringCase(input.extracting(word..<start), "URL ")
    }

    /// The tag at the beginning of a command, if it is one.
    static func tag(of input: Span<UInt8>, end: Int) -> [UInt8]? {
        var cursor = Cursor(end: min(end, CommandLimits.tagOctets + 1))
        let range = cursor.run(of: .tagChar, in: input)
        guard !range.isEmpty, range.count <= CommandLimits.tagOctets else { return nil }
        guard range.upperBound == end || input[range.upperBound] == .space else { return nil }
        return input.extracting(range).toArray()
    }

    // MARK: Skipping

    /// Skips `count` octets of literal and the rest of the command, of which `failure.consumed` octets were seen.
    mutating func skip(literal count: Int, after failure: CommandFailure, limits: CommandLimits) -> ParseOutcome {
        switch skipLiteral(count, after: failure, limits: limits) {
        case .failure(let failure): .failure(failure)
        default: .skip(consumed: takeScanned())
        }
    }

    private mutating func skipLiteral(_ count: Int, after failure: CommandFailure, limits: CommandLimits) -> Result? {
        guard count <= limits.skippedOctets - skipped else {
            var failure = failure
            failure.mustClose = true
            return fail(failure)
        }
        skipped += count
        scanned = failure.consumed
        mode = .skippingLiteral(failure, remaining: count)
        return nil
    }

    private mutating func startSkipping(_ input: Span<UInt8>, _ error: SyntaxError, at bound: Int) {
        let tag = Self.tag(of: input, end: bound)
        scanned = bound
        mode = .skippingLine(CommandFailure(tag: tag, error, consumed: 0, isTooLarge: true))
    }

    private mutating func skipLine(_ failure: CommandFailure, _ input: Span<UInt8>, limits: CommandLimits) -> Result? {
        let bound = scanned + max(0, limits.skippedOctets - skipped)
        let before = scanned
        var failure = failure
        guard let lineFeed = findLineFeed(input, before: bound) else {
            skipped += scanned - before
            if input.count > bound {
                failure.mustClose = true
                failure.consumed = input.count
                return fail(failure)
            }
            return skip(scanned, rest: min(Self.longestHeader, scanned - lineStart))
        }
        skipped += scanned - before
        let hasReturn = lineFeed > lineStart && input[lineFeed - 1] == .carriageReturn
        failure.consumed = lineFeed + 1
        if let (header, _) = literalHeader(input, endingAt: hasReturn ? lineFeed - 1 : lineFeed),
            !header.isSynchronising
        {
            return skipLiteral(header.count, after: failure, limits: limits)
        }
        return fail(failure)
    }

    /// Says that all but the last `rest` of `count` octets may be consumed; needs more if that is none.
    private mutating func skip(_ count: Int, rest: Int) -> Result {
        let consumed = count - rest
        guard consumed > 0 else { return .needMore }
        scanned = rest
        lineStart = max(0, lineStart - consumed)
        return .skip(consumed)
    }

    /// Consumes what was scanned so far.
    private mutating func takeScanned() -> Int {
        defer {
            scanned = 0
            lineStart = 0
        }
        return scanned
    }
}
