internal import MIME

/// All that the mailbox keeps of a message beside its octets, worked out once when it came, for every account that gets it.
struct Preparation: Sendable {
    var summary: MessageSummary
    var keys: SortKeys
    /// The hash of the subject, part of `threadKeys`.
    var subject: UInt64
    /// What the message's conversation is found by.
    var threadKeys: [UInt64]
    var preview: String

    /// Octets of the beginning of a message in which the References and the text of the preview are looked for.
    static let headLimit = 64 << 10

    /// What is kept of a message; `head` is its first `headLimit` octets.
    init(_ summary: MessageSummary, head: Span<UInt8>, isWhole: Bool, charsets: any CharsetDecoder) {
        self.summary = summary
        let headerEnd = min(summary.structure.parts.first?.bodyStart ?? 0, head.count)
        let references = HeaderFields.firstValue(named: "References", in: head.extracting(0..<headerEnd))
        keys = SortKeys(envelope: summary.envelope, references: references, charsets: charsets)
        subject = ThreadKeys.hash(ofSubject: keys.subject)
        threadKeys = ThreadKeys.keys(of: keys, subject: subject)
        // Of a part of the message, the structure is another: it ends earlier.
        let structure = isWhole ? summary.structure : MessageSummary(of: head).structure
        preview = Preparation.preview(structure, head, charsets)
    }

    private static func preview(
        _ structure: MessageStructure,
        _ octets: Span<UInt8>,
        _ charsets: some CharsetDecoder
    ) -> String {
        MessageText(structure, charsets: charsets).preview(of: octets)
    }
}
