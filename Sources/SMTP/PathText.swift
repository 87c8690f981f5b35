internal import Octets

extension Path {
    /// The path that `text` writes as `local@domain`, without angle brackets, quoted where it must be: what `description`
    /// gave. What is not ASCII is taken. RFC 5321 §4.1.2, RFC 6531 §3.3. nil if it is no Mailbox.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        guard octets.count <= Limits.path else { return nil }
        var cursor = Cursor(end: octets.count)
        let rules = Rules(leniency: [.underscoreInDomain], extensions: [.smtpUTF8])
        guard let path = try? cursor.mailbox(in: octets.span, rules), cursor.isAtEnd else { return nil }
        self = path
    }
}
