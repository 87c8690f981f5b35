public import Octets

/// A message as programs want it: its fields decoded, its parts as a tree, what is shown and what is attached. It follows the
/// Email object of RFC 8621 §4.1, without what only a mailbox knows.
///
/// Any octets are a message. The value is made in time linear in them; `write` makes JSON of it.
public struct MessageView: Hashable, Sendable {
    /// What goes into a view.
    public struct Options: Hashable, Sendable {
        /// Of which text parts the text is given.
        public enum BodyValues: Hashable, Sendable {
            /// Of none.
            case none
            /// Of those that are shown.
            case shown
            /// Of all that are not in embedded messages.
            case all
        }

        /// Of which text parts the text is given.
        public var bodyValues = BodyValues.shown
        /// Octets in UTF-8 of one text; the rest is cut off.
        public var bodyValueLimit = 1 << 20
        /// Octets in UTF-8 of all texts; those behind them are empty and marked as cut off.
        public var bodyValuesLimit = 8 << 20
        /// Whether all header fields are given as they stand.
        public var includesHeaders = false
        /// Scalars of the preview.
        public var previewLimit = 256
        /// Addresses of one field, and identifiers; the rest is left out.
        public var listLimit = 10_000

        /// The standard options, to be changed.
        public init() {}
    }

    /// An address with its name.
    public struct Address: Hashable, Sendable {
        /// The display name, decoded; nil if there is none.
        public var name: String?
        /// The addr-spec, its local part quoted if it has to be.
        public var email: String

        /// An address with that name.
        public init(name: String? = nil, email: String) {
            self.name = name
            self.email = email
        }
    }

    /// A header field as it stands.
    public struct Field: Hashable, Sendable {
        /// The name as it is written.
        public var name: String
        /// What follows the colon, folds included, not decoded.
        public var value: String

        /// A field of those.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One part of the tree.
    public struct BodyPart: Hashable, Sendable {
        /// The part's numbers in IMAP, as in `1.2`; nil for a multipart.
        public var partID: String?
        /// The index of the multipart it is in; nil for the message itself.
        public var parent: Int?
        /// Whether it is a multipart, whose parts follow it in `parts`.
        public var isMultipart: Bool
        /// Octets when decoded.
        public var size: Int
        /// Octets in the message.
        public var encodedSize: Int
        /// Where its header begins in the message.
        public var headerStart: Int
        /// Where its body begins.
        public var bodyStart: Int
        /// Where its body ends.
        public var bodyEnd: Int
        /// The file's name, decoded.
        public var name: String?
        /// The media type in lower case.
        public var type: String
        /// The charset of a text as labelled, in lower case; `us-ascii` if it has no label. Nil for what is no text.
        public var charset: String?
        /// `inline`, `attachment` or another disposition, in lower case.
        public var disposition: String?
        /// The Content-ID without angle brackets.
        public var contentID: String?
        /// Content-Description, decoded.
        public var description: String?
        /// Content-Language.
        public var languages: [String]
        /// Content-Location.
        public var location: String?
        /// Content-Transfer-Encoding in lower case; `7bit` if there is none.
        public var encoding: String
    }

    /// The text of a part.
    public struct BodyValue: Hashable, Sendable {
        /// Which one of `parts`.
        public var part: Int
        /// The text, decoded, its lines ended by LF. HTML stays HTML.
        public var value: String
        /// Whether its charset or transfer encoding is not known, or octets made no sense in them.
        public var isEncodingProblem: Bool
        /// Whether some of it is left out.
        public var isTruncated: Bool

        /// The text of that part.
        public init(part: Int, value: String, isEncodingProblem: Bool = false, isTruncated: Bool = false) {
            self.part = part
            self.value = value
            self.isEncodingProblem = isEncodingProblem
            self.isTruncated = isTruncated
        }
    }

    /// A limit that left something out of the view.
    public enum Limit: String, Hashable, Sendable, CaseIterable {
        /// `Options.listLimit`.
        case addresses
        /// `Options.bodyValueLimit` or `bodyValuesLimit`.
        case bodyValues
    }

    /// Octets of the message.
    public var size = 0
    /// The Message-ID without angle brackets; nil if there is no such field, as for all that follow. More than one is damage.
    public var messageID: [String]?
    /// In-Reply-To, likewise.
    public var inReplyTo: [String]?
    /// References, likewise, oldest first.
    public var references: [String]?
    /// Sender. Groups are taken apart, here and below.
    public var sender: [Address]?
    /// From.
    public var from: [Address]?
    /// To; all fields of that name, as for Cc and Bcc.
    public var to: [Address]?
    /// Cc.
    public var cc: [Address]?
    /// Bcc.
    public var bcc: [Address]?
    /// Reply-To.
    public var replyTo: [Address]?
    /// Subject, decoded.
    public var subject: String?
    /// Date; nil also if no date can be read from it.
    public var sentAt: DateTime?
    /// All fields of the message's header, if asked for.
    public var headers: [Field]?
    /// As `MessageText.preview` makes it.
    public var preview = ""
    /// Whether anything is attached that a reader would want to save: not what the text shows in its place.
    public var hasAttachment = false
    /// The message and its parts, each before those in it. Those of embedded messages are left out.
    public var parts: [BodyPart] = []
    /// Which of `parts` a program shows that prefers plain text. RFC 8621 §4.1.4.
    public var textBody: [Int] = []
    /// Which a program shows that prefers HTML.
    public var htmlBody: [Int] = []
    /// Which are attached.
    public var attachments: [Int] = []
    /// The texts that were asked for.
    public var bodyValues: [BodyValue] = []
    /// What limits left something out.
    public var limitsReached: Set<Limit> = []
    /// The limits of the scanner that the message reached.
    public var scannerLimitsReached: ReachedLimits = []

    /// The view of a message with that structure.
    public init(
        _ structure: MessageStructure,
        of message: Span<UInt8>,
        charsets: some CharsetDecoder,
        options: Options = Options()
    ) {
        size = message.count
        scannerLimitsReached = structure.reachedLimits
        let text = MessageText(structure, charsets: charsets)
        let list = PartList(structure, in: message, charsets: charsets)
        if let root = list.entries.first {
            let header = message.extracting(PartList.bounds(root.part.headerStart, root.part.bodyStart, in: message))
            readFields(of: header, charsets: charsets, options)
        }
        preview = text.preview(of: message, limit: options.previewLimit)
        let sources = addParts(list, text, in: message)
        if options.bodyValues != .none { addBodyValues(list, sources, text, in: message, options) }
    }
}
