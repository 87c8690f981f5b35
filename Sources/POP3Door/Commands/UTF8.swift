internal import POP3

extension Session {
    /// UTF8: from now on messages go out as they are stored, whatever their headers hold. Before a login only; it may
    /// be said again. RFC 6856 §2.1.
    mutating func utf8() {
        takesUTF8 = true
        send(.ok("UTF-8 it is"))
    }
}
