internal import Directory
internal import IMAP
internal import Network
internal import Octets
internal import SASL

extension Session {
    /// What the exchanges of this connection have to know of it.
    var saslPeer: SASLPeer {
        SASLPeer(stream, service: .imap, client: client, allowsPlaintext: configuration.allowsPlaintextLogin)
    }

    /// AUTHENTICATE: one exchange. What a mechanism has to say at its success is a challenge of its own.
    /// RFC 3501 §6.2.2, RFC 4959.
    func authenticate(_ mechanism: String, _ initial: [UInt8]?) async throws -> Completion {
        let exchange = house.authentication.exchange(with: saslPeer)
        var outcome = await exchange.start(mechanism, initial)
        while true {
            switch outcome {
            case .success(let principal): return try await welcome(principal)
            case .failure(let failure): try await refuse(failure)
            case .challenge(let octets): outcome = await exchange.step(try await answer(to: octets))
            }
        }
    }

    /// What is said of an attempt that came to nothing. RFC 5530 §3.
    func refuse(_ failure: SASLFailure) async throws -> Never {
        switch failure {
        case .unknownMechanism: throw Refusal.no(.cannot, "Mechanism is not supported")
        case .needsEncryption: throw Refusal.no(.privacyRequired, "Not before TLS")
        case .malformed, .refused: try await refuseLogin()
        case .throttled(let wait): throw Refusal(DirectoryError.tooManyFailures(wait: wait))
        case .unavailable: throw Refusal(DirectoryError.store(failure))
        }
    }

    /// Sends a challenge and waits for the answer. RFC 3501 §6.2.2.
    private func answer(to challenge: [UInt8]) async throws -> [UInt8] {
        stream.write { output in Response.challenge(challenge, into: &output) }
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
