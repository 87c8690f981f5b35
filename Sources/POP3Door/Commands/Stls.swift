internal import Network
internal import POP3

extension Session {
    /// STLS: what was said before it is forgotten, on both sides. RFC 2595 §4.
    mutating func stls() async throws(Ending) {
        guard stream.tls == nil else { throw .refusal(Refusal("TLS is on already")) }
        // A client must not; what UTF8 said would have to be forgotten unnoticed. RFC 6856 §2.1.
        guard !takesUTF8 else { throw .refusal(Refusal("STLS comes before UTF8")) }
        guard let context = door.configuration.tls else { throw .refusal(Refusal("TLS is not offered here")) }
        send(.ok("begin TLS"))
        do {
            try await stream.startTLS(context, by: sendDeadline)
        } catch {
            throw .transport(error)
        }
        state = .authorization(name: nil)
    }
}
