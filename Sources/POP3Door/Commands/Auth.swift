internal import Directory
internal import Network
internal import POP3
internal import SASL
internal import World

extension Session {
    /// What the exchanges of this connection have to know of it.
    var saslPeer: SASLPeer {
        SASLPeer(stream, service: .pop3, allowsPlaintext: door.configuration.allowsPlaintextLogin)
    }

    /// AUTH: one exchange. What a mechanism has to say at its success is a challenge of its own. RFC 5034 §4.
    mutating func auth(_ mechanism: String, _ initialResponse: [UInt8]?) async throws(Ending) {
        state = .authorization(name: nil)
        let exchange = door.authentication.exchange(with: saslPeer)
        var outcome = await exchange.start(mechanism, initialResponse)
        while true {
            switch outcome {
            case .success(let principal): return try await welcome(principal)
            case .failure(let failure): return try await refuse(failure, exchange.name)
            case .challenge(let octets): outcome = await exchange.step(try await challenge(octets))
            }
        }
    }

    /// What is said of an attempt that came to nothing. RFC 3206 §4.
    mutating func refuse(_ failure: SASLFailure, _ name: String) async throws(Ending) {
        switch failure {
        case .unknownMechanism: throw .refusal(Refusal("unknown mechanism"))
        case .needsEncryption: throw .refusal(Refusal("start TLS before signing in"))
        case .malformed: throw .refusal(Refusal("malformed response"))
        case .refused: try await refuseLogin(name)
        case .throttled:
            // Right or wrong, the password was not looked at.
            door.log(.notice, "pop3.login.throttled", [("peer", "\(stream.peer)")])
            let text = "too many wrong passwords from your network, try again later"
            throw .refusal(Refusal(text, code: .systemTemporary, closes: true))
        case .unavailable: throw .refusal(.failure(failure))
        }
    }

    /// Sends a challenge and waits for what the client answers.
    private mutating func challenge(_ octets: [UInt8]) async throws(Ending) -> [UInt8] {
        send(.challenge(octets))
        switch try await nextLine(limit: Limits.responseLine, mayStop: false, parse: SASLResponse.init(parsing:)) {
        case .value(.octets(let response)): return response
        case .value(.cancel): throw .refusal(Refusal("cancelled"))
        case .malformed(let expected): throw .refusal(Refusal("expected \(expected)"))
        case .tooLong: throw .refusal(Refusal("line too long"))
        case .end: throw .transport(.closed)
        }
    }
}
