import Network
import Octets
import PorticoTesting
import Synchronization

/// A small mail server on a loopback address, which does what it is told.
final class MailHost: Sendable {
    struct Received: Sendable, Hashable {
        var sender: String
        var recipients: [String]
        var text: String
        /// Commands of the connection before it.
        var commands: [String]
        /// Who sent it.
        var peer: String
    }

    struct State {
        /// What is said instead of the usual, by the beginning of a command; `GREETING` and `.` for the greeting and the end
        /// of a message. An empty text closes the connection.
        var says: [String: String] = [:]
        var received: [Received] = []
        /// While it thinks, it says nothing to the end of a message.
        var isThinking = false
        var waiting = 0
        /// So many messages it takes; to the end of another it says nothing until the client goes.
        var limit = Int.max
        var connections = 0
        var open = 0
        /// The most that were open at once.
        var most = 0
    }

    let listener: Listener
    private let state = Mutex(State())
    private let isLMTP: Bool

    init(_ host: String, port: Int = 0, on loops: EventLoopGroup, lmtp: Bool = false) throws {
        isLMTP = lmtp
        listener = try Listener(Address(host: host, port: port), on: loops, counter: ConnectionCounter(), tls: nil)
        listener.serve { stream in await self.session(stream) }
    }

    private nonisolated(nonsending) func session(_ stream: Network.Stream) async {
        state.withLock { state in
            state.connections += 1
            state.open += 1
            state.most = max(state.most, state.open)
        }
        await converse(stream)
        state.withLock { $0.open -= 1 }
        await stream.close(by: stream.deadline(after: .patience))
    }

    var port: Int { listener.address.port }
    var received: [Received] { state.withLock { $0.received } }
    var connections: Int { state.withLock { $0.connections } }
    var most: Int { state.withLock { $0.most } }

    /// Says `text` from now on where a command begins so; nil for the usual.
    func say(_ text: String?, to command: String) { state.withLock { $0.says[command] = text } }

    /// Says nothing to the end of a message once it has so many.
    func pause(after limit: Int) { state.withLock { $0.limit = limit } }

    /// Has ends of messages wait for their reply, or lets them go on.
    func think(_ isThinking: Bool) { state.withLock { $0.isThinking = isThinking } }

    /// Messages that wait for their reply.
    var waiting: Int { state.withLock { $0.waiting } }

    func stop() async { await listener.stop(grace: .seconds(5)) }

    private func answer(_ line: String) -> String? {
        state.withLock { state in state.says.first { line.hasPrefix($0.key) }?.value }
    }

    /// Whether the conversation goes on.
    private func reply(_ stream: Network.Stream, to line: String, _ usual: String) -> (said: String, goesOn: Bool) {
        let text = answer(line) ?? usual
        if !text.isEmpty { stream.write(text + "\r\n") }
        return (text, !text.isEmpty && !text.hasPrefix("421"))
    }

    private nonisolated(nonsending) func converse(_ stream: Network.Stream) async {
        guard reply(stream, to: "GREETING", "220 mx.test ESMTP").goesOn else { return }
        var commands: [String] = []
        var sender = ""
        var recipients: [String] = []
        while let line = await stream.nextLine() {
            commands.append(line)
            var usual = "250 2.0.0 Ok"
            switch line.prefix(4) {
            case "EHLO", "LHLO": usual = "250-mx.test\r\n250-ENHANCEDSTATUSCODES\r\n250-AUTH PLAIN\r\n250 PIPELINING"
            case "QUIT": usual = "221 2.0.0 Bye"
            case "AUTH": usual = "235 2.7.0 Welcome"
            case "DATA": usual = recipients.isEmpty ? "503 5.5.1 No recipients" : "354 Go"
            default: break
            }
            let (said, goesOn) = reply(stream, to: line, usual)
            guard goesOn else { return }
            switch line.prefix(4) {
            case "MAIL": (sender, recipients) = (line, [])
            case "RCPT": if said.hasPrefix("2") { recipients.append(line) }
            case "QUIT": return
            case "DATA":
                guard said.hasPrefix("354") else { break }
                var text = ""
                while let line = await stream.nextLine(), line != "." { text += line + "\n" }
                guard state.withLock({ $0.received.count < $0.limit }) else {
                    _ = await stream.nextLine()
                    return
                }
                state.withLock { $0.waiting += 1 }
                while state.withLock({ $0.isThinking }) { try? await Task.sleep(for: .milliseconds(1)) }
                state.withLock { $0.waiting -= 1 }
                for _ in 0..<(isLMTP ? recipients.count : 1) {
                    let (said, goesOn) = reply(stream, to: ".", "250 2.0.0 Taken")
                    // Closed without a word, it has been taken all the same.
                    if said.isEmpty || said.hasPrefix("2") {
                        state.withLock {
                            $0.received.append(
                                Received(
                                    sender: sender,
                                    recipients: recipients,
                                    text: text,
                                    commands: commands,
                                    peer: stream.peer.host
                                )
                            )
                        }
                    }
                    guard goesOn else { return }
                }
            default: break
            }
        }
    }
}

extension Network.Stream {
    /// The next line, without its end; nil if the client says no more.
    fileprivate nonisolated(nonsending) func nextLine() async -> String? {
        var octets: [UInt8] = []
        while true {
            while let octet = withInput({ $0.isEmpty ? nil : $0[0] }) {
                consume(1)
                if octet != .lineFeed {
                    octets.append(octet)
                    continue
                }
                return String(decoding: octets.last == .carriageReturn ? octets.dropLast() : octets[...], as: UTF8.self)
            }
            guard (try? await fill(by: deadline(after: .patience))) == true else { return nil }
        }
    }
}
