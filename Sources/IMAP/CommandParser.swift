internal import Octets

/// Finds and parses the commands of one connection. RFC 3501 §9.
///
/// It keeps no octets, only how far it has looked, so each octet is looked at once while a command arrives and once
/// more when it is complete. Pass all input not yet consumed, from the first octet of the command, and more of it after
/// `needMore`. After `needLiteral` and `skip` call again at once: what comes next may be there already.
public struct CommandParser: Sendable {
    /// What is taken though the grammar forbids it. To be changed between commands only.
    public var options: ParserOptions
    /// What a command may have. To be changed between commands only.
    public var limits: CommandLimits
    private var scanner = CommandScanner()

    /// A parser at the beginning of a command.
    public init(limits: CommandLimits = .notAuthenticated, options: ParserOptions = ParserOptions()) {
        self.limits = limits
        self.options = options
    }

    /// Octets looked at to find where commands end; tests see by it that nothing is scanned twice.
    var scannedOctets: Int { scanner.steps }

    /// Reads the command at the beginning of `input`.
    public mutating func parse(_ input: Span<UInt8>) -> ParseOutcome {
        switch scanner.scan(input, limits: limits, options: options) {
        case .needMore: return .needMore
        case .needLiteral(let count): return .needLiteral(count: count)
        case .skip(let count): return .skip(consumed: count)
        case .failure(let failure): return .failure(failure)
        case .complete(let content, let end, let message):
            var reader = CommandReader(cursor: Cursor(end: content), options: options, limits: limits)
            do throws(SyntaxError) {
                let tagged = try reader.taggedCommand(in: input)
                guard options.enabled.contains(.uidOnly), tagged.command.usesSequenceNumbers else {
                    return .command(tagged, consumed: end)
                }
                let error = SyntaxError(offset: tagged.tag.count + 1, expected: "UIDs, not sequence numbers")
                return fail(tagged.tag, error, code: .uidRequired, consumed: end, message)
            } catch {
                return fail(CommandScanner.tag(of: input, end: content), error, consumed: end, message)
            }
        }
    }

    /// The failure of a command; before it, octets of a message that come nevertheless are skipped.
    private mutating func fail(
        _ tag: [UInt8]?,
        _ error: SyntaxError,
        code: ResponseCode? = nil,
        consumed: Int,
        _ message: LiteralHeader?
    ) -> ParseOutcome {
        var failure = CommandFailure(tag: tag, error, consumed: consumed)
        failure.code = code
        guard let message, !message.isSynchronising else { return .failure(failure) }
        return scanner.skip(literal: message.count, after: failure, limits: limits)
    }
}

extension CommandFailure {
    init(tag: [UInt8]?, _ error: SyntaxError, consumed: Int, isTooLarge: Bool = false, mustClose: Bool = false) {
        self.tag = tag
        self.error = error
        self.consumed = consumed
        self.isTooLarge = isTooLarge
        self.mustClose = mustClose
    }
}

extension CommandReader {
    /// command. RFC 3501 §9.
    mutating func taggedCommand(in octets: Span<UInt8>) throws(SyntaxError) -> TaggedCommand {
        let tag = octets.extracting(try cursor.expectRun(of: .tagChar, in: octets, as: "tag")).toArray()
        guard tag.count <= CommandLimits.tagOctets else { throw SyntaxError(offset: 0, expected: "shorter tag") }
        try space(in: octets)
        let start = cursor
        let name = try word(in: octets, as: "command")
        guard let command = try command(name, in: octets) else { throw start.unexpected("known command") }
        try end()
        return TaggedCommand(tag: tag, command: command)
    }

    /// The command called `name`, up to its end; nil if there is none of that name.
    private mutating func command(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> Command? {
        switch name {
        case "CAPABILITY": return .capability
        case "NOOP": return .noop
        case "LOGOUT": return .logout
        case "ID": return try id(in: octets)
        case "LANGUAGE": return .language(try words(in: octets, as: "lang-range-quoted"))
        case "COMPRESS": return try compress(in: octets)
        case "STARTTLS": return .startTLS
        case "AUTHENTICATE": return try authenticate(in: octets)
        case "LOGIN": return try login(in: octets)
        case "UNAUTHENTICATE": return .unauthenticate
        case "CHECK": return .check
        case "CLOSE": return .close
        case "UNSELECT": return .unselect
        case "EXPUNGE": return .expunge
        case "CANCELUPDATE": return try cancelUpdate(in: octets)
        case "UID": return try uid(in: octets)
        default:
            if let command = try mailboxCommand(name, in: octets) { return command }
            if let command = try extensionCommand(name, in: octets) { return command }
            return try messageCommand(name, by: .sequence, in: octets)
        }
    }

    /// The commands about mailboxes. RFC 3501 §6.3.
    private mutating func mailboxCommand(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> Command? {
        switch name {
        case "ENABLE": try enable(in: octets)
        case "SELECT": .select(try mailboxArgument(in: octets), try selectParameters(in: octets))
        case "EXAMINE": .examine(try mailboxArgument(in: octets), try selectParameters(in: octets))
        case "CREATE": try create(in: octets)
        case "DELETE": .delete(try mailboxArgument(in: octets))
        case "RENAME": .rename(from: try mailboxArgument(in: octets), to: try mailboxArgument(in: octets))
        case "SUBSCRIBE": .subscribe(try mailboxArgument(in: octets))
        case "UNSUBSCRIBE": .unsubscribe(try mailboxArgument(in: octets))
        case "LIST": try list(in: octets)
        case "LSUB": try lsub(in: octets)
        case "NAMESPACE": .namespace
        case "STATUS": try status(in: octets)
        case "APPEND": .append(try append(in: octets))
        case "IDLE": .idle
        default: nil
        }
    }

    /// The commands of extensions in the authenticated state.
    private mutating func extensionCommand(_ name: String, in octets: Span<UInt8>) throws(SyntaxError) -> Command? {
        switch name {
        case "GETQUOTA": try getQuota(in: octets)
        case "GETQUOTAROOT": .getQuotaRoot(try mailboxArgument(in: octets))
        case "SETQUOTA": try setQuota(in: octets)
        case "SETACL": try setACL(in: octets)
        case "DELETEACL": .deleteACL(try mailboxArgument(in: octets), identifier: try text(in: octets))
        case "GETACL": .getACL(try mailboxArgument(in: octets))
        case "LISTRIGHTS": .listRights(try mailboxArgument(in: octets), identifier: try text(in: octets))
        case "MYRIGHTS": .myRights(try mailboxArgument(in: octets))
        case "GETMETADATA": try getMetadata(in: octets)
        case "SETMETADATA": try setMetadata(in: octets)
        case "NOTIFY": .notify(try notify(in: octets))
        case "COMPARATOR": .comparator(try words(in: octets, as: "comp-order-quoted"))
        case "GENURLAUTH": try genURLAuth(in: octets)
        case "RESETKEY": try resetKey(in: octets)
        case "URLFETCH": try urlFetch(in: octets)
        case "ESEARCH": .multiSearch(try multiSearch(in: octets))
        default: nil
        }
    }

    /// UID and the command after it. RFC 3501 §6.4.8, RFC 4315 §2.1.
    private mutating func uid(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        let start = cursor
        let name = try word(in: octets, as: "command after UID")
        if name == "EXPUNGE" {
            try space(in: octets)
            return .uidExpunge(try sequenceSet(in: octets))
        }
        // The grammar has no UID before it, the examples have: RFC 7377 §2. The answer is in UIDs in any case.
        if name == "ESEARCH" { return .multiSearch(try multiSearch(in: octets)) }
        guard let command = try messageCommand(name, by: .uid, in: octets) else {
            throw start.unexpected("COPY, EXPUNGE, FETCH, MOVE, REPLACE, SEARCH, SORT, STORE or THREAD")
        }
        return command
    }

    /// The commands that UID may precede.
    private mutating func messageCommand(
        _ name: String,
        by numbering: Numbering,
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> Command? {
        switch name {
        case "SEARCH": .search(try search(by: numbering, in: octets))
        case "FETCH": .fetch(try fetch(by: numbering, in: octets))
        case "STORE": .store(try store(by: numbering, in: octets))
        case "COPY": .copy(try copy(by: numbering, in: octets))
        case "MOVE": .move(try copy(by: numbering, in: octets))
        case "REPLACE": .replace(try replace(by: numbering, in: octets))
        case "SORT": .sort(try sort(by: numbering, in: octets))
        case "THREAD": .thread(try thread(by: numbering, in: octets))
        default: nil
        }
    }

    /// SP mailbox.
    mutating func mailboxArgument(in octets: Span<UInt8>) throws(SyntaxError) -> MailboxName {
        try space(in: octets)
        return try mailbox(in: octets)
    }

    /// SP astring.
    mutating func text(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        try space(in: octets)
        return try astring(in: octets)
    }

    /// *(SP astring), each not empty.
    mutating func words(in octets: Span<UInt8>, as production: String) throws(SyntaxError) -> [[UInt8]] {
        var words: [[UInt8]] = []
        while take(" ", in: octets) {
            let start = cursor
            let word = try astring(in: octets)
            guard !word.isEmpty else { throw start.unexpected(production) }
            words.append(word)
        }
        return words
    }
}
