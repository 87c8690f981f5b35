internal import World

/// DEFLATE over another transport, which may be TLS: what is sent is compressed before it is encrypted. RFC 4978 §3.
///
/// 1. `send` says that octets went only when all of what they became went: so whoever waits until nothing is pending
///    knows that the peer can read everything.
/// 2. Compressed input is taken in small pieces, and decompressed only as far as the session has room: a few octets that
///    become very many are no more than very many octets.
/// 3. A connection that waits for longer than `restTime` keeps no state of zlib, only what its peer may refer to.
final class CompressedTransport: Transport {
    /// What carries the compressed octets.
    let carrier: any Transport
    let deflater = Deflater()
    let inflater = Inflater()
    /// Compressed octets that were not sent.
    private var output: [UInt8] = []
    private var sent = 0
    /// How many octets of the session became those.
    private var inFlight = 0
    /// Compressed octets that arrived and were not decompressed.
    private var input: [UInt8]
    private var head = 0
    /// Octets that arrived, and became none, since the loop's other sessions had their turn.
    private var emptyInput = 0
    /// What is sent now is the last that is compressed.
    var isEnding = false

    private static let pieceOctets = 64 << 10
    private static let inputOctets = 16 << 10
    static let restTime = Duration.seconds(2)

    /// A transport over `carrier`, of which `received` was read already.
    init(_ carrier: any Transport, received: [UInt8]) {
        self.carrier = carrier
        input = received
    }

    var peer: Address { carrier.peer }
    var local: Address { carrier.local }
    var tls: TLSInfo? { carrier.tls }
    func channelBinding(_ kind: ChannelBinding) -> [UInt8]? { carrier.channelBinding(kind) }
    var clientCertificate: ClientCertificate? { carrier.clientCertificate }
    var uptime: Instant { carrier.uptime }

    // MARK: Input

    func receive(into output: inout [UInt8], limit: Int) throws(TransportError) -> Received {
        while !inflater.isAtEnd {
            if head < input.count || inflater.hasMore {
                let before = output.count
                let octets = input
                let used = try inflater.pull(octets.span.extracting(head..<octets.count), into: &output, limit: limit)
                head += used
                if head == input.count { forgetInput() }
                if output.count > before {
                    emptyInput = 0
                    return .octets
                }
                emptyInput += used
                continue
            }
            // Empty blocks without end are no reason to let everybody else wait: see `wait`.
            guard emptyInput < Self.pieceOctets else { return .nothingYet }
            switch try carrier.receive(into: &input, limit: Self.inputOctets) {
            case .octets: continue
            case let other: return other
            }
        }
        return .end
    }

    private func forgetInput() {
        input = []
        head = 0
    }

    /// What arrived behind the end of the peer's compressed octets.
    var leftover: [UInt8] { Array(input[head...]) }

    // MARK: Output

    func send(_ octets: [UInt8], from offset: Int) throws(TransportError) -> Int {
        if inFlight == 0, offset < octets.count {
            let end = min(octets.count, offset + Self.pieceOctets)
            let flush: Deflater.Flush = end < octets.count ? .none : isEnding ? .end : .sync
            try deflater.push(octets.span.extracting(offset..<end), flush, into: &output)
            inFlight = end - offset
        }
        while sent < output.count {
            let count = try carrier.send(output, from: sent)
            guard count > 0 else { return 0 }
            sent += count
        }
        output = []
        sent = 0
        defer { inFlight = 0 }
        return inFlight
    }

    // MARK: Waiting

    func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake {
        if emptyInput >= Self.pieceOctets {
            emptyInput = 0
            do throws(TransportError) { try await carrier.pause() } catch { return .stopping }
        }
        let restMoment = uptime + Self.restTime
        guard case .input = interest, restMoment < deadline else {
            return await carrier.wait(for: interest, signal: signal, until: deadline, mayStop: mayStop)
        }
        let wake = await carrier.wait(for: interest, signal: signal, until: restMoment, mayStop: mayStop)
        guard case .deadline = wake else { return wake }
        deflater.rest()
        inflater.rest()
        return await carrier.wait(for: interest, signal: signal, until: deadline, mayStop: mayStop)
    }

    func pause() async throws(TransportError) { try await carrier.pause() }

    // MARK: The connection

    func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError) {
        try await startTLS(context, serverName: nil, until: deadline)
    }

    /// TLS goes under the compression, which goes on.
    func startTLS(
        _ context: TLSContext,
        serverName: String?,
        until deadline: Instant
    ) async throws(TransportError) {
        forgetInput()
        try await carrier.startTLS(context, serverName: serverName, until: deadline)
    }

    func endSending() { carrier.endSending() }

    func close() { carrier.close() }
}
