extension Session {
    /// LOGOUT. RFC 3501 §6.1.3.
    func logout() -> Completion {
        phase = isAuthenticated ? leaveFolder(phase) : .notAuthenticated
        sayBye("Goodbye")
        return Completion("Signed out")
    }

    private func leaveFolder(_ phase: Phase) -> Phase {
        if case .selected(let mailbox, _) = phase { .authenticated(mailbox) } else { phase }
    }
}
