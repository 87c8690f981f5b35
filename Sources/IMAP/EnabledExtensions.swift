/// What a client has switched on with ENABLE, as far as it changes how commands and responses are written. RFC 5161 §3.
///
/// The session keeps one such value and passes it to the parser (`ParserOptions.enabled`) and to the encoders.
public struct EnabledExtensions: OptionSet, Hashable, Sendable {
    /// Bits as below.
    public var rawValue: UInt8
    /// The extensions of those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// IMAP4rev2: UTF-8 in quoted strings and mailbox names, 63-bit sizes, ESEARCH for SEARCH. RFC 9051 §6.3.1.
    public static let imap4rev2 = EnabledExtensions(rawValue: 1)
    /// UTF8=ACCEPT: UTF-8 in quoted strings and mailbox names. RFC 6855 §3.
    public static let utf8Accept = EnabledExtensions(rawValue: 2)
    /// CONDSTORE: MODSEQ beside every change of flags. RFC 7162 §3.1.
    public static let condstore = EnabledExtensions(rawValue: 4)
    /// QRESYNC: VANISHED for EXPUNGE; implies CONDSTORE. RFC 7162 §3.2.3.
    public static let qresync = EnabledExtensions(rawValue: 8)
    /// UIDONLY: no sequence numbers, neither in commands nor in responses. RFC 9586 §3.
    public static let uidOnly = EnabledExtensions(rawValue: 16)
    /// METADATA: unasked METADATA responses, for mailboxes and the server. RFC 5464 §4.
    public static let metadata = EnabledExtensions(rawValue: 32)
    /// METADATA-SERVER: the same for the server only. RFC 5464 §4.
    public static let metadataServer = EnabledExtensions(rawValue: 64)

    private static let names: [(name: String, extension: EnabledExtensions)] = [
        ("IMAP4REV2", .imap4rev2), ("UTF8=ACCEPT", .utf8Accept), ("CONDSTORE", .condstore), ("QRESYNC", .qresync),
        ("UIDONLY", .uidOnly), ("METADATA", .metadata), ("METADATA-SERVER", .metadataServer),
    ]

    /// The extension that ENABLE calls `name`, in any case; nil if it has none of that name.
    public init?(name: String) {
        let upper = name.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }
        guard let found = EnabledExtensions.names.first(where: { $0.name.utf8.elementsEqual(upper) }) else {
            return nil
        }
        self = found.extension
    }

    /// Whether strings and mailbox names are UTF-8.
    public var hasUTF8: Bool { !isDisjoint(with: [.imap4rev2, .utf8Accept]) }
    /// Whether messages that go are told as VANISHED, not as EXPUNGE. RFC 7162 §3.2.10, RFC 9586 §3.5.
    public var tellsVanished: Bool { !isDisjoint(with: [.qresync, .uidOnly]) }
}
