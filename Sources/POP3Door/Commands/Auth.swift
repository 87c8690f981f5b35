internal import Network
internal import Octets
internal import POP3

extension Session {
    /// AUTH PLAIN, with or without an initial response. RFC 5034 §4, RFC 4616.
    mutating func auth(_ mechanism: String, _ initialResponse: [UInt8]?) async throws(Ending) {
        state = .authorization(name: nil)
        guard mechanism == "PLAIN" else { throw .refusal(Refusal("unknown mechanism")) }
        try requireAllowedLogin()
        let credentials: PlainCredentials?
        if let initialResponse {
            credentials = PlainCredentials(parsing: initialResponse.span)
        } else {
            let response = try await challenge([])
            credentials = PlainCredentials(parsing: response.span)
        }
        guard let credentials else { throw .refusal(Refusal("malformed PLAIN response")) }
        guard credentials.actsForItself else {
            throw .refusal(Refusal("one cannot act for another", code: .authentication))
        }
        try await signIn(credentials.name, password: credentials.password, by: mechanism)
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
