internal import POP3

extension Session {
    /// DELE: marks; only QUIT removes. RFC 1939 §5.
    func dele(_ maildrop: Maildrop, _ message: Int) throws(Ending) {
        guard maildrop.policy.mayChange else { throw .refusal(Refusal("what you signed in with only allows to read")) }
        maildrop.mark(try existing(message, in: maildrop))
        send(.ok("message \(message) marked"))
    }
}
