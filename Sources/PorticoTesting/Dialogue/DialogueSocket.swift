internal import Network
public import World

extension Dialogue {
    /// Plays it over sockets on the loopback interface. Nothing is compared but the dialogue with what comes: the service
    /// has a clock that stands still, the connection has the real one. A dialogue with `wait:` cannot be played.
    ///
    /// - Throws: `DialogueFailure`, or why there are no sockets.
    public func playOverSocket(
        _ makeHost: @escaping @Sendable (World, Dialogue) async throws -> any DialogueHost
    ) async throws {
        let loops = EventLoopGroup(count: 1)
        let loop = loops.next()
        let host = try await makeHost(TestWorld().world, self)
        let listener = try Listener(Address(host: "127.0.0.1", port: 0), on: loops)
        listener.serve { stream in await host.serve(stream) }
        let result = await Task(executorPreference: loop) { [self] () async -> Result<Void, DialogueFailure> in
            let stage = DialogueSocketStage(address: listener.address, loop: loop)
            let player = DialoguePlayer(self, .socket, host, stage, DialogueLog())
            do throws(DialogueFailure) {
                return .success(try await player.play())
            } catch {
                return .failure(error)
            }
        }.value
        await listener.stop(grace: .zero)
        await loops.stop()
        try result.get()
    }

    /// Whether it can be played over a socket, where time cannot be moved.
    public var canUseSocket: Bool {
        !except.contains(.socket)
            && !steps.contains { step in if case .wait = step.action { true } else { false } }
    }
}

/// Plays over sockets.
private final class DialogueSocketStage: DialogueStage {
    private let address: Address
    private let loop: EventLoop
    /// Nothing is measured by it: it is there so that a server that does not answer is noticed at all.

    init(address: Address, loop: EventLoop) {
        self.address = address
        self.loop = loop
    }

    func connect() async throws(DialogueSyntaxError) -> any DialogueEnd {
        do throws(TransportError) {
            return End(try await TCPTransport.connect(to: address, on: loop, by: loop.uptime + .patience))
        } catch {
            throw DialogueSyntaxError("cannot connect: \(error)")
        }
    }

    func wait(_ duration: Duration) throws(DialogueSyntaxError) {
        throw DialogueSyntaxError("time cannot be moved over a socket")
    }

    func leave() {}

    private final class End: DialogueEnd {
        private let transport: TCPTransport

        init(_ transport: TCPTransport) { self.transport = transport }
        deinit { transport.close() }

        private var deadline: Instant { transport.uptime + .patience }

        func send(_ octets: [UInt8]) async throws(DialogueSyntaxError) {
            var sent = 0
            do throws(TransportError) {
                while sent < octets.count {
                    sent += try transport.send(octets, from: sent)
                    guard sent < octets.count else { return }
                    if case .deadline = await transport.wait(for: .output, signal: nil, until: deadline, mayStop: false)
                    {
                        throw .deadline
                    }
                }
            } catch {
                // What the server said before it closed is still to be read.
                if case .deadline = error { throw DialogueSyntaxError("the server takes nothing") }
            }
        }

        func endSending() { transport.endSending() }

        func receive() async throws(DialogueSyntaxError) -> [UInt8]? {
            var octets: [UInt8] = []
            while true {
                do throws(TransportError) {
                    switch try transport.receive(into: &octets, limit: 1 << 16) {
                    case .octets: return octets
                    case .end: return nil
                    case .nothingYet: break
                    }
                } catch {
                    return nil
                }
                if case .deadline = await transport.wait(for: .input, signal: nil, until: deadline, mayStop: false) {
                    throw DialogueSyntaxError("nothing comes")
                }
            }
        }

        /// Over a socket nobody knows whether more is under way; what has come is seen by the line that is expected next.
        func unread() -> Int { 0 }
    }
}
