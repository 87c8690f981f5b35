internal import IMAP
internal import Octets

extension IMAPDoor {
    /// What is done differently for clients that need it. Nothing, unless whoever runs the service says so: most clients
    /// are well served by what the RFCs say, and each of these costs somebody else something.
    public struct ClientProfile: Hashable, Sendable {
        /// How the name begins that the client gives of itself in ID, such as `Thunderbird`; ASCII letters are compared
        /// without case. `*` is every client, from the greeting on, whether or not it sends ID. RFC 2971 §3.3.
        public var client: String
        /// What it needs.
        public var quirks: Set<ClientQuirk>

        /// A profile of those.
        public init(client: String, quirks: Set<ClientQuirk>) {
            self.client = client
            self.quirks = quirks
        }

        /// Whether it is of the client that calls itself so; nil before that is known.
        func covers(_ name: [UInt8]?) -> Bool {
            if client == "*" { return true }
            guard let name else { return false }
            let start = Array(client.asciiLowercased.utf8)
            return !start.isEmpty && name.count >= start.count
                && zip(name, start).allSatisfy { $0.asciiLowercased == $1 }
        }
    }
}

/// One thing that a client needs, and others do not. The names are those of the configuration.
public enum ClientQuirk: String, Hashable, Sendable, CaseIterable {
    /// New messages, and whatever else happens unasked, are told after NOOP and CHECK and in IDLE only. Outlook Express,
    /// and Apple Mail before version 2.1, take an EXISTS that comes with another answer for nothing, and then find that
    /// messages "are no longer on the server".
    case newsOnRequest
    /// A mailbox name may end with the hierarchy separator, which is passed over. Thunderbird adds one to the names of
    /// folders that hold only folders.
    case separatorAtEnd
    /// LSUB says \Noselect of a name that no mailbox has. Thunderbird lists what LSUB says, and only so shows at once that
    /// such a name cannot be opened; RFC 3501 §6.3.9 keeps \Noselect for levels above.
    case lsubNoselect
    /// Spaces at the end of a line: scripts that join arguments with a space too many, and people at a terminal.
    case trailingSpaces
    /// A line that ends with LF alone: the same, with netcat.
    case bareLineFeed
    /// \Recent in the flags of APPEND and STORE is left out: copying tools that append with all flags that they fetched.
    case recentFlag
    /// UTF-8 in quoted strings without ENABLE UTF8=ACCEPT: clients that quote what a person typed as it is, in LOGIN and
    /// SEARCH.
    case rawUTF8
}

extension ParserOptions {
    /// The grammar with those leniencies.
    init(_ quirks: Set<ClientQuirk>, enabled: EnabledExtensions) {
        self.init()
        self.enabled = enabled
        allowsTrailingSpaces = quirks.contains(.trailingSpaces)
        allowsBareLineFeed = quirks.contains(.bareLineFeed)
        ignoresRecentFlag = quirks.contains(.recentFlag)
        allowsUTF8InQuoted = quirks.contains(.rawUTF8)
    }
}

extension Session {
    /// What a client that calls itself so needs; nil for one that has not said.
    func quirks(of name: [UInt8]?) -> Set<ClientQuirk> {
        configuration.profiles.reduce(into: []) { quirks, profile in
            if profile.covers(name) { quirks.formUnion(profile.quirks) }
        }
    }
}

extension Command {
    /// Whether it is one that clients with `newsOnRequest` expect news after.
    var asksForNews: Bool {
        switch self {
        case .noop, .check, .idle: true
        default: false
        }
    }
}
