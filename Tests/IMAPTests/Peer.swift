import Octets

@testable import IMAP

/// What a session sees of one connection: every outcome but `needMore`, with the literals it was asked to allow.
struct Transcript: Equatable {
    var literals: [Int] = []
    var commands: [Command] = []
    var tags: [[UInt8]?] = []
    var errors: [SyntaxError] = []
    var failures: [CommandFailure] = []
    /// Octets consumed in all, skipped ones too.
    var consumed = 0
    var isClosed = false
    /// Octets of messages, one row for each announcement, which the session takes by itself.
    var messageOctets: [[UInt8]] = []
    /// What came behind the octets of messages, in order.
    var events: [AppendEvent] = []

    var messages: [String] { messageOctets.map { String(decoding: $0, as: UTF8.self) } }
}

/// Feeds a parser as a door does: pieces end at the `cuts`, nothing is passed that was consumed.
func converse(
    _ wire: [UInt8],
    cuts: [Int] = [],
    limits: CommandLimits = .authenticated,
    options: ParserOptions = ParserOptions()
) -> Transcript {
    var parser = CommandParser(limits: limits, options: options)
    return converse(wire, cuts: cuts, with: &parser)
}

func converse(_ wire: [UInt8], cuts: [Int] = [], with parser: inout CommandParser) -> Transcript {
    var peer = Peer()
    for end in cuts + [wire.count] {
        var isWaiting = false
        while !isWaiting, !peer.transcript.isClosed { isWaiting = peer.step(wire, until: end, with: &parser) }
    }
    return peer.transcript
}

/// How far the octets of a client were read.
private struct Peer {
    var transcript = Transcript()
    /// Octets of a message that are still to come, and what reads on behind them.
    private var rest = 0
    private var append: AppendParser?

    /// Takes the next thing from what arrived before `end`; true if there is none.
    mutating func step(_ wire: [UInt8], until end: Int, with parser: inout CommandParser) -> Bool {
        let start = transcript.consumed
        if rest > 0 {
            let count = min(rest, end - start)
            guard count > 0 else { return true }
            transcript.messageOctets[transcript.messageOctets.count - 1] += wire[start..<start + count]
            transcript.consumed += count
            rest -= count
            return false
        }
        guard start < end else { return true }
        let input = wire.span.extracting(start..<end)
        if append != nil { return readOn(input) }
        switch parser.parse(input) {
        case .needMore: return true
        case .needLiteral(let count): transcript.literals.append(count)
        case .skip(let consumed): transcript.consumed += consumed
        case .failure(let failure): fail(failure)
        case .command(let tagged, let consumed):
            transcript.consumed += consumed
            transcript.tags.append(tagged.tag)
            transcript.commands.append(tagged.command)
            guard let literal = tagged.literal else { break }
            append = AppendParser(after: tagged, limits: parser.limits, options: parser.options)
            take(literal)
        }
        return false
    }

    private mutating func readOn(_ input: Span<UInt8>) -> Bool {
        guard var parser = append else { return true }
        let outcome = parser.parse(input)
        append = parser
        switch outcome {
        case .needMore: return true
        case .needLiteral(let count): transcript.literals.append(count)
        case .skip(let consumed): transcript.consumed += consumed
        case .failure(let failure):
            append = nil
            fail(failure)
        case .events(let events, let consumed):
            transcript.consumed += consumed
            transcript.events += events
            if let literal = events.last?.literal { take(literal) } else { append = nil }
        }
        return false
    }

    private mutating func take(_ literal: AppendLiteral) {
        rest = literal.size
        transcript.messageOctets.append([])
    }

    private mutating func fail(_ failure: CommandFailure) {
        var failure = failure
        transcript.consumed += failure.consumed
        failure.consumed = 0
        transcript.failures.append(failure)
        transcript.errors.append(failure.error)
        transcript.tags.append(failure.tag)
        transcript.isClosed = failure.mustClose
    }
}

/// The command that `line` (its CRLF is added) is; nil if it is refused.
func command(_ line: String, options: ParserOptions = ParserOptions()) -> Command? {
    let transcript = converse(Array("a \(line)\r\n".utf8), options: options)
    return transcript.failures.isEmpty && transcript.commands.count == 1 ? transcript.commands[0] : nil
}

/// Where and why `line` is refused, counted from its beginning; nil if it is not.
func refusal(_ line: String, options: ParserOptions = ParserOptions()) -> SyntaxError? {
    guard var error = converse(Array("a \(line)\r\n".utf8), options: options).errors.first else { return nil }
    error.offset -= 2
    return error
}

/// The options of a session that has enabled those.
func having(_ enabled: EnabledExtensions) -> ParserOptions {
    var options = ParserOptions()
    options.enabled = enabled
    return options
}

/// What `encode` appends.
func encoded(_ encode: (inout [UInt8]) -> Void) -> String {
    var output: [UInt8] = []
    encode(&output)
    return String(decoding: output, as: UTF8.self)
}

func octets(_ text: String) -> [UInt8] { Array(text.utf8) }
func mailbox(_ text: String) -> MailboxName { MailboxName(octets(text)) }
func set(_ elements: (UInt32, UInt32)...) -> SequenceSet { SequenceSet(elements.map { .init($0.0, $0.1) }) }

/// A small generator whose numbers depend on its seed alone.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
