import DNS
import Network
import PorticoTesting
import Synchronization
import World

@testable import Resolver

/// Servers without sockets: each query is shown to the script, whose replies come by the virtual clock.
final class ScriptedServers: Carrier {
    /// A query as a server sees it.
    struct Query {
        var server: String
        var message: Message
        var isStream: Bool
        /// How many came before it.
        var number: Int

        var name: String { message.questions[0].name.host }
        var type: RecordType { message.questions[0].type }

        /// The response with these records.
        func response(
            _ lines: [String] = [],
            authority: [String] = [],
            code: ResponseCode = .noError,
            change: (inout Message) -> Void = { _ in }
        ) -> Reply {
            var response = Message(
                header: Header(id: message.header.id, isResponse: true, wantsRecursion: true, offersRecursion: true),
                responseCode: code,
                questions: message.questions,
                answers: lines.map(Self.record),
                authorities: authority.map(Self.record),
                edns: message.edns.map { _ in EDNS() }
            )
            change(&response)
            return Reply(octets: response.encoded())
        }

        /// `name seconds type value`.
        private static func record(_ line: String) -> Record {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard let name = try? Name(words[0]), let seconds = UInt32(words[1]), let type = RecordType(words[2]),
                let data = try? RecordData(type, parsing: words[3])
            else { preconditionFailure("no record: \(line)") }
            return Record(name: name, timeToLive: seconds, data: data)
        }
    }

    /// Octets that come after a while.
    struct Reply {
        var octets: [UInt8]
        var delay = Duration.milliseconds(20)

        func after(_ delay: Duration) -> Reply { Reply(octets: octets, delay: delay) }
    }

    let loop: TestLoop
    private let script: @Sendable (Query) -> [Reply]
    private let log = Mutex<[Query]>([])

    init(_ loop: TestLoop, _ script: @escaping @Sendable (Query) -> [Reply]) {
        self.loop = loop
        self.script = script
    }

    /// All queries so far.
    var queries: [Query] { log.withLock { $0 } }

    var executor: any TaskExecutor { loop }
    var uptime: Instant { loop.world.uptime }

    func open(to server: Address) throws(TransportError) -> any DatagramChannel { MemoryChannel(self, server) }

    func exchange(_ query: [UInt8], with server: Address, by deadline: Instant) async throws(TransportError) -> [UInt8]
    {
        let channel = MemoryChannel(self, server, isStream: true)
        try channel.send(query)
        return try await channel.next(by: deadline)
    }

    fileprivate func replies(to octets: [UInt8], at server: Address, isStream: Bool) -> [Reply] {
        guard let message = try? Message(parsing: octets.span) else { return [] }
        let query = log.withLock { log in
            log.append(Query(server: server.host, message: message, isStream: isStream, number: log.count))
            return log[log.count - 1]
        }
        return script(query)
    }

    /// A resolver that asks servers called `a`, `b` and so on.
    func resolver(_ names: [String] = ["a"], _ change: (inout ResolverSettings) -> Void = { _ in }) -> Resolver {
        var settings = ResolverSettings(servers: names.map { .init(address: Address(host: $0, port: 53)) })
        change(&settings)
        return Resolver(settings, world: loop.world.world) { self }
    }
}

private final class MemoryChannel: DatagramChannel, @unchecked Sendable {
    private let servers: ScriptedServers
    private let server: Address
    private let isStream: Bool
    private let inbox = Mutex<[[UInt8]]>([])
    private let bell = Signal()

    init(_ servers: ScriptedServers, _ server: Address, isStream: Bool = false) {
        self.servers = servers
        self.server = server
        self.isStream = isStream
    }

    func send(_ octets: [UInt8]) throws(TransportError) {
        for reply in servers.replies(to: octets, at: server, isStream: isStream) {
            _ = servers.loop.world.setAlarm(at: servers.uptime + reply.delay) { [self] in
                inbox.withLock { $0.append(reply.octets) }
                bell.raise()
            }
        }
    }

    func next(by deadline: Instant) async throws(TransportError) -> [UInt8] {
        while true {
            if let octets = inbox.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return octets }
            guard !Task.isCancelled else { throw .stopping }
            guard servers.uptime < deadline else { throw .deadline }
            let alarm = servers.loop.world.setAlarm(at: deadline) { [bell] in bell.raise() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    if !bell.onRaise({ continuation.resume() }) { continuation.resume() }
                }
            } onCancel: {
                bell.raise()
            }
            _ = bell.take()
            servers.loop.world.cancel(alarm)
        }
    }

    func close() {}
}
