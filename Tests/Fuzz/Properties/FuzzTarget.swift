/// A grammar that is fuzzed.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// One for each executable of Tests/Fuzz and each folder of Fixtures/fuzz.
    case smtp, imap, pop3, http, dns, names, octets, store, configuration
    case header, structure, encodedWord, address, date, base64, quotedPrintable, charset, html, plainText, message,
        report, bounce
    /// A whole session of the IMAP door.
    case imapSession = "imapsession"
    /// A whole session of the SMTP door, LMTP too.
    case smtpSession = "smtpsession"
    /// A whole session of the POP3 door.
    case pop3Session = "pop3session"
    /// Mechanisms, tokens, JSON and responses of HTTP: what is read of people who have not said yet who they are.
    case sasl

    /// Checks all properties of the grammar on the octets as they are, and on the words of the grammar that they choose.
    /// The process stops at the first property that does not hold.
    public func run(_ input: [UInt8]) {
        check(input)
        // A text that is mostly words would only be checked twice.
        check(folded(input.prefix(200), onto: words))
    }

    private func check(_ octets: [UInt8]) {
        switch self {
        case .smtp: SMTPProperties.check(octets)
        case .imap: IMAPProperties.check(octets)
        case .imapSession: IMAPSessionProperties.check(octets)
        case .smtpSession: SMTPSessionProperties.check(octets)
        case .pop3Session: POP3SessionProperties.check(octets)
        case .sasl: SASLProperties.check(octets)
        case .pop3: POP3Properties.check(octets)
        case .http: HTTPProperties.check(octets)
        case .dns: DNSProperties.check(octets)
        case .names: NamesProperties.check(octets)
        case .header: HeaderProperties.check(octets)
        case .structure: StructureProperties.check(octets)
        case .encodedWord: EncodedWordProperties.check(octets)
        case .address: AddressProperties.check(octets)
        case .date: DateProperties.check(octets)
        case .base64: Base64Properties.check(octets)
        case .quotedPrintable: QuotedPrintableProperties.check(octets)
        case .charset: CharsetProperties.check(octets)
        case .html: HTMLProperties.check(octets)
        case .plainText: PlainTextProperties.check(octets)
        case .message: MessageProperties.check(octets)
        case .report: ReportProperties.check(octets)
        case .bounce: BounceProperties.check(octets)
        case .octets: OctetsProperties.check(octets)
        case .store: StoreProperties.check(octets)
        case .configuration: ConfigurationProperties.check(octets)
        }
    }

    private var words: [[UInt8]] {
        switch self {
        case .smtp: SMTPProperties.words
        case .imap: IMAPProperties.words
        case .imapSession: IMAPSessionProperties.words
        case .smtpSession: SMTPSessionProperties.words
        case .pop3Session: POP3SessionProperties.words
        case .sasl: SASLProperties.words
        case .pop3: POP3Properties.words
        case .http: HTTPProperties.words
        case .dns: DNSProperties.words
        case .names: NamesProperties.words
        case .header: HeaderProperties.words
        case .structure: StructureProperties.words
        case .encodedWord: EncodedWordProperties.words
        case .address: AddressProperties.words
        case .date: DateProperties.words
        case .base64: Base64Properties.words
        case .quotedPrintable: QuotedPrintableProperties.words
        case .charset: CharsetProperties.words
        case .html: HTMLProperties.words
        case .plainText: PlainTextProperties.words
        case .message: MessageProperties.words
        case .report: ReportProperties.words
        case .bounce: BounceProperties.words
        case .octets: OctetsProperties.words
        case .store: StoreProperties.words
        case .configuration: ConfigurationProperties.words
        }
    }
}

/// The words that octets stand for, one after the other.
private func folded(_ input: some Sequence<UInt8>, onto words: [[UInt8]]) -> [UInt8] {
    var result: [UInt8] = []
    for octet in input { result.append(contentsOf: words[Int(octet) % words.count]) }
    return result
}

/// Octets of each text.
func table(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

/// Ways to cut `octets` in pieces: everywhere (for what is short), and in three places that depend on the octets alone.
func cuts(of octets: [UInt8]) -> [[Int]] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    let places = [hash >> 40, hash >> 20 & 0xFFFFF, hash & 0xFFFFF].map { Int($0) % (octets.count + 1) }.sorted()
    return octets.count <= 256 ? [places, Array(0...octets.count)] : [places]
}

/// The pieces of `octets` that end at `cuts` and at the end.
func pieces(of octets: [UInt8], _ cuts: [Int]) -> [[UInt8]] {
    var start = 0
    var result: [[UInt8]] = []
    for end in cuts + [octets.count] {
        result.append(Array(octets[start..<end]))
        start = end
    }
    return result
}

/// The lines of `octets`, without what ends them.
func lines(of octets: [UInt8]) -> [[UInt8]] {
    octets.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
        Array(line.last == 0x0D ? line.dropLast() : line)
    }
}
