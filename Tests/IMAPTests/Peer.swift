import Octets

@testable import IMAP

/// What a session sees of one parser: every outcome but `needMore`, with the literals it was asked to allow.
struct Transcript: Equatable {
    var literals: [Int] = []
    var commands: [Command] = []
    var tags: [[UInt8]?] = []
    var errors: [SyntaxError] = []
    var failures: [CommandFailure] = []
    /// Octets consumed in all, skipped ones too.
    var consumed = 0
    var isClosed = false
    /// Octets of APPEND's messages, which the session takes by itself.
    var messages: [String] = []
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
    var transcript = Transcript()
    var start = 0
    for end in cuts + [wire.count] {
        while start < end {
            let outcome = parser.parse(wire.span.extracting(start..<end))
            if case .needMore = outcome { break }
            note(outcome, &start, wire, &transcript)
            if transcript.isClosed { return transcript }
        }
    }
    transcript.consumed = start
    return transcript
}

private func note(_ outcome: ParseOutcome, _ start: inout Int, _ wire: [UInt8], _ transcript: inout Transcript) {
    switch outcome {
    case .needMore: break
    case .needLiteral(let count): transcript.literals.append(count)
    case .skip(let consumed): start += consumed
    case .command(let tagged, let consumed):
        start += consumed
        transcript.tags.append(tagged.tag)
        transcript.commands.append(tagged.command)
        if case .append(let request) = tagged.command {
            let end = min(wire.count, start + request.size)
            transcript.messages.append(String(decoding: wire[start..<end], as: UTF8.self))
            start = min(wire.count, end + 2)
        }
    case .failure(var failure):
        start += failure.consumed
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
