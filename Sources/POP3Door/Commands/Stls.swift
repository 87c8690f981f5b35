internal import Network
internal import POP3

extension Session {
    /// STLS: what was said before it is forgotten, on both sides. RFC 2595 §4.
    mutating func stls() async throws(Ending) {
        guard stream.tls == nil else { throw .refusal(Refusal("TLS is on already")) }
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
