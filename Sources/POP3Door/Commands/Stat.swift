internal import POP3

extension Session {
    /// STAT: the drop listing. RFC 1939 §5.
    func stat(_ maildrop: Maildrop) { send(.ok("\(maildrop.remainingCount) \(maildrop.remainingSize)")) }
}
