internal import CSystem
public import World

extension TCPTransport {
    /// Connects to `address`, a numeric one, from `local` if given. Call it in a task of `loop`.
    ///
    /// - Throws: `.system` with the reason, `.deadline`, or `.stopping` if the task was cancelled.
    public static func connect(
        to address: Address,
        from local: Address? = nil,
        on loop: EventLoop,
        by deadline: Instant
    ) async throws(TransportError) -> TCPTransport {
        guard var to = address.system else { throw .system(EINVAL) }
        let descriptor: Int32
        if let local {
            guard var from = local.system else { throw .system(EINVAL) }
            descriptor = unsafe portico_connect(&to, &from)
        } else {
            descriptor = unsafe portico_connect(&to, nil)
        }
        guard descriptor >= 0 else { throw .system(-descriptor) }
        let transport = try TCPTransport(descriptor: descriptor, peer: address, loop: loop, isConnecting: true)
        switch await transport.wait(for: .output, signal: nil, until: deadline, mayStop: false) {
        case .ready, .signal: break
        case .deadline:
            transport.close()
            throw .deadline
        case .stopping:
            transport.close()
            throw .stopping
        }
        let status = portico_socket_error(descriptor)
        guard status == 0 else {
            transport.close()
            throw .system(status)
        }
        return transport
    }
}
