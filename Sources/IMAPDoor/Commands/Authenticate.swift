internal import IMAP
internal import Network
internal import Octets

extension Session {
    /// AUTHENTICATE, with PLAIN (RFC 4616) and LOGIN, which old Outlook needs. RFC 3501 §6.2.2, RFC 4959.
    func authenticate(_ mechanism: String, _ initial: [UInt8]?) async throws -> Completion {
        guard mechanism == "PLAIN" || mechanism == "LOGIN" else {
            throw Refusal.no(.cannot, "Mechanism is not supported")
        }
        guard mayLogin else { throw Refusal.no(.privacyRequired, "Not before TLS") }
        if mechanism == "PLAIN" {
            let message = if let initial { initial } else { try await answer(to: "") }
            guard let plain = PlainCredentials(parsing: message.span), plain.actsForItself else {
                try await refuseLogin()
            }
            return try await signIn(Array(plain.name.utf8), plain.password, by: mechanism)
        }
        let user = if let initial { initial } else { try await answer(to: "Username:") }
        return try await signIn(user, try await answer(to: "Password:"), by: mechanism)
    }

    /// Sends a challenge and waits for the answer. RFC 3501 §6.2.2.
    private func answer(to challenge: String) async throws -> [UInt8] {
        stream.write { output in Response.challenge(Array(challenge.utf8), into: &output) }
        let deadline = commandDeadline
        while true {
            switch stream.withInput({ input in ContinuationLine.authentication(input) }) {
            case .needMore:
                guard try await stream.fill(by: deadline) else { throw Refusal(kind: .closing, text: "Nothing came") }
            case .response(let octets, let consumed):
                stream.consume(consumed)
                return octets
            case .cancelled(let consumed):
                stream.consume(consumed)
                throw Refusal.bad("Cancelled")
            case .malformed(let consumed):
                stream.consume(consumed)
                throw Refusal.bad("Expected base64")
            case .tooLong: throw Refusal(kind: .closing, text: "Expected a shorter line")
            }
        }
    }
}
