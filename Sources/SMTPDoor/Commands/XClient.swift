internal import Admission
internal import Delivery
internal import Directory
internal import Network
internal import Octets
internal import SMTP
internal import World

extension Session {
    /// Whether the peer is a proxy that is believed what it says of its clients. The client of another proxy, by the PROXY
    /// protocol, is none, wherever that one is.
    var mayTellOfClients: Bool { configuration.xclientNetworks.contains { $0.contains(caller.host) } }

    /// XCLIENT: from now on the peer is the client that the proxy speaks of, who is greeted anew. Postfix's XCLIENT_README.
    mutating func xclient(_ told: Command.XClient) async throws(Ending) -> Reply {
        guard envelope == nil else { return try countError(.inTransaction) }
        var client = Account?.none
        if case .known(let name) = told.login {
            guard configuration.role == .submission else {
                return try countError(Reply(501, "5.5.4", "LOGIN has no place at this port"))
            }
            switch await self.account(called: name) {
            case .success(let found?): client = found
            case .success(nil): return Reply(535, "5.7.8", "No such account")
            case .failure: return Reply(454, "4.7.0", "Cannot look for accounts now; try again later")
            }
        }
        var peer = stream.peer
        if case .known(let address) = told.address { peer.host = XClientAddress.host(address) }
        if case .known(let port) = told.port { peer.port = Int(port) }
        var local = stream.local
        if case .known(let address) = told.destinationAddress { local.host = XClientAddress.host(address) }
        if case .known(let port) = told.destinationPort { local.port = Int(port) }
        stream.take(peer: peer, local: local)
        hello = nil
        account = client
        // The proxy vouches for whoever that is; what another one signed in with does not count.
        principal = nil
        isCounted = false
        self.told = Told(told)
        visitor = door.gatekeeper?.visitor(from: peer.host, to: local.host)
        if let reply = try tell(visitor?.connect()) { throw .goodbye(reply) }
        door.log(.info, "smtp.xclient", [("proxy", "\(caller)"), ("peer", "\(peer)")])
        return .greeting(configuration)
    }

    private func account(called name: String) async -> Result<Account?, DirectoryError> {
        guard let address = MailAddress(name) else { return .success(nil) }
        do throws(DirectoryError) {
            guard case .accounts(let found) = try await door.directory.resolve(address), found.count == 1,
                found[0].address == address
            else { return .success(nil) }
            return .success(found[0])
        } catch {
            door.log(.error, "smtp.directory.failed", [("cause", "\(error)")])
            return .failure(error)
        }
    }
}

/// What a proxy said of a client that no connection shows.
struct Told {
    /// The name that the client's address has.
    var name: String?
    /// How it introduced itself to the proxy, which may introduce itself as it likes.
    var hello: String?
    /// Whether it said EHLO.
    var isExtended: Bool?
    /// Whether the client's address is what the proxy said, and not the proxy's own.
    var hasAddress = false

    init(_ told: Command.XClient) {
        if case .known(let name) = told.name { self.name = Told.isName(name) ? name : nil }
        if case .known(let hello) = told.helo { self.hello = Told.isName(hello) ? hello : "unknown" }
        if case .known(let proto) = told.proto { isExtended = proto == .esmtp }
        if case .known = told.address { hasAddress = true }
    }
}

extension Told {
    /// Whether it may stand in a trace field: the proxy may pass on what its client said as it was.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= Limits.domain
            && text.utf8.allSatisfy { ByteClass.alphaNumeric.contains($0) || ".-:[]_".utf8.contains($0) }
    }
}

private enum XClientAddress {
    /// The address without the tag of IPv6.
    static func host(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == "ipv6" else { return text }
        return String(text[text.index(after: colon)...])
    }
}
