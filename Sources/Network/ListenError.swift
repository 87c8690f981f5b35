internal import CSystem

/// Why a server cannot listen.
public enum ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process, or this one, listens there already.
    case portTaken(Address)
    /// The port needs more rights (those below 1024 do).
    case notPermitted(Address)
    /// The address is not numeric, or not one of this machine.
    case noSuchAddress(Address)
    /// At the path of a UNIX socket stands something that is none.
    case notASocket(Address)
    /// The system refused otherwise; `errno`.
    case system(Address, Int32)

    init(_ status: Int32, _ address: Address) {
        switch status {
        case EADDRINUSE: self = .portTaken(address)
        case EEXIST: self = .notASocket(address)
        case EACCES, EPERM: self = .notPermitted(address)
        case EADDRNOTAVAIL, EINVAL, EAFNOSUPPORT: self = .noSuchAddress(address)
        default: self = .system(address, status)
        }
    }

    /// One line for whoever starts the service.
    public var description: String {
        switch self {
        case .portTaken(let address): "\(address) is taken: another program listens there"
        case .notASocket(let address): "\(address) is something else than a socket; it is left alone"
        case .notPermitted(let address): "\(address) needs more rights to listen on"
        case .noSuchAddress(let address): "\(address) is not an address of this machine"
        case .system(let address, let status):
            unsafe "cannot listen on \(address): \(String(cString: strerror(status)))"
        }
    }
}
