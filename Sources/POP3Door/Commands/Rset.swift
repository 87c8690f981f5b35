internal import POP3

extension Session {
    /// RSET: unmarks all. RFC 1939 §5.
    func rset(_ maildrop: Maildrop) {
        maildrop.unmarkAll()
        send(.ok("\(maildrop.remainingCount) messages (\(maildrop.remainingSize) octets)"))
    }
}
