extension MessageBuilder {
    /// What the way of a message can carry, each hop of it.
    public enum Transport: Hashable, Sendable {
        /// ASCII in lines of at most 998 octets, as every mail server takes. RFC 5321 §4.5.3.1.6, RFC 2045 §2.7.
        case sevenBit
        /// 8-bit lines in bodies: 8BITMIME. RFC 6152.
        case eightBit
        /// 8-bit lines in bodies and UTF-8 in the header: SMTPUTF8. RFC 6531, RFC 6532.
        case internationalized
        /// Any octets in bodies: BINARYMIME. RFC 3030 §3.
        case binary

        /// Whether header fields may hold UTF-8.
        var hasUTF8Header: Bool { self == .internationalized }
        /// Whether bodies may have octets above 127.
        var isEightBit: Bool { self != .sevenBit }
    }

    /// Why a message cannot be composed. Nothing is written then.
    public enum Problem: Error, Hashable, Sendable {
        /// CR, LF or NUL in a name, address, subject, id or other header value.
        case controlOctet
        /// An address without a local part or domain, or with octets that no address has; or longer than 900 octets.
        case address
        /// A message-id, reference or Content-ID that is not `<left@right>` in visible ASCII of 5 to 900 octets.
        case identifier
        /// No author; or several and no Sender. RFC 5322 §3.6.2.
        case author
        /// A group without a name. RFC 5322 §3.4.
        case group
        /// An extra field whose name is no field name, or is one that the builder writes itself.
        case fieldName
        /// A media type, disposition, parameter name, language or URI that has octets which those cannot have.
        case token
        /// A file name that is empty, `.` or `..`, longer than 1024 octets, or has `/`, `\` or a control in it.
        case fileName
        /// A structured value with characters outside of ASCII that the transport cannot carry.
        case notASCII
        /// A word of more than 900 octets that cannot be cut: no line may be longer than 998. RFC 5322 §2.1.1.
        case tooLong
        /// A report without a field that it must have.
        case missingField
        /// A multipart without parts. RFC 2046 §5.1.1.
        case emptyMultipart
        /// Parts in one another deeper than `MessageBuilder.depthLimit`.
        case depth
        /// More parts than `MessageBuilder.partLimit`.
        case parts
    }

    /// Multiparts in one another, at most. It is half of what the scanner follows.
    public static let depthLimit = 32
    /// Parts of a message, at most. It is half of what the scanner follows.
    public static let partLimit = 1000
}
