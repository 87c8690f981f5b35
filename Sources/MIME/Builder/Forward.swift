public import Octets

/// Forwards. RFC 5322 §3.6.5.
extension MessageBuilder {
    /// A forward with the message as it stands in an attachment, behind `text`. Its recipients are empty.
    public init(
        forwarding message: [UInt8],
        _ original: OriginalMessage,
        text: String = "",
        from author: Person,
        date: DateTime,
        messageID: String
    ) {
        self.init(from: author, date: date, messageID: messageID)
        subject = Self.forwardSubject(original.subject)
        content = .mixed([.text(text), .message(message)])
    }

    /// A forward with the text of the message behind `text`, and the files of it. Its recipients are empty.
    public init(
        forwardingInline original: OriginalMessage,
        text: String = "",
        from author: Person,
        date: DateTime,
        messageID: String
    ) {
        self.init(from: author, date: date, messageID: messageID)
        subject = Self.forwardSubject(original.subject)
        content = .letter(text: text + original.forwarded, attachments: original.attachments)
    }

    /// `Fwd: ` once; a `Re: ` behind it stays, as it says what the message was.
    static func forwardSubject(_ subject: String) -> String {
        let rest = withoutMarks(subject, ["fwd", "fw"])
        return rest.isEmpty ? "Fwd:" : "Fwd: " + rest
    }
}

extension OriginalMessage {
    /// The text of the message as it was, behind a line and the fields that say what it is.
    public var forwarded: String {
        func shown(_ people: [MessageBuilder.Person]) -> String {
            people.map { $0.name.isEmpty ? $0.address : "\($0.name) <\($0.address)>" }.joined(separator: ", ")
        }
        var result = "---------- Forwarded message ----------\n"
        let fields = [
            ("From", shown(from)), ("Date", date?.mailFormat ?? ""), ("Subject", subject), ("To", shown(to)),
            ("Cc", shown(cc)),
        ]
        for (name, value) in fields where !value.isEmpty { result += "\(name): \(value)\n" }
        return result + "\n" + text
    }
}

/// The fields that say that a message was sent on as it is: what a user does who redirects it. RFC 5322 §3.6.6.
///
/// They stand before all other fields, and the message below them stays octet by octet, so that its signatures hold.
public struct ResentFields: Hashable, Sendable {
    /// Who sends it on; several need a `sender`.
    public var from: [MessageBuilder.Person]
    /// Who did the sending, if that is not the one in `from`.
    public var sender: MessageBuilder.Person?
    /// The new recipients.
    public var to: [MessageBuilder.Recipient] = []
    /// The new recipients of a copy.
    public var cc: [MessageBuilder.Recipient] = []
    /// Recipients that the others shall not see; written only if asked for.
    public var bcc: [MessageBuilder.Recipient] = []
    /// The moment of sending it on.
    public var date: DateTime
    /// With its angle brackets; another one than the message has.
    public var messageID: String

    /// Fields without recipients.
    public init(from: MessageBuilder.Person, date: DateTime, messageID: String) {
        self.from = [from]
        self.date = date
        self.messageID = messageID
    }

    /// The fields, to be put before the first octet of the message. `isUTF8` if the message goes by SMTPUTF8.
    public func octets(includingBcc: Bool = false, isUTF8: Bool = false) throws(MessageBuilder.Problem) -> [UInt8] {
        guard !from.isEmpty, from.count == 1 || sender != nil else { throw .author }
        var header = HeaderWriter(isUTF8: isUTF8)
        try header.field("Resent-Date", words: [date.mailFormat])
        try header.field("Resent-From", recipients: from.map(MessageBuilder.Recipient.person))
        if let sender { try header.field("Resent-Sender", recipients: [.person(sender)]) }
        if !to.isEmpty { try header.field("Resent-To", recipients: to) }
        if !cc.isEmpty { try header.field("Resent-Cc", recipients: cc) }
        if includingBcc, !bcc.isEmpty { try header.field("Resent-Bcc", recipients: bcc) }
        try header.field("Resent-Message-ID", identifiers: [messageID])
        return header.octets
    }
}
