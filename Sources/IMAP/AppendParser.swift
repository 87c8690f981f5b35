internal import Octets

/// What `AppendParser.parse` makes of the input behind the octets of a message.
public enum AppendOutcome: Hashable, Sendable {
    /// More is needed. Call again with the same octets and more behind them.
    case needMore
    /// As `needMore`; and the client waits for `+ ` before it sends a literal that is part of a URL.
    case needLiteral(count: Int)
    /// What comes next, and how many octets of input that took. If the last is `.octets`, its octets follow, and then
    /// this parser is asked again; else the command is complete.
    case events([AppendEvent], consumed: Int)
    /// Not as the grammar wants it: the command is over, nothing of it counts; answer BAD. As in `CommandParser`.
    case failure(CommandFailure)
    /// Part of something that is too large and that will end in `failure`: consume, get more, call again.
    case skip(consumed: Int)
}

/// Reads APPEND and REPLACE on from where the octets of a message end.
///
///     CommandParser ── .append, .octets ──▶ n octets ──▶ AppendParser ── .octets ──▶ n octets ──┐
///                                                         ▲   └─ no .octets ──▶ CommandParser   │
///                                                         └────────────────────────────────────┘
///
/// It keeps no octets. The limits hold for what stands between two messages, not for all of a command: how many
/// messages are too many is for the session to say, which may stop at any event. RFC 3502, RFC 4469 §2.
public struct AppendParser: Sendable {
    private let tag: [UInt8]
    private let limits: CommandLimits
    private let options: ParserOptions
    private var state: AppendState
    private var scanner = CommandScanner(isBehindMessage: true)

    /// Octets looked at to find where things end; tests see by it that nothing is scanned twice.
    var scannedOctets: Int { scanner.steps }

    /// A parser for what follows the octets that `tagged` announced; nil if it announced none.
    public init?(
        after tagged: TaggedCommand,
        limits: CommandLimits = .authenticated,
        options: ParserOptions = ParserOptions()
    ) {
        guard let request = tagged.command.appendRequest, let literal = request.literal else { return nil }
        tag = tagged.tag
        self.limits = limits
        self.options = options
        state = AppendState(isUTF8: literal.isUTF8)
        for event in request.events {
            if case .message(let message) = event { state.isCatenated = message.isCatenated }
        }
        if case .replace = tagged.command { state.isOnly = true }
    }

    /// Reads what comes next at the beginning of `input`, which is right behind the octets that were announced last.
    public mutating func parse(_ input: Span<UInt8>) -> AppendOutcome {
        switch scanner.scan(input, limits: limits, options: options) {
        case .needMore: return .needMore
        case .needLiteral(let count): return .needLiteral(count: count)
        case .skip(let count): return .skip(consumed: count)
        case .failure(let failure): return .failure(own(failure))
        case .complete(let content, let end, let message):
            var reader = CommandReader(cursor: Cursor(end: content), options: options, limits: limits)
            do throws(SyntaxError) {
                let events = try reader.appendRest(&state, in: input)
                try reader.end()
                return .events(events, consumed: end)
            } catch {
                let failure = CommandFailure(tag: tag, error, consumed: end)
                guard let message, !message.isSynchronising else { return .failure(failure) }
                switch scanner.skip(literal: message.count, after: failure, limits: limits) {
                case .skip(let count): return .skip(consumed: count)
                case .failure(let failure): return .failure(own(failure))
                default: return .needMore
                }
            }
        }
    }

    /// The failure under the tag of the command.
    private func own(_ failure: CommandFailure) -> CommandFailure {
        var failure = failure
        failure.tag = tag
        return failure
    }
}

extension Command {
    /// What APPEND or REPLACE asks for; nil for all other commands.
    public var appendRequest: AppendRequest? {
        switch self {
        case .append(let request): request
        case .replace(let request): request.append
        default: nil
        }
    }
}

extension TaggedCommand {
    /// The octets that follow the command now; nil if what comes next is a command.
    public var literal: AppendLiteral? { command.appendRequest?.literal }
}
