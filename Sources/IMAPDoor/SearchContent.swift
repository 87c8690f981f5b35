internal import MIME
internal import Mailbox
internal import Octets

/// What was read of a message for a search, in the form that texts are compared in.
struct SearchContent {
    private var envelope: EnvelopeText?
    /// The header as it came.
    private var headerOctets: [UInt8]
    /// All of the header, decoded and folded.
    private(set) var header: FoldedText
    /// The texts of its parts, decoded and folded.
    private(set) var texts: [FoldedText]

    init(envelope: [UInt8]?, header: [UInt8], texts: [[UInt8]]) {
        self.envelope = envelope.map { EnvelopeText($0) }
        headerOctets = header
        self.header = FoldedText(header.isEmpty ? [] : HeaderText.decoded(header))
        self.texts = texts.map { FoldedText($0) }
    }

    /// Days since 1970 of the Date field; nil without a day.
    var sentDay: Int64? { envelope?.date.flatMap { SentDate.daysSince1970($0) } }

    /// The texts that the envelope has in a field: one for each address.
    func field(_ field: SearchCondition.EnvelopeField) -> [FoldedText] {
        guard let envelope else { return [] }
        return switch field {
        case .subject: envelope.subject.map { [FoldedText(HeaderText.decoded($0))] } ?? []
        case .from: [SearchContent.text(envelope.from)]
        case .to: [SearchContent.text(envelope.to)]
        case .cc: [SearchContent.text(envelope.cc)]
        case .bcc: [SearchContent.text(envelope.bcc)]
        }
    }

    /// The values of the fields called `name`.
    func fields(named name: [UInt8]) -> [FoldedText] {
        let octets = headerOctets.span
        var values: [FoldedText] = []
        var fields = HeaderFields(in: octets)
        while let field = fields.next(in: octets) {
            guard isSame(octets.extracting(field.name), name) else { continue }
            values.append(FoldedText(HeaderText.decoded(HeaderFields.unfolded(octets, field.value))))
        }
        return values
    }

    /// Addresses as people write them: `Name <local@domain>, …`; a group's beginning as its name.
    private static func text(_ addresses: [EnvelopeText.Address]) -> FoldedText {
        var text: [UInt8] = []
        for address in addresses {
            if !text.isEmpty { text += Array(", ".utf8) }
            if let name = address.name { text += HeaderText.decoded(name) + [.space] }
            switch (address.mailbox, address.host) {
            case (let mailbox?, let host?): text += Array("<".utf8) + mailbox + Array("@".utf8) + host + Array(">".utf8)
            case (let group?, nil): text += HeaderText.decoded(group)
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
