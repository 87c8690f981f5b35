internal import MIME
internal import Mailbox
internal import Octets

/// What was read of a message for a search, in the form that texts are compared in.
struct SearchContent: Sendable {
    private let decoding: SearchDecoding
    /// The stored ENVELOPE, parsed only when something looks into it.
    private let envelopeOctets: [UInt8]
    /// The header as it came.
    private var headerOctets: [UInt8]
    /// All of the header, decoded and folded.
    private(set) var header: FoldedText
    /// The texts of its parts, decoded and folded.
    private(set) var texts: [FoldedText]
    /// Octets of memory, about.
    var octets: Int {
        200 + envelopeOctets.count + headerOctets.count + header.octets.count + texts.reduce(0) { $0 + $1.octets.count }
    }
    /// The ids that the message shares with its copies, and with its conversation.
    var email: EmailID?
    var thread: ThreadID?

    init(envelope: [UInt8]?, header: [UInt8], texts: [[UInt8]], _ decoding: SearchDecoding) {
        self.decoding = decoding
        envelopeOctets = envelope ?? []
        headerOctets = header
        self.header = FoldedText(header.isEmpty ? [] : decoding.header(header))
        self.texts = texts.map { FoldedText($0) }
    }

    private var envelope: Envelope? { Envelope(envelopeOctets: envelopeOctets) }

    /// Whether `needle` stands in a field of the envelope.
    func contains(_ needle: Needle, in field: SearchCondition.EnvelopeField) -> Bool {
        guard needle.mayBeIn(envelopeOctets, field) else { return false }
        return self.field(field).contains { needle.isIn($0) }
    }

    /// The day of the Date field as it is written, in days since 1970; nil without a day. RFC 3501 §6.4.4.
    var sentDay: Int64? {
        guard let date = envelope?.date else { return nil }
        return DateTime(mailDate: date.span)?.daysSince1970
    }

    /// The texts that the envelope has in a field: one for each address.
    private func field(_ field: SearchCondition.EnvelopeField) -> [FoldedText] {
        guard let envelope else { return [] }
        return switch field {
        case .subject: envelope.subject.map { [FoldedText(decoding.header($0))] } ?? []
        case .from: [text(envelope.from)]
        case .to: [text(envelope.to)]
        case .cc: [text(envelope.cc)]
        case .bcc: [text(envelope.bcc)]
        }
    }

    /// The values of the fields called `name`.
    func fields(named name: [UInt8]) -> [FoldedText] {
        let octets = headerOctets.span
        var values: [FoldedText] = []
        var fields = HeaderFields(in: octets)
        while let field = fields.next(in: octets) {
            guard isSame(octets.extracting(field.name), name) else { continue }
            values.append(FoldedText(decoding.header(HeaderFields.unfolded(octets, field.value))))
        }
        return values
    }

    /// Addresses as people write them: `Name <local@domain>, …`; a group's beginning as its name.
    private func text(_ addresses: [MIME.Address]) -> FoldedText {
        var text: [UInt8] = []
        for address in addresses {
            if !text.isEmpty { text += Array(", ".utf8) }
            if let name = address.name { text += decoding.header(name) + [.space] }
            switch (address.mailbox, address.host) {
            case (let mailbox?, let host?): text += Array("<".utf8) + mailbox + Array("@".utf8) + host + Array(">".utf8)
            case (let group?, nil): text += decoding.header(group)
            default: break
            }
        }
        return FoldedText(text)
    }

    private func isSame(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        for index in right.indices where left[index].asciiLowercased != right[index].asciiLowercased { return false }
        return true
    }
}
