internal import POP3

extension Session {
    /// UIDL: unique ids. RFC 1939 §7.
    func uidl(_ maildrop: Maildrop, _ message: Int?) async throws(Ending) {
        if let message {
            let index = try existing(message, in: maildrop)
            return send(.ok("\(message) \(maildrop.uniqueID(index))"))
        }
        send(.ok("unique ids follow"))
        try await listAll(maildrop) { index, output in
            ListingLine.uniqueID(index + 1, maildrop.uniqueID(index), into: &output)
        }
    }
}
