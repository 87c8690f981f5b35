public import Octets

/// APPEND up to and with the first announcement of octets. RFC 3501 §6.3.11; several messages RFC 3502, CATENATE
/// RFC 4469, UTF8 RFC 6855 §4.
///
/// An APPEND is a row of events. Those up to the first literal of a message come with the command; what comes behind
/// its octets, the end of the command too, is read by `AppendParser`.
public struct AppendRequest: Hashable, Sendable {
    /// Where the messages go.
    public var mailbox: MailboxName
    /// At least one `.message`; the last is `.octets`, or the command is complete: CATENATE may need none.
    public var events: [AppendEvent]

    /// The request of those parts.
    public init(mailbox: MailboxName, events: [AppendEvent]) {
        self.mailbox = mailbox
        self.events = events
    }

    /// The request for one plain message.
    public init(mailbox: MailboxName, flags: FlagSet, date: DateTime?, size: Int, isSynchronising: Bool) {
        let literal = AppendLiteral(size: size, isSynchronising: isSynchronising)
        self.init(mailbox: mailbox, events: [.message(AppendMessage(flags: flags, date: date)), .octets(literal)])
    }

    /// The octets that come next; nil if the command is complete.
    public var literal: AppendLiteral? { events.last?.literal }

    /// Whether it begins as in RFC 3501: a message that is one literal, and no literal8.
    public var isPlain: Bool {
        guard events.count == 2, let literal, !literal.isBinary, case .message(let message) = events[0] else {
            return false
        }
        return !message.isCatenated
    }

    /// The flags of the first message.
    public var flags: FlagSet { first.flags }
    /// The internal date of the first message; nil for now.
    public var date: DateTime? { first.date }
    /// How many octets come next.
    public var size: Int { literal?.size ?? 0 }
    /// Whether the client waits for `+ ` before it sends them.
    public var isSynchronising: Bool { literal?.isSynchronising ?? true }

    private var first: AppendMessage {
        if case .message(let message)? = events.first { message } else { AppendMessage() }
    }
}

/// What comes next in an APPEND.
public enum AppendEvent: Hashable, Sendable {
    /// A message begins.
    case message(AppendMessage)
    /// A part of it is what this URL names: a relative one, or one of this server. Only in CATENATE. RFC 4469 §2.
    case url([UInt8])
    /// The message, or a part of it in CATENATE, is octets that follow the event. Always the last of its row.
    case octets(AppendLiteral)
    /// The message is complete.
    case messageEnd

    /// The literal of `.octets`.
    var literal: AppendLiteral? { if case .octets(let literal) = self { literal } else { nil } }
}

/// What is said of a message of APPEND before its octets. RFC 3501 §6.3.11.
public struct AppendMessage: Hashable, Sendable {
    /// The flags it gets.
    public var flags: FlagSet
    /// The internal date it gets; nil for now.
    public var date: DateTime?
    /// CATENATE: it is put together from parts. RFC 4469 §2.
    public var isCatenated: Bool

    /// The message of those.
    public init(flags: FlagSet = FlagSet(), date: DateTime? = nil, isCatenated: Bool = false) {
        self.flags = flags
        self.date = date
        self.isCatenated = isCatenated
    }
}

/// The announcement of octets of a message, which follow.
///
/// The session, if it accepts, answers `+ ` to a synchronising literal, and reads exactly `size` octets as they come.
public struct AppendLiteral: Hashable, Sendable {
    /// Octets of the literal.
    public var size: Int
    /// Whether the client waits for `+ ` before it sends them. A refused literal that is not synchronising comes
    /// nevertheless and has to be skipped, with what is behind it. RFC 7888 §4.
    public var isSynchronising: Bool
    /// literal8: NUL is allowed in it. RFC 3516 §4.4.
    public var isBinary: Bool
    /// UTF8 (…): a message with UTF-8 in its header. RFC 6855 §4.
    public var isUTF8: Bool

    /// The literal of those.
    public init(size: Int, isSynchronising: Bool, isBinary: Bool = false, isUTF8: Bool = false) {
        self.size = size
        self.isSynchronising = isSynchronising
        self.isBinary = isBinary
        self.isUTF8 = isUTF8
    }
}

/// Where in the grammar of APPEND the octets stand that were announced last.
struct AppendState: Hashable {
    /// In the parentheses of UTF8.
    var isUTF8 = false
    /// In the parentheses of CATENATE.
    var isCatenated = false
    /// No other message may follow: REPLACE. RFC 8508 §5.
    var isOnly = false
}

extension CommandReader {
    /// append, up to its first octets. RFC 3501 §6.3.11.
    mutating func append(in octets: Span<UInt8>) throws(SyntaxError) -> AppendRequest {
        let mailbox = try mailboxArgument(in: octets)
        var state = AppendState()
        return AppendRequest(mailbox: mailbox, events: try appendMessages(&state, in: octets))
    }

    /// 1*append-message: to the end, or to the first announcement of octets. RFC 4466 §3.
    mutating func appendMessages(
        _ state: inout AppendState,
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> [AppendEvent] {
        var events: [AppendEvent] = []
        repeat {
            try space(in: octets)
            if try appendMessage(&state, &events, in: octets) { return events }
        } while !cursor.isAtEnd && !state.isOnly
        return events
    }

    /// What follows the octets of a message: its rest, and further messages, to the end or to the next octets.
    mutating func appendRest(_ state: inout AppendState, in octets: Span<UInt8>) throws(SyntaxError) -> [AppendEvent] {
        if state.isUTF8 { try expect(")", in: octets, as: ") of UTF8") }
        state.isUTF8 = false
        var events: [AppendEvent] = []
        if state.isCatenated, !take(")", in: octets) {
            try expect(" ", in: octets, as: "SP or )")
            if try catenate(&state, &events, in: octets) { return events }
        } else {
            state.isCatenated = false
            events.append(.messageEnd)
        }
        if cursor.isAtEnd || state.isOnly { return events }
        return events + (try appendMessages(&state, in: octets))
    }

    /// append-message without its first space; returns whether octets follow now. RFC 4466 §3.
    private mutating func appendMessage(
        _ state: inout AppendState,
        _ events: inout [AppendEvent],
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> Bool {
        var message = AppendMessage()
        if isNext("(", in: octets) {
            message.flags = try flagList(in: octets)
            try space(in: octets)
        }
        if isNext("\"", in: octets) {
            message.date = try dateTime(in: octets)
            try space(in: octets)
        }
        if cursor.take(word: "CATENATE (", in: octets) {
            message.isCatenated = true
            state.isCatenated = true
            events.append(.message(message))
            return try catenate(&state, &events, in: octets)
        }
        events.append(.message(message))
        events.append(try appendOctets(&state, in: octets))
        return true
    }

    /// cat-part *(SP cat-part) ")"; returns whether octets follow now. RFC 4469 §5.
    private mutating func catenate(
        _ state: inout AppendState,
        _ events: inout [AppendEvent],
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> Bool {
        repeat {
            guard cursor.take(word: "URL ", in: octets) else {
                let isText = cursor.take(word: "TEXT ", in: octets)
                guard isText || isUTF8Next(in: octets) else { throw cursor.unexpected("URL, TEXT or UTF8") }
                events.append(try appendOctets(&state, in: octets))
                return true
            }
            events.append(.url(try astring(in: octets)))
        } while take(" ", in: octets)
        try expect(")", in: octets, as: "SP or )")
        state.isCatenated = false
        events.append(.messageEnd)
        return false
    }

    private func isUTF8Next(in octets: Span<UInt8>) -> Bool {
        var cursor = cursor
        return cursor.take(word: "UTF8 (", in: octets)
    }

    /// literal, literal8 or utf8-literal, announced only; nothing may stand behind it. RFC 4466 §3, RFC 6855 §4.
    private mutating func appendOctets(
        _ state: inout AppendState,
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> AppendEvent {
        state.isUTF8 = cursor.take(word: "UTF8 (", in: octets)
        let isBinary = take("~", in: octets)
        guard isBinary || !state.isUTF8 else { throw cursor.unexpected("literal8") }
        let header = try literalHeader(in: octets)
        try end()
        return .octets(
            AppendLiteral(
                size: header.count,
                isSynchronising: header.isSynchronising,
                isBinary: isBinary,
                isUTF8: state.isUTF8
            )
        )
    }
}
