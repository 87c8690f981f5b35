import Directory
import Glibc
import Network
import PorticoTesting
import Store
import World

@testable import Gateway

/// A folder of its own, gone with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws(FileError) {
        path = "/tmp/portico-test-" + String(World.real.random(), radix: 36)
        try Files.makeFolder(path)
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for name in (try? filesNamed("", in: path)) ?? [] where name != "." && name != ".." {
            // A folder is no file.
            if unsafe unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        }
        unsafe rmdir(path)
    }
}

/// The whole service in this process, on free ports of the loopback address, with a store in memory.
final class RunningGateway: Sendable {
    static let password = "secret"

    let gateway: Gateway
    let configuration: Configuration
    let events = EventLog(threshold: .error, world: .real)
    private let folder: TemporaryFolder
    private let loop = EventLoop()

    init(_ change: (inout Configuration) -> Void = { _ in }) async throws {
        folder = try TemporaryFolder()
        let made = try SelfSignedCertificate(names: ["localhost", "127.0.0.1"], world: .real)
        try Files.write(Array(made.certificate.utf8), to: folder.path + "/certificate.pem", mode: 0o644)
        try Files.write(Array(made.key.utf8), to: folder.path + "/key.pem", mode: 0o600)
        var configuration = Configuration()
        configuration.hostname = "mx.example.test"
        configuration.dataDirectory = folder.path
        configuration.listeners = Configuration.DoorProtocol.allCases.map { .init($0, "127.0.0.1", 0) }
        configuration.tls = [
            .init(certificate: folder.path + "/certificate.pem", key: folder.path + "/key.pem")
        ]
        configuration.plaintextLogin = .loopback
        configuration.gracePeriod = .patience
        change(&configuration)
        self.configuration = configuration
        var options = DemoOptions()
        options.accounts = 2
        let store = MemoryStore()
        gateway = try await Gateway.start(
            configuration,
            events: events,
            world: .real,
            prepare: { [options] directory throws(GatewayError) in
                do {
                    try await Demo.populate(directory, options, Array(RunningGateway.password.utf8), isNew: true)
                    // bücher.test
                    try await directory.addDomain("xn--bcher-kva.test")
                    let info = MailAddress(localPart: "info", domain: "xn--bcher-kva.test")
                    try await directory.addAlias(info, to: [MailAddress(localPart: "alice", domain: "example.test")])
                } catch { throw .directory("\(error)") }
            },
            open: { _ in store }
        )
    }

    func address(_ protocol: Configuration.DoorProtocol) -> Address {
        let index = configuration.listeners.firstIndex { $0.protocol == `protocol` } ?? 0
        return gateway.addresses[index]
    }

    /// Runs `body` with a connection to that door, TLS done where the door begins with it.
    func connect<Value: Sendable>(
        _ protocol: Configuration.DoorProtocol,
        _ body: @escaping @Sendable (DoorClient) async throws -> Value
    ) async throws -> Value {
        let address = address(`protocol`)
        let authorities = folder.path + "/certificate.pem"
        return try await Task(executorPreference: loop) { [loop] in
            let deadline = loop.uptime + .patience
            let stream = Stream(try await TCPTransport.connect(to: address, on: loop, by: deadline))
            if `protocol`.startsWithTLS {
                let tls = try TLSContext.client(verification: .authorities(file: authorities))
                try await stream.startTLS(tls, serverName: "localhost", by: deadline)
            }
            let value = try await body(DoorClient(stream: stream, deadline: deadline))
            await stream.close(by: deadline)
            return value
        }.value
    }

    func stop() async {
        await gateway.stop()
        events.close()
    }
}

/// The client's end of a conversation in lines. Used by one task.
final class DoorClient {
    struct Closed: Error {}

    private let stream: Network.Stream
    private let deadline: Instant

    init(stream: Network.Stream, deadline: Instant) {
        self.stream = stream
        self.deadline = deadline
    }

    func send(_ text: String) { stream.write(text) }

    /// The next line, without its CRLF.
    func line() async throws -> String {
        while true {
            let line: [UInt8]? = stream.withInput { input in
                for index in input.indices where input[index] == 0x0A { return (0...index).map { input[$0] } }
                return nil
            }
            if let line {
                stream.consume(line.count)
                return String(decoding: line.dropLast(2), as: UTF8.self)
            }
            guard try await stream.fill(by: deadline) else { throw Closed() }
        }
    }

    /// Sends a line and returns the lines of the answer up to one that begins with `end`.
    func ask(_ command: String, until end: String) async throws -> [String] {
        send(command + "\r\n")
        var lines: [String] = []
        repeat { lines.append(try await line()) } while !(lines.last ?? "").hasPrefix(end)
        return lines
    }

    /// The lines up to a single dot, with dot-stuffing undone. RFC 1939 §3.
    func multiline() async throws -> String {
        var text = ""
        while true {
            let line = try await line()
            guard line != "." else { return text }
            text += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
        }
    }

    /// `count` octets as text.
    func text(_ count: Int) async throws -> String {
        while stream.available < count { guard try await stream.fill(by: deadline) else { throw Closed() } }
        defer { stream.consume(count) }
        return stream.withInput { input in String(decoding: (0..<count).map { input[$0] }, as: UTF8.self) }
    }
}
