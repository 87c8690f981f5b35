internal import CSystem
internal import Octets

extension Address {
    /// The addresses that this one, at which somebody listens, is reached at: itself, or, where it stands for all of the host,
    /// those of the host's interfaces, 1,024 at most. Only itself if the system does not tell.
    public var reachable: [Address] {
        let isEverywhere = ["0.0.0.0", "::"].contains(host)
        guard isEverywhere else { return [self] }
        let limit = 1024
        var found = [portico_address](repeating: portico_address(), count: limit)
        let count = unsafe portico_interface_addresses(&found, Int32(limit))
        guard count > 0 else { return [self] }
        return found.prefix(Int(count)).map { Address(host: Address($0).host, port: port) }
    }
}
