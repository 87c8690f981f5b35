public import Network
internal import RocksStore

/// Why the service did not start, in words for whoever started it.
public enum GatewayError: Error, Sendable, CustomStringConvertible {
    /// A port cannot be listened on.
    case listen(ListenError)
    /// The store cannot be opened.
    case store(String)
    /// A certificate or key cannot be used.
    case tls(String)
    /// A file or folder cannot be used.
    case file(String)
    /// What is configured for logging in cannot work.
    case authentication(String)
    /// The directory could not be read or changed.
    case directory(String)

    /// One line.
    public var description: String {
        switch self {
        case .listen(let error): "\(error)"
        case .store(let reason), .file(let reason): reason
        case .tls(let reason): "TLS: \(reason)"
        case .authentication(let reason): "authentication: \(reason)"
        case .directory(let reason): "the directory: \(reason)"
        }
    }

    init(_ error: RocksStore.OpenError) {
        switch error {
        case .locked(let directory): self = .store("another process has the data in \(directory) open")
        case .unknownFormat(let directory): self = .store("the data in \(directory) is of a later release")
        case .unusable(let directory, let reason): self = .store("the data in \(directory) cannot be used: \(reason)")
        }
    }
}
