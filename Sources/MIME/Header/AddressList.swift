internal import Octets

/// The value of From, To, Cc, Reply-To and their like as a tree. RFC 5322 §3.4, §4.4, RFC 6532 §3.2.
///
/// Any octets are read: comments, quoted strings and literals as they should be; names with missing quotes, addresses with
/// missing commas or brackets, `;` between addresses as Outlook writes it, and encoded words in quotes too. Octets that
/// make no sense are part of a name or left out.
public struct AddressList: Hashable, Sendable {
    /// One person or program that mail can be sent to.
    public struct Mailbox: Hashable, Sendable {
        /// The name for people, decoded; nil if none is given. RFC 2047 §5.
        public var displayName: String?
        /// The part before the `@`, unquoted; empty if there is none.
        public var localPart: String
        /// The domain, or a domain literal in its brackets; empty if there is none.
        public var domain: String
        /// The domains of the obsolete source route, in their order. RFC 5322 §4.4.
        public var route: [String]
        /// The text of the comments in the address and around it, decoded.
        public var comments: [String]

        /// A mailbox of those.
        public init(
            displayName: String? = nil,
            localPart: String,
            domain: String,
            route: [String] = [],
            comments: [String] = []
        ) {
            self.displayName = displayName
            self.localPart = localPart
            self.domain = domain
            self.route = route
            self.comments = comments
        }

        /// Whether it has both a local part and a domain, so that mail may reach it.
        public var isComplete: Bool { !localPart.isEmpty && !domain.isEmpty }

        /// `local@domain`, the local part quoted where it must be; without a domain, the local part alone. RFC 5322 §3.4.1.
        public var address: String {
            let local = isDotAtom ? localPart : quotedLocalPart
            return domain.isEmpty ? localPart : "\(local)@\(domain)"
        }

        /// The name to show: the display name, or else the last comment, where old mail has it, or else the address.
        public var shownName: String { displayName ?? comments.last ?? address }

        private var isDotAtom: Bool {
            let octets = localPart.utf8
            guard let first = octets.first, let last = octets.last, first != 0x2E, last != 0x2E else { return false }
            var previous: UInt8 = 0
            for byte in octets {
                guard ByteClass.atomText.contains(byte) || byte >= 0x80 || (byte == 0x2E && previous != 0x2E) else {
                    return false
                }
                previous = byte
            }
            return true
        }

        private var quotedLocalPart: String {
            var text = "\""
            for scalar in localPart.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
                text.unicodeScalars.append(scalar)
            }
            return text + "\""
        }
    }

    /// Mailboxes under one name. RFC 5322 §3.4.
    public struct Group: Hashable, Sendable {
        /// The name for people, decoded.
        public var name: String
        /// Its members; none in `undisclosed-recipients:;`.
        public var members: [Mailbox]

        /// A group of those.
        public init(name: String, members: [Mailbox]) {
            self.name = name
            self.members = members
        }
    }

    /// One entry of the list.
    public enum Entry: Hashable, Sendable {
        /// A mailbox that is in no group.
        case mailbox(Mailbox)
        /// A group with its members.
        case group(Group)
    }

    /// The entries in their order.
    public var entries: [Entry] = []
    /// Whether the list had more mailboxes and groups than were asked for, so that the rest is left out.
    public private(set) var isCut = false

    /// The number of mailboxes and groups that are taken if nothing else is said.
    public static let standardLimit = 10_000

    /// A list of those.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Reads the value of a field, folded or not. At most `limit` mailboxes and groups are taken.
    public init(parsing value: Span<UInt8>, charsets: some CharsetDecoder, limit: Int = standardLimit) {
        var scanner = AddressScanner(0..<value.count)
        var group: Group?
        var left = limit
        while let found = scanner.next(in: value) {
            if found != .groupEnd {
                guard left > 0 else {
                    isCut = true
                    break
                }
                left -= 1
            }
            switch found {
            case .groupStart:
                group = Group(name: EncodedWord.decodedText(scanner.name.span, charsets: charsets), members: [])
            case .groupEnd:
                if let group { entries.append(.group(group)) }
                group = nil
            case .address:
                let mailbox = Mailbox(scanner, charsets: charsets)
                if group != nil { group?.members.append(mailbox) } else { entries.append(.mailbox(mailbox)) }
            }
        }
        if let group { entries.append(.group(group)) }
    }

    /// Adds the entries of another list.
    public mutating func append(_ other: AddressList) {
        entries += other.entries
        isCut = isCut || other.isCut
    }

    /// All mailboxes, those in groups too, in their order.
    public var mailboxes: [Mailbox] {
        entries.flatMap { entry in
            switch entry {
            case .mailbox(let mailbox): [mailbox]
            case .group(let group): group.members
            }
        }
    }
}

extension AddressList.Mailbox {
    /// What the scanner found.
    fileprivate init(_ scanner: AddressScanner, charsets: some CharsetDecoder) {
        func text(_ octets: [UInt8]) -> String {
            charsets.headerText(octets.span, charset: "") ?? StandardCharsets.guess(octets.span)
        }
        displayName = scanner.hasPhrase ? EncodedWord.decodedText(scanner.name.span, charsets: charsets) : nil
        localPart = text(scanner.mailbox)
        domain = text(scanner.host)
        route = scanner.route.split(separator: 0x2C).map { text($0.first == 0x40 ? Array($0.dropFirst()) : Array($0)) }
        comments = scanner.comments.map { EncodedWord.decodedText($0.span, charsets: charsets) }
    }
}
