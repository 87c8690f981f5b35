internal import POP3

extension Session {
    /// USER: notes the name; whether there is one of that name is not told. RFC 1939 §7.
    mutating func user(_ name: String) throws(Ending) {
        try requireAllowedLogin()
        state = .authorization(name: name)
        send(.ok("send the password"))
    }
}
