internal import Admission
internal import Network
internal import SMTP
internal import World

extension Session {
    /// The greeting, unless the peer's network came too often or the peer did not wait for it. RFC 5321 §3.1, §4.3.1.
    mutating func greet() async throws(Ending) {
        if let reply = try tell(visitor?.connect()) { throw .goodbye(reply) }
        if configuration.role == .exchange, configuration.policy.greetDelay > .zero {
            try await requirePatience()
        }
        stream.write("220 \(configuration.hostname) ESMTP Portico\r\n")
    }

    /// Waits before the greeting. What sends at once does not read replies: it is made to send, and not to be a server.
    private func requirePatience() async throws(Ending) {
        let isTalking: Bool
        do throws(TransportError) {
            isTalking = try await stream.fill(
                by: stream.deadline(after: configuration.policy.greetDelay),
                mayStop: true
            )
        } catch .deadline {
            return
        } catch {
            throw Ending(error)
        }
        guard isTalking else { throw .lost(.closed) }
        door.log(.notice, "smtp.early-talker", [("peer", "\(stream.peer)")])
        throw .goodbye(.spokeFirst)
    }
}

extension Reply {
    fileprivate static let spokeFirst = Reply(554, nil, "A server speaks first, and a client waits for it")
}
