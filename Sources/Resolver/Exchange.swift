internal import DNS
internal import Network
internal import World

/// One question to one server: over UDP, and over TCP if the answer is too long for that.
///
/// ```
///   datagram --+-- matching response ------------------------------> done
///      ^       +-- truncated ------------> TCP --------------------> done
///      |       +-- nothing in time --------------------------------> fails
///      +-------+-- only the case of the name differs, and no better one comes: again without varying it
///      +-------+-- EDNS is not understood: again without it
/// ```
///
/// What is no response to the query is not looked at, and the wait goes on: someone who guesses wrong must not end it.
/// Against guesses there are the port, the id, and the case of the letters in the name (RFC 5452 §9.2).
struct Exchange {
    /// What a server was found to be like.
    struct Habits: Hashable {
        /// It gives the name back in the case of the query.
        var echoesCase = true
        /// It takes queries with EDNS.
        var takesEDNS = true
    }

    private enum Outcome {
        case response(Message, count: Int)
        case truncated
        case otherCase
        case noEDNS
    }

    var question: Question
    var server: ResolverSettings.Server
    var habits: Habits
    var carrier: any Carrier
    var world: World

    /// How long a better answer is waited for once there was one whose name had another case.
    static let patience = Duration.milliseconds(500)

    /// Asks; each query has `timeout` for its answer. Gives the response and its octets.
    ///
    /// - Throws: `.deadline`, `.stopping` if the task is cancelled, or what the system said.
    mutating func run(timeout: Duration) async throws(TransportError) -> (response: Message, count: Int) {
        while true {
            let deadline = carrier.uptime + timeout
            switch try await datagrams(by: deadline) {
            case .response(let message, let count): return (message, count)
            case .truncated: return try await connection(by: carrier.uptime + timeout)
            case .otherCase:
                // Neither can happen twice.
                habits.echoesCase = false
            case .noEDNS: habits.takesEDNS = false
            }
        }
    }

    private func query(variesCase: Bool) -> Message {
        let name = variesCase ? question.name.withRandomCase(world) : question.name
        var query = Message.query(name, question.type, id: UInt16(truncatingIfNeeded: world.random()))
        // Without DO: signatures are of no use here, and make answers long.
        query.header.isAuthentic = server.isTrusted
        if !habits.takesEDNS { query.edns = nil }
        return query
    }

    private func datagrams(by deadline: Instant) async throws(TransportError) -> Outcome {
        let query = query(variesCase: habits.echoesCase)
        let channel = try carrier.open(to: server.address)
        defer { channel.close() }
        try channel.send(query.encoded())
        var deadline = deadline
        var sawOtherCase = false
        while true {
            let octets: [UInt8]
            do throws(TransportError) { octets = try await channel.next(by: deadline) } catch {
                guard case .deadline = error, sawOtherCase else { throw error }
                return .otherCase
            }
            switch judge(octets, query) {
            case .otherCase?:
                // It may be a guess, or the server's way: a better one would come now.
                if !sawOtherCase { deadline = min(deadline, carrier.uptime + Self.patience) }
                sawOtherCase = true
            case let outcome?: return outcome
            case nil: continue
            }
        }
    }

    /// What a datagram is; nil if it is no response to the query.
    private func judge(_ octets: [UInt8], _ query: Message) -> Outcome? {
        guard let message = try? Message(parsing: octets.span) else {
            // Some cut where it is full, amidst a record.
            guard let header = try? Header(parsing: octets.span), header.isResponse, header.id == query.header.id,
                header.isTruncated
            else { return nil }
            return .truncated
        }
        if message.matches(query, ignoringCase: !habits.echoesCase) {
            if message.header.isTruncated { return .truncated }
            if query.edns != nil, message.rejectsEDNS { return .noEDNS }
            return .response(message, count: octets.count)
        }
        if message.matches(query, ignoringCase: true) { return .otherCase }
        // Who cannot read the query may not repeat its question (RFC 6891 §7).
        let isHeaderAlone =
            message.header.isResponse && message.header.id == query.header.id && message.questions.isEmpty
        return isHeaderAlone && query.edns != nil && message.rejectsEDNS ? .noEDNS : nil
    }

    private func connection(by deadline: Instant) async throws(TransportError) -> (response: Message, count: Int) {
        let query = query(variesCase: false)
        let octets = try await carrier.exchange(query.encoded(), with: server.address, by: deadline)
        guard let message = try? Message(parsing: octets.span), message.matches(query, ignoringCase: true),
            !message.header.isTruncated
        else { throw .closed }
        return (message, octets.count)
    }
}

extension Message {
    /// The response of a server that does not know EDNS, or not this one.
    fileprivate var rejectsEDNS: Bool {
        responseCode == .formatError || responseCode == .notImplemented || responseCode == .badVersion
    }
}

extension Name {
    /// The same name, each letter large or small by chance.
    func withRandomCase(_ world: World) -> Name {
        var bits: UInt64 = 0
        var left = 0
        let labels = labels.map { label in
            label.map { octet in
                guard (0x61...0x7A).contains(octet | 0x20) else { return octet }
                if left == 0 { (bits, left) = (world.random(), 64) }
                defer { (bits, left) = (bits >> 1, left - 1) }
                return bits & 1 == 0 ? octet | 0x20 : octet & 0xDF
            }
        }
        // Labels of the same lengths make a name as well as before.
        return (try? Name(labels: labels)) ?? self
    }
}

extension Record {
    /// The record with its names in small letters: where they point to that of the query, they have the case that this
    /// was given by chance.
    var lowercased: Record {
        var record = self
        record.name = name.lowercased
        record.data =
            switch data {
            case .mx(let preference, let exchange): .mx(preference: preference, exchange: exchange.lowercased)
            case .ptr(let name): .ptr(name.lowercased)
            case .cname(let name): .cname(name.lowercased)
            case .ns(let name): .ns(name.lowercased)
            case .soa(let start): .soa(start.lowercased)
            case .srv(let priority, let weight, let port, let target):
                .srv(priority: priority, weight: weight, port: port, target: target.lowercased)
            case .a, .aaaa, .txt, .tlsa, .opaque: data
            }
        return record
    }
}

extension StartOfAuthority {
    fileprivate var lowercased: StartOfAuthority {
        var start = self
        (start.primary, start.mailbox) = (primary.lowercased, mailbox.lowercased)
        return start
    }
}
