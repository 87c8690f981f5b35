public import MIME
internal import Octets
internal import Synchronization

/// Decodes the charsets of mail, and those of `StandardCharsets` without tables.
///
/// Codes, labels and damaged codes are read as the WHATWG Encoding Standard has it, as far as it knows the charset: what is damaged
/// becomes U+FFFD, and an octet of US-ASCII that ends a code too early stands for itself, so that no markup is swallowed. The tables
/// come from the system's iconv. Labels are looked up in a fixed list, so a message cannot make iconv load a converter that no mail
/// needs.
public struct SystemCharsets: CharsetDecoder {
    private static let singleOctets = Mutex<[String: [UInt16]]>([:])
    private let standard = StandardCharsets()

    /// The charsets of the system.
    public init() {}

    /// The text that `octets` are in `charset`; nil if the label is not known.
    public func decode(_ octets: Span<UInt8>, charset: String) -> String? {
        let label = CharsetLabel.squeezed(charset)
        if StandardCharsets.isUnlabelled(squeezedLabel: label) {
            let guess = CharsetGuess(octets).label
            if let encoding = CharsetLabels.encodings[CharsetLabel.squeezed(guess)] {
                return Self.text(octets, encoding)
            }
        }
        if let text = standard.decode(octets, squeezedLabel: label) { return text }
        guard let encoding = CharsetLabels.encodings[label] else { return nil }
        return Self.text(octets, encoding)
    }

    private static func text(_ octets: Span<UInt8>, _ encoding: Encoding) -> String? {
        var writer = UTF8Writer(capacity: octets.count * 2)
        switch encoding {
        case .singleOctet(let name):
            guard let table = singleOctetTable(name) else { return nil }
            SingleOctet.decode(octets, table, into: &writer)
        case .big5: Big5.decode(octets, into: &writer)
        case .eucJP: EUCJP.decode(octets, into: &writer)
        case .eucKR: EUCKR.decode(octets, into: &writer)
        case .gb18030: GB18030.decode(octets, into: &writer)
        case .hz: HZ.decode(octets, into: &writer)
        case .iso2022(let set): ISO2022.decode(octets, shiftedOut: set, into: &writer)
        case .shiftJIS: ShiftJIS.decode(octets, into: &writer)
        case .iconv(let name): return Iconv(from: name, to: "UTF-8")?.text(octets.toArray())
        }
        return String(decoding: writer.utf8, as: UTF8.self)
    }

    private static func singleOctetTable(_ name: String) -> [UInt16]? {
        if let table = singleOctets.withLock({ $0[name] }) { return table }
        // Whoever is second makes it again, which is no harm.
        guard let table = CharsetTables.singleOctets(name) else { return nil }
        singleOctets.withLock { $0[name] = table }
        return table
    }
}
