internal import Network
internal import Octets
internal import SMTP

extension Connection {
    /// Challenges of one exchange, at most: no mechanism needs more than a few.
    private static let challengeLimit = 16

    /// AUTH. RFC 4954 §4.
    func authenticate(_ authenticator: any Authenticator) async throws(Failure) {
        guard var exchange = authenticator.begin(server.mechanisms, isEncrypted: stream.tls != nil) else {
            throw Failure(.auth, .notOffered("AUTH"))
        }
        var response = exchange.initialResponse()
        var command = Command.Auth(mechanism: exchange.mechanism, initialResponse: response)
        // RFC 4954 §4: one that makes the line too long waits for the first challenge, which is empty.
        let isLong = (response?.count ?? 0) / 3 * 4 + 32 > Limits.authLine
        if isLong { command.initialResponse = nil } else { response = nil }
        var reply = try await ask(.auth(command), at: .auth)
        var challenges = 0
        while reply.code == 334 {
            challenges += 1
            guard challenges <= Self.challengeLimit else { throw Failure(.auth, .nonsense("challenges without end")) }
            var answer: [UInt8]?
            if let challenge = Base64.decodeStrictly(Array(reply.lines[0].utf8).span) {
                if let first = response {
                    answer = first
                } else {
                    answer = await exchange.respond(to: challenge)
                }
            }
            response = nil
            reply = try await self.answer(answer)
            if answer == nil { throw Failure(.auth, unexpected: reply) }
        }
        guard reply.code == 235 else { throw Failure(.auth, unexpected: reply) }
        guard exchange.mayEnd else { throw Failure(.auth, .nonsense("the exchange ended too early")) }
    }

    /// Answers a challenge, or cancels the exchange, and waits for what comes next.
    private func answer(_ response: [UInt8]?) async throws(Failure) -> Reply {
        try expectSilence(at: .auth)
        settings.transcript?(.sent(response == nil ? "*" : "(hidden)"))
        stream.write(response.map { Base64.encode($0.span) } ?? [UInt8(ascii: "*")])
        stream.write("\r\n")
        return try await reply(at: .auth)
    }
}
