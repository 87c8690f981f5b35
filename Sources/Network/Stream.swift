internal import Octets
public import World

/// A connection as a session sees it: input gathered until it can be parsed, output gathered until the session would
/// have to wait for input.
///
/// Used by one task on one loop; it is not `Sendable`. Every call that waits first sends what was written, so replies to
/// pipelined commands leave together. Buffers are given back when they are empty, so an idle connection costs little.
public final class Stream {
    private var transport: any Transport
    private var input: [UInt8] = []
    private var head = 0
    private var output: [UInt8] = []
    private var sent = 0
    private var isAtEnd = false
    /// Octets moved since the session last waited.
    private var moved = 0
    private static let fairShare = 512 << 10
    private let onAuthenticated: @Sendable () -> Void

    /// The most octets that may be waiting unread; a `fill` beyond it throws `.inputLimit`.
    public var inputLimit = 1 << 20
    /// Output beyond this many octets is sent by `drain`.
    public let outputMark = 64 << 10

    /// A stream over `transport`; `onAuthenticated` is told once the session knows who the peer is.
    public init(_ transport: any Transport, onAuthenticated: @escaping @Sendable () -> Void = {}) {
        self.transport = transport
        peer = transport.peer
        local = transport.local
        self.onAuthenticated = onAuthenticated
    }

    /// Who is spoken with: the other end, or whom a proxy there speaks for.
    public private(set) var peer: Address
    /// This end, or that of the proxy.
    public private(set) var local: Address
    /// What TLS agreed on; nil without TLS.
    public var tls: TLSInfo? { transport.tls }
    /// What ties an exchange to this connection's TLS; nil without TLS, or where that kind does not exist.
    public func channelBinding(_ kind: ChannelBinding) -> [UInt8]? { transport.channelBinding(kind) }
    /// The certificate that the client showed, if an authority of its context vouches for it.
    public var clientCertificate: ClientCertificate? { transport.clientCertificate }
    /// Whether what goes and comes is compressed.
    public var isCompressed: Bool { transport is CompressedTransport }
    /// Octets that arrived and were not consumed.
    public var available: Int { input.count - head }
    /// Octets written and not yet sent.
    public var pendingOutput: Int { output.count - sent }

    /// The moment `duration` from now, for the calls that wait.
    public func deadline(after duration: Duration) -> Instant { transport.uptime + duration }

    /// The connection no longer counts as not yet authenticated.
    public func didAuthenticate() { onAuthenticated() }

    /// Takes what a proxy says of the two ends of its client's connection; to be believed of known proxies only.
    public func take(peer: Address, local: Address) {
        self.peer = peer
        self.local = local
    }

    // MARK: Input

    /// Shows `body` the octets that arrived and were not consumed. Nothing is consumed by it.
    public func withInput<Value: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let octets = input
        return try body(octets.span.extracting(head..<octets.count))
    }

    /// Forgets the first `count` octets of the input.
    public func consume(_ count: Int) {
        precondition(count <= available, "cannot consume what has not arrived")
        head += count
        if head == input.count {
            head = 0
            if input.capacity > 4096 { input = [] } else { input.removeAll(keepingCapacity: true) }
        }
    }

    /// Sends what was written, then waits until at least one more octet has arrived.
    ///
    /// - Parameters:
    ///   - deadline: `.deadline` is thrown if nothing arrives before it.
    ///   - mayStop: whether the session stands between two commands, where a stopping server may interrupt it.
    /// - Returns: false when the peer will send no more.
    /// - Throws: `.inputLimit` if too much is waiting unread already.
    public func fill(by deadline: Instant, mayStop: Bool = false) async throws(TransportError) -> Bool {
        guard case .ready = try await wait(for: nil, by: deadline, mayStop: mayStop) else { return false }
        return !isAtEnd
    }

    /// Sends what was written, then waits for more input (or the end of it: `.ready`) or for `signal`, whichever comes
    /// first.
    public func wait(
        for signal: Signal?,
        by deadline: Instant,
        mayStop: Bool = false
    ) async throws(TransportError) -> Wake {
        guard !isAtEnd else { return .ready }
        guard available < inputLimit else { throw .inputLimit }
        // A peer that sends commands and reads no replies must not make the replies pile up here.
        if pendingOutput >= outputMark { try await flush(by: deadline) }
        while true {
            compact()
            let before = input.count
            switch try transport.receive(into: &input, limit: inputLimit - available) {
            case .octets:
                try await share(input.count - before)
                return .ready
            case .end:
                isAtEnd = true
                return .ready
            case .nothingYet: break
            }
            if pendingOutput > 0 {
                // What the system takes at once, as it nearly always does, costs no suspension.
                try sendAtOnce()
                if pendingOutput > 0 {
                    try await flush(by: deadline)
                    continue
                }
            }
            if let signal, signal.take() { return .signal }
            releaseEmptyBuffers()
            switch await transport.wait(for: .input, signal: signal, until: deadline, mayStop: mayStop) {
            case .ready:
                moved = 0
                continue
            case .signal: return .signal
            case .deadline: throw .deadline
            case .stopping: throw .stopping
            }
        }
    }

    /// Takes what has arrived, without waiting and without sending anything: for a client that must know whether the
    /// server said something that it was not asked.
    ///
    /// - Returns: false when the peer will send no more.
    public func takeArrived() throws(TransportError) -> Bool {
        guard !isAtEnd, available < inputLimit else { return !isAtEnd }
        compact()
        if case .end = try transport.receive(into: &input, limit: inputLimit - available) { isAtEnd = true }
        return !isAtEnd
    }

    /// Counts octets that were moved without a wait; after `fairShare` of them the loop's other sessions go first. A
    /// peer that is always ready would have the loop for itself otherwise, and not even a stop would be noticed.
    private func share(_ count: Int) async throws(TransportError) {
        moved += count
        guard moved >= Self.fairShare else { return }
        moved = 0
        try await transport.pause()
    }

    /// Lets the loop's other sessions, and what has arrived for them, go first. For work that lasts, every few milliseconds:
    /// unlike `Task.yield` it does not come back before the sockets were looked at.
    ///
    /// - Throws: `.stopping` if the session is to end.
    public func pause() async throws(TransportError) {
        moved = 0
        try await transport.pause()
    }

    /// Moves what was not consumed to the front, once that is less than what was: so each octet moves a few times at most.
    private func compact() {
        guard head > 0, head >= available else { return }
        input.removeFirst(head)
        head = 0
    }

    /// While a session waits it needs no buffers: most sessions do nothing but wait.
    private func releaseEmptyBuffers() {
        if input.isEmpty, input.capacity > 0 { input = [] }
        if output.isEmpty, output.capacity > 0 { output = [] }
    }

    // MARK: Output

    /// Adds octets to the output; they go before the next wait for input, by `drain`, or by `flush`.
    public func write(_ octets: [UInt8]) {
        // A long answer is not copied, many short ones share one buffer.
        if output.isEmpty, octets.count >= 1024 { output = octets } else { output.append(contentsOf: octets) }
    }

    /// Adds octets to the output.
    public func write(_ octets: Span<UInt8>) { output.append(contentsOf: octets) }

    /// Adds the UTF-8 octets of `text` to the output.
    public func write(_ text: String) { output.append(contentsOf: text.utf8) }

    /// Lets `body` append to the output in place.
    public func write<Failure: Error>(_ body: (inout [UInt8]) throws(Failure) -> Void) throws(Failure) {
        try body(&output)
    }

    /// Sends if much output has gathered: what keeps memory bounded while a long answer is made. Call it between pieces.
    public func drain(by deadline: Instant) async throws(TransportError) {
        if pendingOutput >= outputMark { try await flush(by: deadline) }
    }

    /// Sends everything that was written.
    public func flush(by deadline: Instant) async throws(TransportError) {
        let pending = pendingOutput
        try sendAtOnce()
        if pendingOutput == 0 { return try await share(pending) }
        while pendingOutput > 0 {
            switch await transport.wait(for: .output, signal: nil, until: deadline, mayStop: false) {
            case .ready, .signal: try sendAtOnce()
            case .deadline: throw .deadline
            case .stopping: throw .stopping
            }
        }
    }

    /// Sends what goes without waiting; gives the buffer back when all has gone.
    private func sendAtOnce() throws(TransportError) {
        while pendingOutput > 0 {
            let count = try transport.send(output, from: sent)
            guard count > 0 else { return }
            sent += count
        }
        sent = 0
        if output.capacity > 4096 { output = [] } else { output.removeAll(keepingCapacity: true) }
    }

    // MARK: The connection

    /// Sends what was written, forgets input that came in the clear, and starts TLS as the server. RFC 3207 §4.2: what
    /// an attacker put before the handshake must not be taken for the client's.
    public func startTLS(_ context: TLSContext, by deadline: Instant) async throws(TransportError) {
        try await startTLS(context, serverName: nil, by: deadline)
    }

    /// The same, and as the client if `context` is one for clients, to the server called `serverName`.
    public func startTLS(
        _ context: TLSContext,
        serverName: String?,
        by deadline: Instant
    ) async throws(TransportError) {
        try await flush(by: deadline)
        input = []
        head = 0
        try await transport.startTLS(context, serverName: serverName, until: deadline)
    }

    /// The same as the client of a server of which that is expected.
    public func startTLS(
        _ context: TLSContext,
        expecting expectation: TLSExpectation,
        by deadline: Instant
    ) async throws(TransportError) {
        try await flush(by: deadline)
        input = []
        head = 0
        try await transport.startTLS(context, expecting: expectation, until: deadline)
    }

    /// Sends what was written as it is, and compresses everything from then on, as the peer does: what arrived and was not
    /// consumed is compressed already. RFC 4978 §3.
    public func startCompression(by deadline: Instant) async throws(TransportError) {
        guard !isCompressed else { return }
        try await flush(by: deadline)
        transport = CompressedTransport(transport, received: Array(input[head...]))
        input = []
        head = 0
    }

    /// Sends what was written, compressed, and ends the compression both ways. What arrived compressed and was not
    /// consumed is forgotten. RFC 8437 §3.
    public func endCompression(by deadline: Instant) async throws(TransportError) {
        guard let compressed = transport as? CompressedTransport else { return }
        compressed.isEnding = true
        try await flush(by: deadline)
        transport = compressed.carrier
        input = compressed.leftover
        head = 0
    }

    /// Tells the peer that no more comes; what was written must have been flushed. Input still arrives.
    public func endSending() { transport.endSending() }

    /// Forgets what was written and not sent, and closes.
    public func abandon() {
        output = []
        sent = 0
        transport.close()
    }

    /// Sends what was written as far as the deadline allows, then closes.
    public func close(by deadline: Instant) async {
        try? await flush(by: deadline)
        transport.close()
    }
}
