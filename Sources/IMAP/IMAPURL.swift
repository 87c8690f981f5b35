internal import Octets

/// An IMAP URL that names a message or a part of it, absolute or relative: what CATENATE and URLAUTH have. RFC 5092 §11.
///
///     imap://alice@mail.example.test/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2/;PARTIAL=0.1024
///     /Drafts/;UID=20                        of the server that the client is connected to
///     ;UID=20                                of the mailbox that is selected
///
/// URLs of mailboxes and of searches are URLs too; they name no octets, and are none here.
public struct IMAPURL: Hashable, Sendable {
    /// Who is asked, where the URL says so.
    public var server: Server?
    /// Whether the mailbox is named from the top; else it is relative to the one that is selected. RFC 4469 §3.
    public var isAbsolute: Bool
    /// The mailbox's name, as text; nil for the one that is selected.
    public var mailbox: String?
    /// The UIDVALIDITY that the mailbox has to have.
    public var uidValidity: UInt32?
    /// The message's UID.
    public var uid: UInt32
    /// Which part of the message.
    public var section = Section()
    /// Which octets of that: from `offset`, to the end if there is no count. RFC 5550 §2.9.
    public var partial: Partial?
    /// Who may use the URL to read what it names, without being the mailbox's owner.
    public var authorization: Authorization?

    /// iserver. RFC 5092 §11.
    public struct Server: Hashable, Sendable {
        /// Whose mailboxes are meant.
        public var user: String?
        /// The host, in lower case.
        public var host: String
        /// The port; nil for 143.
        public var port: UInt16?
    }

    /// iurlauth, or its rump, which has no mechanism and no token yet. RFC 4467 §3.
    public struct Authorization: Hashable, Sendable {
        /// When it ends, in seconds since 1970; nil for never.
        public var expiry: Int64?
        /// Who may use it.
        public var access: Access
        /// How it is signed, in upper case, and the signature.
        public var signature: Signature?
        /// Octets of the URL that are signed.
        public var rumpOctets: Int
    }

    /// The mechanism and what it made. RFC 4467 §3.
    public struct Signature: Hashable, Sendable {
        /// `INTERNAL` is the only one defined.
        public var mechanism: String
        /// enc-urlauth: the octets that its hexadecimal digits stand for.
        public var token: [UInt8]
    }

    /// Who may use a URL. RFC 4467 §3.
    public enum Access: Hashable, Sendable {
        /// A message submission server that acts for that user.
        case submit(user: String)
        /// That user.
        case user(String)
        /// Whoever has signed in.
        case authenticatedUser
        /// Whoever has the URL.
        case anonymous
    }
}

extension IMAPURL {
    /// The URL that `octets` spell, all of them; nil if they spell none, or none of a message.
    public init?(parsing octets: Span<UInt8>) {
        var reader = IMAPURLReader(cursor: Cursor(over: octets))
        guard octets.count <= 8192, let url = reader.url(in: octets) else { return nil }
        self = url
    }
}

/// Reads a URL from its first octet to its last. Each function returns nil where it is not as RFC 5092 §11 has it.
private struct IMAPURLReader {
    var cursor: Cursor

    mutating func url(in octets: Span<UInt8>) -> IMAPURL? {
        var server: IMAPURL.Server?
        if cursor.take(word: "imap://", in: octets) {
            guard let found = self.server(in: octets) else { return nil }
            server = found
            guard cursor.peek(in: octets) == UInt8(ascii: "/") else { return nil }
        }
        var url = IMAPURL(server: server, isAbsolute: cursor.take(UInt8(ascii: "/"), in: octets), uid: 0)
        guard mailbox(of: &url, in: octets), let uid = number(after: ";UID=", in: octets), uid > 0 else { return nil }
        url.uid = uid
        if cursor.take(word: "/;SECTION=", in: octets) {
            guard let text = decoded(in: octets), !text.isEmpty, let section = Section(parsing: text) else {
                return nil
            }
            url.section = section
        }
        if cursor.take(word: "/;PARTIAL=", in: octets) {
            guard let partial = partial(in: octets) else { return nil }
            url.partial = partial
        }
        guard authorization(of: &url, in: octets), cursor.isAtEnd else { return nil }
        return url
    }

    /// [iuserinfo "@"] host [":" port], up to the path.
    private mutating func server(in octets: Span<UInt8>) -> IMAPURL.Server? {
        let start = cursor.offset
        while let byte = cursor.peek(in: octets), byte != UInt8(ascii: "/") { cursor.offset += 1 }
        let authority = octets.extracting(start..<cursor.offset)
        var host = 0
        var user: String?
        for index in authority.indices where authority[index] == UInt8(ascii: "@") {
            host = index + 1
            // ;AUTH= says how a client should sign in there, which is nothing to a server.
            var end = 0
            while end < index, authority[end] != UInt8(ascii: ";") { end += 1 }
            guard let name = percentDecoded(authority.extracting(0..<end)) else { return nil }
            user = name.isEmpty ? nil : String(validating: name, as: UTF8.self)
            guard user != nil || name.isEmpty else { return nil }
        }
        var end = authority.count
        var port: UInt16?
        var index = host
        while index < authority.count, authority[index] != UInt8(ascii: "]") { index += 1 }
        // In brackets colons are part of an address.
        index = index == authority.count ? host : index
        while index < authority.count, authority[index] != UInt8(ascii: ":") { index += 1 }
        if index < authority.count {
            end = index
            port = decimal(authority.extracting(index + 1..<authority.count))
            guard port != nil else { return nil }
        }
        guard end > host else { return nil }
        return IMAPURL.Server(
            user: user,
            host: String(decoding: authority.extracting(host..<end)).asciiLowercased,
            port: port
        )
    }

    /// enc-mailbox [uidvalidity] "/", or nothing; up to `;UID=`.
    private mutating func mailbox(of url: inout IMAPURL, in octets: Span<UInt8>) -> Bool {
        let start = cursor.offset
        while let byte = cursor.peek(in: octets), byte != UInt8(ascii: ";"), byte != UInt8(ascii: "?") {
            cursor.offset += 1
        }
        var end = cursor.offset
        guard end > start else { return !url.isAbsolute }
        if !url.isAbsolute {
            // A colon in the first segment of what is relative would make it a URL of another scheme. RFC 3986 §4.2.
            for index in start..<end where octets[index] == UInt8(ascii: ":") || octets[index] == UInt8(ascii: "/") {
                guard octets[index] == UInt8(ascii: "/") else { return false }
                break
            }
        }
        if let validity = number(after: ";UIDVALIDITY=", in: octets) {
            guard validity > 0, take("/", in: octets) else { return false }
            url.uidValidity = validity
        } else {
            guard octets[end - 1] == UInt8(ascii: "/") else { return false }
            end -= 1
        }
        guard end > start, let name = percentDecoded(octets.extracting(start..<end)),
            let text = String(validating: name, as: UTF8.self)
        else { return false }
        url.mailbox = text
        return true
    }

    /// partial-range: number ["." nz-number].
    private mutating func partial(in octets: Span<UInt8>) -> Partial? {
        guard let offset = digits(in: octets) else { return nil }
        guard cursor.take(UInt8(ascii: "."), in: octets) else { return Partial(offset: offset, count: .max) }
        guard let count = digits(in: octets), count > 0 else { return nil }
        return Partial(offset: offset, count: count)
    }

    /// [expire] ";URLAUTH=" access [":" mechanism ":" enc-urlauth], or nothing. RFC 5092 §11.
    private mutating func authorization(of url: inout IMAPURL, in octets: Span<UInt8>) -> Bool {
        var expiry: Int64?
        if cursor.take(word: ";EXPIRE=", in: octets) {
            guard let moment = moment(in: octets) else { return false }
            expiry = moment
            guard !cursor.isAtEnd else { return false }
        }
        guard cursor.take(word: ";URLAUTH=", in: octets) else { return expiry == nil }
        guard let access = access(in: octets) else { return false }
        url.authorization = IMAPURL.Authorization(expiry: expiry, access: access, rumpOctets: cursor.offset)
        guard cursor.take(UInt8(ascii: ":"), in: octets) else { return true }
        let mechanism = run(in: octets) { $0 != UInt8(ascii: ":") }
        guard !mechanism.isEmpty, cursor.take(UInt8(ascii: ":"), in: octets) else { return false }
        let digits = octets.extracting(run(in: octets) { _ in true })
        guard digits.count >= 32, digits.count % 2 == 0 else { return false }
        var token: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexValue, let low = digits[index + 1].hexValue else { return false }
            token.append(high << 4 | low)
        }
        url.authorization?.signature = IMAPURL.Signature(
            mechanism: String(decoding: octets.extracting(mechanism)).asciiUppercased,
            token: token
        )
        return true
    }

    private mutating func access(in octets: Span<UInt8>) -> IMAPURL.Access? {
        let isSubmit = cursor.take(word: "submit+", in: octets)
        if isSubmit || cursor.take(word: "user+", in: octets) {
            let name = octets.extracting(run(in: octets) { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";") })
            guard let decoded = percentDecoded(name), !decoded.isEmpty,
                let user = String(validating: decoded, as: UTF8.self)
            else { return nil }
            return isSubmit ? .submit(user: user) : .user(user)
        }
        if cursor.take(word: "authuser", in: octets) { return .authenticatedUser }
        return cursor.take(word: "anonymous", in: octets) ? .anonymous : nil
    }

    /// date-time of RFC 3339 §5.6, in seconds since 1970; parts of a second are passed over.
    private mutating func moment(in octets: Span<UInt8>) -> Int64? {
        guard let year = fixed(4, in: octets), take("-", in: octets), let month = fixed(2, in: octets),
            take("-", in: octets), let day = fixed(2, in: octets), take("T", in: octets) || take("t", in: octets),
            let hour = fixed(2, in: octets), take(":", in: octets), let minute = fixed(2, in: octets),
            take(":", in: octets), let second = fixed(2, in: octets)
        else { return nil }
        if take(".", in: octets), run(in: octets, while: { $0.digitValue != nil }).isEmpty { return nil }
        var zone = 0
        if !take("Z", in: octets), !take("z", in: octets) {
            let isWest = take("-", in: octets)
            guard isWest || take("+", in: octets), let hours = fixed(2, in: octets), take(":", in: octets),
                let minutes = fixed(2, in: octets), hours < 24, minutes < 60
            else { return nil }
            zone = (hours * 60 + minutes) * (isWest ? -1 : 1)
        }
        return DateTime(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second,
            zoneMinutes: zone
        )?.secondsSince1970
    }

    // MARK: Octets

    private mutating func take(_ byte: Unicode.Scalar, in octets: Span<UInt8>) -> Bool {
        cursor.take(UInt8(ascii: byte), in: octets)
    }

    private mutating func fixed(_ count: Int, in octets: Span<UInt8>) -> Int? {
        guard cursor.remaining >= count else { return nil }
        defer { cursor.offset += count }
        return decimal(octets.extracting(cursor.offset..<cursor.offset + count))
    }

    private mutating func run(in octets: Span<UInt8>, while isMember: (UInt8) -> Bool) -> Range<Int> {
        let start = cursor.offset
        while let byte = cursor.peek(in: octets), isMember(byte) { cursor.offset += 1 }
        return start..<cursor.offset
    }

    private mutating func digits(in octets: Span<UInt8>) -> UInt64? {
        decimal(octets.extracting(run(in: octets) { $0.digitValue != nil }))
    }

    private mutating func number(after word: StaticString, in octets: Span<UInt8>) -> UInt32? {
        guard cursor.take(word: word, in: octets) else { return nil }
        return digits(in: octets).flatMap { UInt32(exactly: $0) }
    }

    /// What stands here up to the next `;` or `/`, decoded.
    private mutating func decoded(in octets: Span<UInt8>) -> [UInt8]? {
        percentDecoded(octets.extracting(run(in: octets) { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "/") }))
    }
}

/// The octets that `text` stands for; nil if a `%` has no two hexadecimal digits behind it, or an octet is none of a URL.
/// RFC 3986 §2.1.
private func percentDecoded(_ text: Span<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    var index = 0
    while index < text.count {
        let byte = text[index]
        if byte == UInt8(ascii: "%") {
            guard index + 2 < text.count, let high = text[index + 1].hexValue, let low = text[index + 2].hexValue else {
                return nil
            }
            octets.append(high << 4 | low)
            index += 3
        } else {
            guard ByteClass.visible.contains(byte) else { return nil }
            octets.append(byte)
            index += 1
        }
    }
    return octets
}
