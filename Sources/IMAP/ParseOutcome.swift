public import Octets

/// What `CommandParser.parse` makes of the input so far, which always begins where the last consumed octet ended.
public enum ParseOutcome: Hashable, Sendable {
    /// The command is not complete. Call again with the same octets and more behind them.
    case needMore
    /// As `needMore`; and the client waits for `+ ` (`Response.continuation`) before it sends a literal of `count`
    /// octets. Said once for each synchronising literal; those of LITERAL+ need no answer and are never reported.
    case needLiteral(count: Int)
    /// A command, and how many octets of input it took. After APPEND and REPLACE
    /// `TaggedCommand.literal` says whether octets of a message come next, and `AppendParser` reads what comes then.
    case command(TaggedCommand, consumed: Int)
    /// What arrived cannot be taken as a command; answer BAD. See `CommandFailure.mustClose`.
    case failure(CommandFailure)
    /// Part of a command that is too large and that will end in `failure`: consume these octets, get more, call again.
    case skip(consumed: Int)
}

/// A command that could not be parsed.
public struct CommandFailure: Error, Hashable, Sendable {
    /// The tag for the BAD; nil if not even that was readable: then the answer is untagged.
    public var tag: [UInt8]?
    /// What was wrong, fit for the client's eyes.
    public var error: SyntaxError
    /// How many octets of input to consume.
    public var consumed: Int
    /// Whether it was a limit, not the grammar.
    public var isTooLarge: Bool
    /// What a program can read of it: UIDREQUIRED, RFC 9586 §3; TOOBIG of a literal, RFC 7888 §5; often nil.
    public var code: ResponseCode?
    /// Whether client and server no longer agree where the next command begins: say BYE and close.
    public var mustClose: Bool
}
