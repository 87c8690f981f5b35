internal import MIME
internal import Mailbox
internal import Octets

/// What was read of a message for a search, in the form that texts are compared in.
struct SearchContent: Sendable {
    /// What of it is known; the rest is empty here.
    private(set) var parts: SearchParts
    /// The stored ENVELOPE, parsed only when something looks into it.
    private var envelopeOctets: [UInt8] = []
    /// The header's fields, each on a line.
    private(set) var header = FoldedText([])
    /// The fields of its parts' headers, likewise.
    private(set) var partHeaders: [FoldedText] = []
    /// The texts of its parts, the names of files, and the headers of messages in it.
    private(set) var texts: [FoldedText] = []
    /// The ids that the message shares with its copies, and with its conversation.
    private(set) var email: EmailID?
    private(set) var thread: ThreadID?

    init(_ parts: SearchParts) { self.parts = parts }

    mutating func set(envelope: [UInt8]) {
        parts.insert(.envelope)
        envelopeOctets = envelope
    }

    mutating func set(header: FoldedText) { self.header = header }

    mutating func set(texts: [FoldedText], partHeaders: [FoldedText]) {
        self.texts = texts
        self.partHeaders = partHeaders
    }

    mutating func set(email: EmailID?, thread: ThreadID?) {
        self.email = email
        self.thread = thread
    }

    /// Octets of memory, about.
    var octets: Int {
        300 + envelopeOctets.count + header.octets.count + texts.reduce(0) { $0 + $1.octets.count + 40 }
            + partHeaders.reduce(0) { $0 + $1.octets.count + 40 }
    }

    /// Adds what `other`, which is of the same message, knows besides.
    mutating func add(_ other: SearchContent) {
        let more = other.parts.subtracting(parts)
        if more.contains(.envelope) { envelopeOctets = other.envelopeOctets }
        if more.contains(.header) { header = other.header }
        if more.contains(.partHeaders) { partHeaders = other.partHeaders }
        if more.contains(.body) { texts = other.texts }
        if more.contains(.ids) { (email, thread) = (other.email, other.thread) }
        parts.formUnion(more)
    }

    // MARK: The envelope

    private var envelope: Envelope? { Envelope(envelopeOctets: envelopeOctets) }

    /// Whether `needle` stands in a field of the envelope.
    func contains(_ needle: Needle, in field: SearchCondition.EnvelopeField, _ decoding: SearchDecoding) -> Bool {
        guard needle.mayBeIn(envelopeOctets, field), let envelope else { return false }
        return switch field {
        case .subject: envelope.subject.map { needle.isIn(decoding.value($0)) } ?? false
        case .from: isIn(envelope.from, needle, decoding)
        case .to: isIn(envelope.to, needle, decoding)
        case .cc: isIn(envelope.cc, needle, decoding)
        case .bcc: isIn(envelope.bcc, needle, decoding)
        }
    }

    /// The day of the Date field as it is written, in days since 1970; nil without a day. RFC 3501 §6.4.4.
    var sentDay: Int64? {
        guard let date = envelope?.date else { return nil }
        return DateTime(mailDate: date.span)?.daysSince1970
    }

    /// Looks into addresses as people write them: `Name <local@domain>, …`; a group's beginning as its name.
    private func isIn(_ addresses: [MIME.Address], _ needle: Needle, _ decoding: SearchDecoding) -> Bool {
        guard !addresses.isEmpty else { return false }
        var text: [UInt8] = []
        for address in addresses {
            if !text.isEmpty { text += Array(", ".utf8) }
            if let name = address.name { text += decoding.decoded(name) + [.space] }
            switch (address.mailbox, address.host) {
            case (let mailbox?, let host?): text += Array("<".utf8) + mailbox + Array("@".utf8) + host + Array(">".utf8)
            case (let group?, nil): text += decoding.decoded(group)
            default: break
            }
        }
        return needle.isIn(FoldedText(text))
    }

    // MARK: Header and body

    /// Whether a field called `name`, folded, has `needle` in its value. No text at all is in every such field.
    func hasField(_ name: [UInt8], with needle: Needle) -> Bool {
        let text = header.octets.span
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != .lineFeed { end += 1 }
            if end - start > name.count, text[start + name.count] == UInt8(ascii: ":"),
                Self.isSame(text.extracting(start..<start + name.count), name),
                needle.isIn(text.extracting(start + name.count + 1..<end))
            {
                return true
            }
            start = end + 1
        }
        return false
    }

    /// Whether `needle` stands in the body.
    func hasInBody(_ needle: Needle) -> Bool { needle.isEmpty || texts.contains { needle.isIn($0) } }

    /// Whether `needle` stands anywhere. A text of several lines stands in no header.
    func has(_ needle: Needle) -> Bool {
        needle.isIn(header) || partHeaders.contains { needle.isIn($0) } || hasInBody(needle)
    }

    private static func isSame(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool {
        for index in right.indices where left[index] != right[index] { return false }
        return true
    }
}
