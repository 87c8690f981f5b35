internal import SMTP

/// What VRFY and EXPN get, nothing that helps someone who guesses addresses, and HELP. RFC 5321 §3.5.3, §7.3.
extension Reply {
    static let cannotVerify = Reply(252, "2.5.2", "Cannot verify; send the message and see")
    static let noExpansion = Reply(502, "5.5.1", "EXPN is not offered")
    static let help = Reply(
        214,
        "2.0.0",
        "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT STARTTLS AUTH, as RFC 5321 has them"
    )
}
