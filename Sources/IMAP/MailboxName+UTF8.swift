/// Mailbox names where a client may have enabled UTF-8. RFC 9051 §5.1, RFC 6855 §3.
extension MailboxName {
    /// The name that `text` has on the wire: UTF-8 if that was enabled, else modified UTF-7.
    public init(text: String, enabled: EnabledExtensions) {
        if enabled.hasUTF8 { self.init(Array(text.utf8)) } else { self.init(text: text) }
    }

    /// The text that the name stands for; nil unless it is UTF-8 without control characters, or, if UTF-8 was not enabled,
    /// modified UTF-7 as `text` wants it. Normalisation is the server's business. RFC 9051 §5.1.
    public func text(enabled: EnabledExtensions) -> String? {
        guard enabled.hasUTF8 else { return text }
        guard let text = String(validating: octets, as: UTF8.self) else { return nil }
        // Control characters, and the separators of lines that Net-Unicode forbids. RFC 5198 §2.
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && !(0x2028...0x2029).contains(scalar.value)
        }
        return isPlain ? text : nil
    }
}
