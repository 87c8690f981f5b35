internal import Octets

/// Fields of messages as typed values. Where a field may stand once and stands more often, the first counts; lists of
/// destinations are put together. RFC 5322 §3.6.
extension Header {
    /// When the message was written. RFC 5322 §3.6.1.
    public var date: MailDate? { read("Date") { MailDate(parsing: $0) } }

    /// What the message is about, decoded. RFC 5322 §3.6.5.
    public func subject(charsets: some CharsetDecoder) -> String? { text(of: "Subject", charsets: charsets) }

    /// What the conversation is about. RFC 5256 §2.1.
    public func baseSubject(charsets: some CharsetDecoder) -> BaseSubject {
        BaseSubject(of: subject(charsets: charsets) ?? "")
    }

    /// The words that the author found fit, of all Keywords fields. RFC 5322 §3.6.5.
    public func keywords(charsets: some CharsetDecoder) -> [String] {
        all("Keywords").flatMap { PhraseList(parsing: octets.span.extracting($0.value), charsets: charsets).phrases }
    }

    /// Who wrote the message. RFC 5322 §3.6.2.
    public func from(charsets: some CharsetDecoder) -> AddressList { addresses("From", charsets: charsets) }
    /// Who sent the message for its authors; nil if no other is named. RFC 5322 §3.6.2.
    public func sender(charsets: some CharsetDecoder) -> AddressList.Mailbox? {
        addresses("Sender", charsets: charsets).mailboxes.first
    }
    /// Where answers are to go; From counts if it is empty. RFC 5322 §3.6.2.
    public func replyTo(charsets: some CharsetDecoder) -> AddressList { addresses("Reply-To", charsets: charsets) }
    /// The recipients. RFC 5322 §3.6.3.
    public func to(charsets: some CharsetDecoder) -> AddressList { addresses("To", charsets: charsets) }
    /// Those who get a copy. RFC 5322 §3.6.3.
    public func cc(charsets: some CharsetDecoder) -> AddressList { addresses("Cc", charsets: charsets) }
    /// Those who get a copy that the others do not know of. RFC 5322 §3.6.3.
    public func bcc(charsets: some CharsetDecoder) -> AddressList { addresses("Bcc", charsets: charsets) }

    /// The addresses in all fields called `name`; of From, Sender and Reply-To in the first. RFC 5322 §3.4.
    public func addresses(_ name: String, charsets: some CharsetDecoder) -> AddressList {
        var list = AddressList()
        let isSingle = ["from", "sender", "reply-to"].contains(name.asciiLowercased)
        for field in isSingle ? Array(all(name).prefix(1)) : all(name) {
            list.append(AddressList(parsing: octets.span.extracting(field.value), charsets: charsets))
        }
        return list
    }

    /// What identifies the message, without angle brackets. RFC 5322 §3.6.4.
    public var messageID: String? { identifiers("Message-ID").identifiers.first }
    /// The messages that this one answers. RFC 5322 §3.6.4.
    public var inReplyTo: MessageIDs { identifiers("In-Reply-To") }
    /// The messages of the conversation before this one, the oldest first. RFC 5322 §3.6.4.
    public var references: MessageIDs { identifiers("References") }

    /// The identifiers in the first field called `name`.
    public func identifiers(_ name: String) -> MessageIDs { read(name) { MessageIDs(parsing: $0) } ?? MessageIDs() }

    /// The steps of the message's way, the latest first. RFC 5321 §4.4.
    public var received: [Received] {
        all("Received").map { Received(parsing: octets.span.extracting($0.value)) }
    }
    /// Where reports of failure go. RFC 5321 §4.4.
    public var returnPath: ReturnPath? { read("Return-Path") { ReturnPath(parsing: $0) } }

    /// Whether a program sent the message. RFC 3834 §5.
    public var autoSubmitted: AutoSubmitted? { read("Auto-Submitted") { AutoSubmitted(parsing: $0) } }

    /// All Authentication-Results, the latest first. RFC 8601.
    public var authenticationResults: [AuthenticationResults] {
        all("Authentication-Results").map { AuthenticationResults(parsing: octets.span.extracting($0.value)) }
    }

    /// The list that the message came by. RFC 2919.
    public func listID(charsets: some CharsetDecoder) -> ListID? {
        read("List-Id") { ListID(parsing: $0, charsets: charsets) }
    }

    /// The URIs of List-Help, List-Unsubscribe, List-Subscribe, List-Post, List-Owner or List-Archive; nil if there is no such
    /// field. RFC 2369 §3.
    public func listURIs(_ name: String) -> ListURIs? { read(name) { ListURIs(parsing: $0) } }

    /// Where a POST of `List-Unsubscribe=One-Click` ends the subscription; nil if the sender does not offer that. Whether a
    /// DKIM signature covers both fields, as RFC 8058 §4 wants, is for the caller to see. RFC 8058 §3.1.
    public var oneClickUnsubscribe: String? {
        let offer: [UInt8]? = value(of: "List-Unsubscribe-Post")
        guard let offer, equalsIgnoringCase(offer.span, "List-Unsubscribe=One-Click") else { return nil }
        return listURIs("List-Unsubscribe")?.entries.first { $0.uri.asciiLowercased.hasPrefix("https:") }?.uri
    }

    func read<Value>(_ name: String, _ parse: (Span<UInt8>) -> Value?) -> Value? {
        guard let field = first(name) else { return nil }
        return parse(octets.span.extracting(field.value))
    }
}

/// Fields that describe a body. RFC 2045 §3, RFC 2183.
extension Header {
    /// The media type; nil if there is none or it is not valid: then `ContentType.standard` holds. RFC 2045 §5.
    public func contentType(charsets: some CharsetDecoder) -> ContentType? {
        read("Content-Type") { ContentType(parsing: $0, charsets: charsets) }
    }
    /// How the part is to be shown. RFC 2183.
    public func contentDisposition(charsets: some CharsetDecoder) -> ContentDisposition? {
        read("Content-Disposition") { ContentDisposition(parsing: $0, charsets: charsets) }
    }
    /// How the body is encoded. RFC 2045 §6.
    public var contentTransferEncoding: TransferEncoding {
        TransferEncoding(first("Content-Transfer-Encoding")?.value, in: octets.span)
    }
    /// What identifies the part, without angle brackets. RFC 2045 §7.
    public var contentID: String? { identifiers("Content-ID").identifiers.first }
    /// What the part is, decoded. RFC 2045 §8.
    public func contentDescription(charsets: some CharsetDecoder) -> String? {
        text(of: "Content-Description", charsets: charsets)
    }
    /// The languages of those the part is for, in lower case. RFC 3282 §2.
    public var contentLanguages: [String] {
        read("Content-Language") { value in
            var languages: [String] = []
            var cursor = Cursor(over: value)
            while true {
                cursor.skipComments(in: value)
                guard !cursor.isAtEnd else { return languages }
                let tag = cursor.run(of: Self.languageText, in: value)
                if tag.isEmpty {
                    cursor.offset += 1
                } else {
                    languages.append(String(decoding: value.extracting(tag)).asciiLowercased)
                }
            }
        } ?? []
    }
    /// The URI of the part, blanks taken out and encoded words decoded. RFC 2557 §4.2, §4.4.
    public func contentLocation(charsets: some CharsetDecoder) -> String? {
        guard let text = text(of: "Content-Location", charsets: charsets) else { return nil }
        return String(decoding: text.utf8.filter { !HeaderFields.isBlank($0) }, as: UTF8.self)
    }
    /// The sixteen octets of the MD5 of the decoded body; nil if there are none or another number. RFC 1864 §2.
    public var contentMD5: [UInt8]? {
        read("Content-MD5") { value in
            let field = HeaderFields.trim(value, 0..<value.count)
            guard let octets = Base64.decodeStrictly(value.extracting(field)), octets.count == 16 else { return nil }
            return octets
        }
    }

    private static let languageText = ByteClass.alphaNumeric.union(ByteClass("-"))
}
