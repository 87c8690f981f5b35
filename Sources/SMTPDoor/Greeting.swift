internal import Octets
internal import Admission
internal import Network
internal import SMTP
internal import World

extension Session {
    /// The greeting, unless the peer's network came too often or the peer did not wait for it. RFC 5321 §3.1, §4.3.1.
    mutating func greet() async throws(Ending) {
        guard mayConnect else {
            door.log(.notice, "smtp.stranger", [("peer", "\(stream.peer)")])
            throw .goodbye(.stranger)
        }
        if let reply = try tell(visitor?.connect()) { throw .goodbye(reply) }
        if configuration.role == .exchange, configuration.policy.greetDelay > .zero {
            try await requirePatience()
        }
        stream.write { Reply.greeting(configuration).encode(into: &$0) }
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

    private var mayConnect: Bool {
        let networks = configuration.networks
        return networks.isEmpty || stream.peer.isLocal || networks.contains { $0.contains(stream.peer.host) }
    }
}

extension Reply {
    /// RFC 5321 §4.3.1, RFC 2033 §5.
    static func greeting(_ configuration: SMTPDoor.Configuration) -> Reply {
        Reply(220, nil, "\(configuration.hostname) \(configuration.role == .lmtp ? "LMTP" : "ESMTP") Portico")
    }
    fileprivate static let stranger = Reply(554, nil, "This port is not for you")
    fileprivate static let spokeFirst = Reply(554, nil, "A server speaks first, and a client waits for it")
}
