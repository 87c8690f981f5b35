/// A conversation with a server, written down: what the client says, and what the server has to answer. The language is
/// described in Fixtures/dialogues/README.md; it knows lines and nothing of a protocol, except that a line of IMAP may
/// contain literals.
///
///     # STORE answers with the flags. RFC 9051 §6.4.6
///     requires: IMAP4rev1
///     setup:
///     messages INBOX 3
///     dialogue:
///     open: selected INBOX
///     C: a1 STORE 2 +FLAGS (\Deleted)
///     S: * 2 FETCH (FLAGS («\Deleted|\Recent»))
///     S: a1 OK …
public struct Dialogue: Sendable {
    /// Its folder and file, as a person would name it: `imap/store.txt`.
    public var name: String
    /// Where it was read from.
    public var path: String
    /// What the server must announce for it to be played.
    public var requires: [String] = []
    /// What the server must not announce.
    public var lacks: [String] = []
    /// Ways in which it is not played.
    public var except: Set<Replay> = []
    /// What has to be there before.
    public var setup: [Statement] = []
    /// What happens.
    public var steps: [Step] = []

    /// A way to play a dialogue.
    public enum Replay: String, CaseIterable, Sendable, CustomStringConvertible {
        /// One turn after the other: what the client says is sent when the answers before it have come.
        case written
        /// The same, and the server gets one octet at a time.
        case octets
        /// All that the client says is sent at once, up to where it has to wait: before another connection's turn, after
        /// a line that asks it to go on, before it needs to know what a name stands for, and at `sync:`.
        case block
        /// As written, over a socket.
        case socket

        /// Its name.
        public var description: String { rawValue }
    }

    /// Something that is not said on a connection but is so, or happens: the host of the dialogue knows how.
    public struct Statement: Sendable, CustomStringConvertible {
        /// What it says, with its first word: a quoted string is one word without its quotes, and what is in parentheses
        /// is one word with them.
        public var words: [String]
        /// The block that follows it, if one does.
        public var body: [UInt8]?
        /// Where it stands in the file.
        public var line: Int

        /// The words.
        public var description: String { words.joined(separator: " ") }
    }

    /// What has to come from the server.
    struct Expectation: Sendable {
        enum Kind: Sendable {
            /// `S:`, it comes next.
            case next
            /// `S*:`, it comes, before or after its neighbours of this kind.
            case anyOrder
            /// `S?:`, as `anyOrder`, and may be missing.
            case optional
            /// `S!:`, it is not among what comes.
            case never
            /// `S~:`, it comes, after whatever else.
            case eventually
            /// `S=:`, exactly these octets come next, whatever lines they make.
            case octets
        }

        var kind: Kind
        var tokens: [DialogueToken]
        /// As it stands in the file.
        var source: String
    }

    /// One thing that happens.
    public struct Step: Sendable {
        enum Action: Sendable {
            case send([DialogueToken], source: String)
            case expect(Expectation)
            case open([String])
            case close
            case end
            case sync
            case quiet
            case wait(Duration)
            case check(left: [DialogueToken], comparison: String, right: [DialogueToken], source: String)
            case perform(Statement)
        }

        var action: Action
        /// On which connection.
        var connection: Int
        /// Where it stands in the file.
        var line: Int
    }
}

extension Dialogue.Step {
    /// Whether the server asks by it for more, so that a client has to wait for it: RFC 3501 §7.5, RFC 5321 §4.3.2,
    /// RFC 4954 §4, RFC 9110 §15.2.1.
    var asksToGoOn: Bool {
        guard case .expect(let expectation) = action else { return false }
        return ["+ ", "354 ", "334 ", "HTTP/1.1 100 "].contains { expectation.source.hasPrefix($0) }
            || expectation.source == "+…"
    }
}
