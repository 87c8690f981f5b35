public import MIME
internal import Octets

/// What SORT and THREAD compare of a message, kept apart from the rest so that to order many is to read little.
/// RFC 5256 §2, §3, RFC 5957.
///
/// Texts are decoded but not folded: how they are compared is up to the one who compares.
public struct SortKeys: Hashable, Sendable {
    /// The first address of a field.
    public struct Correspondent: Hashable, Sendable {
        /// IMAP's addr-mailbox: the local part, or the name of a group. RFC 5256 §3.
        public var mailbox: String
        /// The name for people, decoded; without one the address. RFC 5957 §3.
        public var display: String

        /// A correspondent of those.
        public init(mailbox: String, display: String) {
            self.mailbox = mailbox
            self.display = display
        }
    }

    /// The base subject; at most `textLimit` octets of it. RFC 5256 §2.1.
    public var subject = ""
    /// Whether the subject says that it is a reply or a forward.
    public var isReplyOrForward = false
    /// Seconds since 1970 of the Date field; nil if there is none that can be read: then the internal date counts.
    /// RFC 5256 §2.2.
    public var sent: Int64?
    /// The zone of the Date field, in minutes east of UTC: SEARCH compares the day that it names there.
    public var sentZone: Int16 = 0
    /// The first From address.
    public var from: Correspondent?
    /// The first To address.
    public var to: Correspondent?
    /// The first Cc address.
    public var cc: Correspondent?
    /// The Message-ID; nil if there is none.
    public var messageID: MessageIDHash?
    /// Those of the References field, the oldest first; or, if it has none, the first of In-Reply-To. RFC 5256 §3. Of very
    /// many the first and the last.
    public var references: [MessageIDHash] = []
    /// Those of In-Reply-To that are not among `references`.
    public var alsoInReplyTo: [MessageIDHash] = []

    /// Octets of a text that are kept.
    public static let textLimit = 1000
    /// How many of the first references are kept.
    static let firstReferences = 32
    /// How many of the last references are kept.
    static let lastReferences = 224

    /// No keys at all.
    public init() {}

    /// The keys of a message with that ENVELOPE and, unless nil, that value of its References field.
    public init(envelope octets: [UInt8], references: [UInt8]?, charsets: any CharsetDecoder) {
        guard let envelope = Envelope(envelopeOctets: octets) else { return }
        if let text = envelope.subject {
            let base = BaseSubject(of: EncodedWord.decodedText(text.span, charsets: charsets))
            subject = Self.cut(base.text)
            isReplyOrForward = base.isReplyOrForward
        }
        if let date = envelope.date, let read = MailDate(parsing: date.span)?.dateTime {
            sent = read.secondsSince1970
            sentZone = Int16(clamping: read.zoneMinutes)
        }
        from = envelope.from.first.map { Correspondent($0, charsets) }
        to = envelope.to.first.map { Correspondent($0, charsets) }
        cc = envelope.cc.first.map { Correspondent($0, charsets) }
        messageID = envelope.messageID.flatMap { MessageIDs(parsing: $0.span, limit: 1).identifiers.first }
            .map(MessageIDHash.init(of:))
        let replied = envelope.inReplyTo.map { MessageIDs(parsing: $0.span, limit: 16).identifiers } ?? []
        var all = (references.map { MessageIDs(parsing: $0.span).identifiers } ?? []).map(MessageIDHash.init(of:))
        if all.isEmpty, let first = replied.first { all = [MessageIDHash(of: first)] }
        if all.count > Self.firstReferences + Self.lastReferences {
            all.removeSubrange(Self.firstReferences..<all.count - Self.lastReferences)
        }
        self.references = all
        alsoInReplyTo = replied.map(MessageIDHash.init(of:)).filter { !all.contains($0) }
    }

    static func cut(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: textLimit)
        while String.Index(end, within: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}

extension SortKeys.Correspondent {
    fileprivate init(_ address: Address, _ charsets: any CharsetDecoder) {
        func text(_ octets: [UInt8]?) -> String { octets.map { charsets.text($0.span, charset: "") } ?? "" }
        let name = address.name.map { EncodedWord.decodedText($0.span, charsets: charsets) } ?? ""
        mailbox = SortKeys.cut(text(address.mailbox))
        display = SortKeys.cut(name.isEmpty ? text(address.addrSpec ?? address.mailbox) : name)
    }
}

/// A Message-ID as far as it matters whether two are the same: 64 bits of it. RFC 5322 §3.6.4.
///
/// Among a million identifiers of one account two are taken for the same by chance once in tens of millions of accounts.
public struct MessageIDHash: Hashable, Sendable {
    /// The bits.
    public var number: UInt64
    /// The one with those bits.
    public init(_ number: UInt64) { self.number = number }
    /// The hash of an identifier without its angle brackets. Stored: it must not change.
    public init(of identifier: String) { number = StableHash.of(identifier.utf8) }
}

/// A hash that is the same for ever, as it is stored: FNV-1a, its bits mixed once more.
enum StableHash {
    static func of(_ octets: some Sequence<UInt8>) -> UInt64 {
        mix(FNV1a(octets).value)
    }

    /// One hash of two.
    static func of(_ first: UInt64, _ second: UInt64) -> UInt64 { mix(first ^ mix(second &+ 0x9E37_79B9_7F4A_7C15)) }

    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }
}
