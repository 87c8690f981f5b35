internal import POP3

extension Session {
    /// PASS: only right after USER. RFC 1939 §7.
    mutating func pass(_ name: String?, _ password: [UInt8]) async throws(Ending) {
        try requireAllowedLogin()
        state = .authorization(name: nil)
        guard let name else { throw .refusal(Refusal("send USER first")) }
        try await signIn(name, password: password)
    }
}
