internal import Charset
internal import MIME
internal import Mailbox
internal import Octets

/// An address, as JSON shows it.
struct AddressBody: JSONWritable, Hashable {
    /// Empty if there is none.
    var name: String
    var email: String

    /// nil for what marks a group.
    init?(_ address: Address) {
        guard let email = address.addrSpec else { return nil }
        self.email = String(decoding: email, as: UTF8.self)
        name = text(address.name) ?? ""
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("email", email)
        }
    }
}

/// A message, as JSON shows it: in lists without what only its octets tell.
struct MessageBody: JSONWritable {
    var id: String
    var userId: String
    var folderId: String
    var from: AddressBody?
    var to: [AddressBody] = []
    var cc: [AddressBody] = []
    var bcc: [AddressBody] = []
    /// Empty if answers go to `from`.
    var replyTo: [AddressBody] = []
    var subject: String
    /// When it was written, by its own Date field; when it arrived, if that says nothing. RFC 3339.
    var date: String
    /// When it arrived.
    var receivedAt: String
    var isRead: Bool
    var isFlagged: Bool
    var isAnswered: Bool
    var isDraft: Bool
    var keywords: [String]
    /// Octets.
    var size: Int
    var messageId: String?
    var inReplyTo: String?
    /// The text to read. Not in lists.
    var body: String?
    /// Not in lists.
    var attachments: [AttachmentBody]?

    init(_ data: MessageData, in snapshot: FolderSnapshot, of account: AccountID) {
        let envelope = data.summary.flatMap { Envelope(envelopeOctets: $0.envelope) }
        let flags = data.entry.flags
        id = "\(data.entry.email)"
        userId = "\(account)"
        folderId = "\(snapshot.folder.id)"
        subject = text(envelope?.subject) ?? ""
        let arrival = DateTime(secondsSince1970: data.entry.internalDate)
        date = (envelope?.date.flatMap { DateTime(mailDate: $0.span) } ?? arrival).internetFormat
        receivedAt = arrival.internetFormat
        isRead = flags.contains(.seen)
        isFlagged = flags.contains(.flagged)
        isAnswered = flags.contains(.answered)
        isDraft = flags.contains(.draft)
        keywords = snapshot.keywords(data.entry.keywords)
        size = Int(data.entry.size)
        guard let envelope else { return }
        from = envelope.from.lazy.compactMap { AddressBody($0) }.first
        to = envelope.to.compactMap { AddressBody($0) }
        cc = envelope.cc.compactMap { AddressBody($0) }
        bcc = envelope.bcc.compactMap { AddressBody($0) }
        // IMAP's ENVELOPE repeats From where there is no Reply-To. RFC 9051 §7.5.2.
        if envelope.replyTo != envelope.from { replyTo = envelope.replyTo.compactMap { AddressBody($0) } }
        messageId = text(envelope.messageID)
        inReplyTo = text(envelope.inReplyTo)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("user_id", userId)
            json.member("folder_id", folderId)
            json.member("from", from)
            json.member("to", to)
            json.member("cc", cc)
            json.member("bcc", bcc)
            json.member("reply_to", replyTo)
            json.member("subject", subject)
            json.member("date", date)
            json.member("received_at", receivedAt)
            json.member("is_read", isRead)
            json.member("is_flagged", isFlagged)
            json.member("is_answered", isAnswered)
            json.member("is_draft", isDraft)
            json.member("keywords", keywords)
            json.member("size", size)
            json.member("message_id", messageId)
            json.member("in_reply_to", inReplyTo)
            json.member("body", body)
            json.member("attachments", attachments)
        }
    }
}

/// An attachment, as JSON shows it.
struct AttachmentBody: JSONWritable {
    /// The part's numbers, as IMAP writes them: `2.1`.
    var id: String
    /// The part's own name, or one made for it.
    var name: String
    /// The media type.
    var type: String
    /// Octets when decoded.
    var size: Int
    var contentId: String?
    var isInline: Bool

    init(_ attachment: MessageText<SystemCharsets>.Attachment) {
        id = attachment.path.map { "\($0)" }.joined(separator: ".")
        name = attachment.name
        type = attachment.header.mediaType
        size = attachment.size
        contentId = attachment.contentID
        isInline = attachment.isInline
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("type", type)
            json.member("size", size)
            json.member("content_id", contentId)
            json.member("is_inline", isInline)
        }
    }
}

/// The octets of a header field as text. RFC 2047.
private func text(_ octets: [UInt8]?) -> String? {
    octets.map { EncodedWord.decodedText($0.span, charsets: SystemCharsets()) }
}
