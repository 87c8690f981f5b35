extension Session {
    /// NOOP: the client asks whether something is new; the answer comes before the OK of every command. RFC 3501 §6.1.2.
    func noop() -> Completion { Completion("Nothing done") }

    /// CHECK: everything that was answered is durable already. RFC 3501 §6.4.1.
    func check() -> Completion { Completion("All is in place") }
}
