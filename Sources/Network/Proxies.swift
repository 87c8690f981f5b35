public import Octets

internal import CSystem
internal import World

/// Proxies that say whose connections they pass on, before anything else: the PROXY protocol, as HAProxy's
/// proxy-protocol.txt describes it.
///
/// Every connection from such a proxy must begin with a header; from others none is taken, so that what they send is for
/// their session to judge.
public struct Proxies: Sendable {
    /// Where they are; none, if empty.
    public var networks: [Subnet]
    /// For how long a header is waited for.
    public var patience: Duration
    /// Hears of connections of a proxy that are closed because they did not begin with a header.
    public var failed: @Sendable (Address, ProxyFault) -> Void

    /// Those proxies.
    public init(
        _ networks: [Subnet] = [],
        patience: Duration = .seconds(10),
        failed: @escaping @Sendable (Address, ProxyFault) -> Void = { _, _ in }
    ) {
        self.networks = networks
        self.patience = patience
        self.failed = failed
    }

    /// Reads the header of a connection, and no octet behind it: the next one may begin TLS. nil if it stands for itself, as
    /// when a proxy looks whether the server is there.
    func ends(of transport: any Transport) async throws(ProxyFault) -> (peer: Address, local: Address)? {
        let deadline = transport.uptime + patience
        var octets: [UInt8] = []
        while true {
            do throws(SyntaxError) {
                if let (header, _) = try ProxyHeader.parse(octets.span) { return header.ends }
            } catch {
                throw .syntax(error)
            }
            do throws(TransportError) {
                switch try transport.receive(into: &octets, limit: Proxies.missing(octets)) {
                case .octets: continue
                case .end: throw .closed
                case .nothingYet: break
                }
                switch await transport.wait(for: .input, signal: nil, until: deadline, mayStop: true) {
                case .ready, .signal: continue
                case .deadline: throw .deadline
                case .stopping: throw .stopping
                }
            } catch {
                throw .transport(error)
            }
        }
    }

    /// Octets that belong to the header for certain. The shortest, `PROXY UNKNOWN` and its CRLF, has 15; of version 2 the first
    /// 16 say how many there are. §2.1, §2.2.
    private static func missing(_ octets: [UInt8]) -> Int {
        guard octets.count >= 15 else { return 15 - octets.count }
        if octets[0] == UInt8(ascii: "P") { return 1 }
        guard octets.count >= 16 else { return 1 }
        return 16 + (Int(octets[14]) << 8 | Int(octets[15])) - octets.count
    }
}

/// Why a proxy's connection was closed.
public enum ProxyFault: Error, Sendable, CustomStringConvertible {
    /// It did not begin with a header.
    case syntax(SyntaxError)
    /// No header came.
    case transport(TransportError)

    /// One line for the log.
    public var description: String {
        switch self {
        case .syntax(let error): "no PROXY header: expected \(error.expected) at octet \(error.offset)"
        case .transport(let error): "no PROXY header: \(error)"
        }
    }
}

extension ProxyHeader {
    /// The ends that are to be taken for those of the connection; nil for the real ones.
    var ends: (peer: Address, local: Address)? {
        guard case .relayed(let source, let destination, isDatagram: false) = origin else { return nil }
        guard let peer = Address(source), let local = Address(destination) else { return nil }
        return (peer, local)
    }
}

extension Address {
    /// As the system writes it.
    fileprivate init?(_ endpoint: ProxyHeader.Endpoint) {
        var host: String
        if endpoint.address.count == 4 {
            host = endpoint.address.map { "\($0)" }.joined(separator: ".")
        } else {
            let groups = stride(from: 0, to: endpoint.address.count - 1, by: 2).map { place in
                String(Int(endpoint.address[place]) << 8 | Int(endpoint.address[place + 1]), radix: 16)
            }
            host = groups.joined(separator: ":")
        }
        guard let system = Address(host: host, port: Int(endpoint.port)).system else { return nil }
        self.init(system)
    }
}

extension TCPTransport {
    /// Sends what goes at once: all, if the connection is new.
    func say(_ octets: [UInt8]) {
        if !octets.isEmpty { _ = try? send(octets, from: 0) }
    }
}
