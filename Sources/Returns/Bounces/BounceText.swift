internal import MIME
internal import Octets

/// What a bounce says that is a text for people: addresses, and beside each of them why it failed. A best effort, with limits:
/// `octetLimit` octets, `lineLimit` lines, `Bounce.recipientLimit` addresses.
struct BounceText {
    private(set) var form: Bounce.Form
    private(set) var recipients: [Bounce.Recipient] = []
    private(set) var originalMessageID: String?

    static let octetLimit = 64 << 10
    static let lineLimit = 1000
    /// Lines behind an address that may speak of it.
    private static let blockLines = 15

    /// nil if the message is no bounce.
    init?(of message: Span<UInt8>, structure: MessageStructure, isFromNobody: Bool) {
        let body = MessageText(structure, charsets: StandardCharsets(), limit: Self.octetLimit).body(of: message)
        let text = String(decoding: Array(body.utf8.prefix(Self.octetLimit)), as: UTF8.self)
        let header = Header(parsing: message.extracting(..<min(message.count, 256 << 10)), fieldLimit: 1000)
        let named = Self.failedRecipients(header)
        let form = Self.form(of: PlainWords(String(text.prefix(2000))))
        guard isFromNobody || form != nil || !named.isEmpty || Self.isFromDaemon(header) else { return nil }
        self.form = named.isEmpty ? form ?? .plain : .exim
        let subject = PlainWords(header.subject(charsets: StandardCharsets()) ?? "")
        let words = PlainWords(text)
        let isDelay = Self.delays.contains { subject.contains($0) || words.contains($0) }
        read(text, isDelay: isDelay)
        if !named.isEmpty { keep(named, text: text) }
        // An answer of somebody on holiday has no address that failed and no code.
        guard !recipients.isEmpty else { return nil }
    }

    // MARK: Is it one?

    private static let forms: [(Bounce.Form, String)] = [
        (.qmail, "this is the qmail-send program"), (.qmail, "i'm afraid i wasn't able to deliver your message"),
        (.qmail, "i wasn't able to deliver your message to the following addresses"),
        (.exim, "this message was created automatically by mail delivery software"),
        (.exchange, "did not reach some or all of the intended recipients"),
        (.exchange, "delivery has failed to these recipients"), (.exchange, "your message couldn't be delivered"),
        (.exchange, "wasn't found at"),
        (.plain, "could not be delivered"), (.plain, "delivery failed"),
        (.plain, "delivery to the following recipient"),
        (.plain, "undeliverable"), (.plain, "the following addresses had permanent fatal errors"),
        (.plain, "returned mail"),
    ]

    private static let delays = [
        "delivery status notification (delay)", "delayed 24 hours", "warning: message", "has not yet been delivered",
        "transient non-fatal errors", "you do not need to resend", "still being retried",
    ]

    private static let daemons: Set = ["mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mailerdaemon"]

    private static func form(of words: PlainWords) -> Bounce.Form? {
        forms.first { words.contains($0.1) }?.0
    }

    private static func isFromDaemon(_ header: Header) -> Bool {
        let from = header.from(charsets: StandardCharsets()).mailboxes.first
        return from.map { daemons.contains($0.localPart.asciiLowercased) } ?? false
    }

    /// What Exim and Gmail say beside the text.
    private static func failedRecipients(_ header: Header) -> [String] {
        guard let value = header.value(of: "X-Failed-Recipients") else { return [] }
        return value.split(separator: UInt8(ascii: ","), maxSplits: Bounce.recipientLimit).flatMap { part in
            MailWord.addresses(in: Array(part).span)
        }
    }

    // MARK: Blocks

    private struct Block { var addresses: [String], text: String, lines: Int }

    /// A copy of the message begins there.
    private static let ends = [
        "--- below this line", "------ this is a copy", "--- the header of the original", "original message headers",
        "-----original message", "--- original message", "----- original message", "message headers follow",
        "message header follows", "the original message follows", "received: from", "return-path: <",
        "------- the original message", "--- message header", "diagnostic information for administrators",
    ]

    private mutating func read(_ text: String, isDelay: Bool) {
        var blocks: [Block] = []
        var count = 0
        var isCopy = false
        for line in text.split(separator: "\n", maxSplits: Self.lineLimit, omittingEmptySubsequences: false) {
            count += 1
            guard count <= Self.lineLimit else { break }
            takeMessageID(line)
            if isCopy { continue }
            let words = PlainWords(String(line.prefix(200)))
            if Self.ends.contains(where: { words.starts(with: $0) }) {
                // Exchange has its codes behind such a line; a copy of the message has none that count.
                isCopy = !words.starts(with: "diagnostic information")
                continue
            }
            let found = MailWord.addresses(in: Array(line.utf8.prefix(4000)).span).filter { !Self.isDaemon($0) }
            if !found.isEmpty, blocks.reduce(0, { $0 + $1.addresses.count }) < Bounce.recipientLimit {
                blocks.append(Block(addresses: found, text: String(line), lines: 0))
            } else if let last = blocks.indices.last, blocks[last].lines < Self.blockLines {
                blocks[last].text += " " + line
                blocks[last].lines += 1
            }
        }
        for block in blocks { take(block, isDelay: isDelay) }
        if recipients.isEmpty { takeWhole(text, blocks, isDelay: isDelay) }
    }

    private mutating func take(_ block: Block, isDelay: Bool) {
        let text = block.text.clipped
        let meaning = Classification(bounceText: text, status: nil, isDelay: isDelay)
        let codes = QuotedCodes(in: Array(text.utf8).span)
        guard meaning.reason != .other || codes.enhanced != nil || codes.reply != nil else { return }
        for address in block.addresses.prefix(Bounce.recipientLimit - recipients.count)
        where !recipients.contains(where: { $0.address == address }) {
            recipients.append(
                .init(address: address, action: isDelay ? .delayed : .failed, meaning: meaning, diagnostic: text)
            )
        }
    }

    /// A text that says why somewhere else than beside the address.
    private mutating func takeWhole(_ text: String, _ blocks: [Block], isDelay: Bool) {
        let meaning = Classification(bounceText: text, status: nil, isDelay: isDelay)
        let codes = QuotedCodes(in: Array(text.utf8.prefix(Classification.textLimit)).span)
        guard codes.enhanced != nil || codes.reply != nil || meaning.reason != .other && form != .plain else { return }
        recipients = [
            .init(
                address: blocks.first?.addresses.first,
                action: isDelay ? .delayed : .failed,
                meaning: meaning,
                diagnostic: text.clipped
            )
        ]
    }

    /// The header names who failed: others in the text are of other things.
    private mutating func keep(_ named: [String], text: String) {
        let known = recipients.filter { recipient in
            named.contains { $0.asciiLowercased == recipient.address?.asciiLowercased }
        }
        if !known.isEmpty {
            recipients = known
            return
        }
        let meaning = Classification(bounceText: text, status: nil, isDelay: false)
        recipients = named.prefix(Bounce.recipientLimit).map {
            .init(address: $0, action: .failed, meaning: meaning, diagnostic: text.clipped)
        }
    }

    private mutating func takeMessageID(_ line: Substring) {
        guard originalMessageID == nil else { return }
        let octets = Array(line.utf8.prefix(1000))
        var cursor = Cursor(end: octets.count)
        _ = cursor.run(of: ByteClass(" \t>"), in: octets.span)
        guard cursor.take(word: "Message-ID:", in: octets.span) else { return }
        originalMessageID = MessageIDs(parsing: octets.span.extracting(cursor.offset...), limit: 1).identifiers.first
    }

    private static func isDaemon(_ address: String) -> Bool {
        guard let at = address.utf8.lastIndex(of: 0x40) else { return true }
        return daemons.contains(String(address[..<at]).asciiLowercased)
    }
}

/// Addresses in running text.
enum MailWord {
    private static let local = ByteClass.atomText.union(ByteClass("."))
    private static let domain = ByteClass.alphaNumeric.union(ByteClass("-."))

    /// All of them, at most 20; each octet is looked at a bounded number of times, as neither half goes over an `@`.
    static func addresses(in text: Span<UInt8>) -> [String] {
        var found: [String] = []
        var position = 0
        while position < text.count, found.count < 20 {
            defer { position += 1 }
            guard text[position] == 0x40 else { continue }
            var start = position
            while start > 0, position - start < 256, isLocal(text[start - 1]) { start -= 1 }
            // `'bob@example.org'`, as Exchange quotes.
            while start < position, text[start] == UInt8(ascii: "'") || text[start] == UInt8(ascii: ".") { start += 1 }
            var end = position + 1
            while end < text.count, end - position < 255, isDomain(text[end]) { end += 1 }
            while end > position + 1, !ByteClass.alphaNumeric.contains(text[end - 1]), text[end - 1] < 0x80 { end -= 1 }
            guard start < position, end > position + 1 else { continue }
            let address = String(decoding: text.extracting(start..<end))
            if !found.contains(address) { found.append(address) }
        }
        return found
    }

    private static func isLocal(_ octet: UInt8) -> Bool { octet >= 0x80 || local.contains(octet) }
    private static func isDomain(_ octet: UInt8) -> Bool { octet >= 0x80 || domain.contains(octet) }
}

extension PlainWords {
    /// Whether `phrase`, in small letters with single blanks, stands in the text.
    func contains(_ phrase: String) -> Bool { PhraseFinder([phrase]).phrases(in: octets.span)[0] }

    func starts(with phrase: String) -> Bool { octets.starts(with: phrase.utf8) }
}
