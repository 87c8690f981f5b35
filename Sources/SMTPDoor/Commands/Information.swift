internal import SMTP

/// What VRFY, EXPN and HELP get: nothing that helps someone who guesses addresses. RFC 5321 §3.5.3, §7.3.
extension Reply {
    static let cannotVerify = Reply(252, "2.5.2", "Cannot verify; send the message and see")
    static let noExpansion = Reply(502, "5.5.1", "EXPN is not offered")
    static let help = Reply(214, "2.0.0", "RFC 5321 says it all")
}
