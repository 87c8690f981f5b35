public import Octets

/// Composes a message. RFC 5322 §3.6, RFC 2045–2047, RFC 2231.
///
///     var builder = MessageBuilder(from: .init(name: "Zoë", address: "z@example.com"), date: now, messageID: id)
///     builder.to = [.person(.init(address: "a@example.org"))]
///     builder.subject = "Grüße"
///     builder.content = .letter(text: "Hallo", attachments: [.attachment(pdf, type: "application/pdf", fileName: "ä.pdf")])
///     let octets = try builder.message()
///
/// 1. The same value always becomes the same octets: there is no clock and no chance in it.
/// 2. Nothing that a caller gives can add a field, a line or a part: what cannot be written is an error.
/// 3. What is read from the octets is what was given, octet by octet; only the line ends of text become CRLF.
/// 4. All is written in the shortest form that the transport allows.
/// 5. No line is longer than 998 octets (in a body that the transport carries unencoded, of 998 at most too), and header
///    lines are longer than 78 only where a single word is.
public struct MessageBuilder: Hashable, Sendable {
    /// A person: a display name, which may be empty, and an address.
    public struct Person: Hashable, Sendable {
        /// The display name, decoded; empty for none.
        public var name: String
        /// `local@domain`; the local part in quotes if it needs them.
        public var address: String

        /// A person with that name and address.
        public init(name: String = "", address: String) {
            self.name = name
            self.address = address
        }
    }

    /// An entry of an address list. RFC 5322 §3.4.
    public enum Recipient: Hashable, Sendable {
        /// One mailbox.
        case person(Person)
        /// A named group, which may be empty, as in `undisclosed-recipients:;`.
        case group(String, [Person])
    }

    /// A field that the builder has no property for.
    public struct Field: Hashable, Sendable {
        /// What stands behind the colon.
        public enum Value: Hashable, Sendable {
            /// Text, decoded; encoded words are made of it where needed.
            case text(String)
            /// Words as they are to be written, a blank or a fold between them.
            case words([String])
            /// Addresses.
            case recipients([Recipient])
            /// Message identifiers with angle brackets.
            case identifiers([String])
            /// URIs, written in angle brackets and with commas: List-Unsubscribe and its like. RFC 2369 §2.
            case uris([String])
            /// A name, which may be empty, and an id without brackets: List-Id. RFC 2919 §3.
            case listID(name: String, id: String)
        }

        /// The field name.
        public var name: String
        /// What stands behind the colon.
        public var value: Value

        /// A field of that name.
        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }

        /// `Auto-Submitted`, which all mail from programs should have: `auto-generated`, `auto-replied`. RFC 3834 §5.
        public static func autoSubmitted(_ keyword: String) -> Field { Field("Auto-Submitted", .words([keyword])) }
    }

    /// The authors; several need a `sender`.
    public var from: [Person]
    /// Who sent it, if that is not the one author.
    public var sender: Person?
    /// Where answers are wanted.
    public var replyTo: [Recipient] = []
    /// The recipients.
    public var to: [Recipient] = []
    /// The recipients of a copy.
    public var cc: [Recipient] = []
    /// Recipients that the others shall not see; written only if `message(includingBcc: true)` asks for it.
    public var bcc: [Recipient] = []
    /// The subject, decoded; if empty, there is no field.
    public var subject = ""
    /// The moment of writing.
    public var date: DateTime
    /// With its angle brackets.
    public var messageID: String
    /// With angle brackets; empty if this is no reply.
    public var inReplyTo: [String] = []
    /// With angle brackets, oldest first.
    public var references: [String] = []
    /// Further fields, in this order behind those above.
    public var fields: [Field] = []
    /// The body.
    public var content = BodyPart.text("")
    /// What the message will travel through.
    public var transport = Transport.sevenBit

    /// A message without recipients, subject and text.
    public init(from: Person, date: DateTime, messageID: String) {
        self.from = [from]
        self.date = date
        self.messageID = messageID
    }

    /// Whether an address is not ASCII: then only `Transport.internationalized` can carry the message. RFC 6531 §3.
    public var needsInternationalized: Bool {
        var people = from
        if let sender { people.append(sender) }
        for recipient in replyTo + to + cc + bcc {
            switch recipient {
            case .person(let person): people.append(person)
            case .group(_, let members): people += members
            }
        }
        return people.contains { $0.address.utf8.contains { $0 >= 0x80 } }
    }

    /// The octets of the message; with the Bcc field only if that is asked for, as in the sender's own copy.
    /// RFC 5322 §3.6.3.
    public func message(includingBcc: Bool = false) throws(Problem) -> [UInt8] {
        guard !from.isEmpty, from.count == 1 || sender != nil else { throw .author }
        var header = HeaderWriter(isUTF8: transport.hasUTF8Header)
        try header.field("From", recipients: from.map(Recipient.person))
        if let sender { try header.field("Sender", recipients: [.person(sender)]) }
        if !replyTo.isEmpty { try header.field("Reply-To", recipients: replyTo) }
        if !to.isEmpty { try header.field("To", recipients: to) }
        if !cc.isEmpty { try header.field("Cc", recipients: cc) }
        if includingBcc, !bcc.isEmpty { try header.field("Bcc", recipients: bcc) }
        if !subject.isEmpty { try header.field("Subject", text: subject) }
        try header.field("Date", words: [date.mailFormat])
        try header.field("Message-ID", identifiers: [messageID])
        if !inReplyTo.isEmpty { try header.field("In-Reply-To", identifiers: inReplyTo) }
        if !references.isEmpty { try header.field("References", identifiers: references) }
        for field in fields { try header.field(field, isPart: false) }
        try header.field("MIME-Version", words: ["1.0"])
        var message = header.octets
        try PartTree(content, transport: transport).write(to: &message)
        return message
    }

    /// The fields that have a property, which must not be there twice. RFC 5322 §3.6.
    fileprivate static let ownFields: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references",
        "mime-version",
    ]
}

extension HeaderWriter {
    /// A field of the caller's, in the header of the message or of a part. What is about the body belongs to the part.
    mutating func field(_ field: MessageBuilder.Field, isPart: Bool) throws(MessageBuilder.Problem) {
        try Self.check(fieldName: field.name)
        let name = field.name.asciiLowercased
        let isContent = name.hasPrefix("content-")
        guard isPart ? !OwnPartFields.names.contains(name) : !isContent && !MessageBuilder.ownFields.contains(name)
        else {
            throw .fieldName
        }
        switch field.value {
        case .text(let text): try self.field(field.name, text: text)
        case .words(let words): try self.field(field.name, words: words)
        case .recipients(let recipients): try self.field(field.name, recipients: recipients)
        case .identifiers(let identifiers): try self.field(field.name, identifiers: identifiers)
        case .uris(let uris): try self.field(field.name, uris: uris)
        case .listID(let phrase, let id): try self.field(field.name, phrase: phrase, id: id)
        }
    }
}

/// The fields of a part that have a property.
private enum OwnPartFields {
    static let names: Set<String> = [
        "content-type", "content-transfer-encoding", "content-disposition", "content-id", "content-description",
        "content-language", "content-location", "mime-version",
    ]
}
