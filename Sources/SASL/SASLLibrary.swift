internal import CSASL
internal import Synchronization
internal import World

/// The process's one Cyrus library. It needs no configuration file: everything is said by callbacks.
enum SASLLibrary {
    private struct State {
        var status: Int32?
        var keytab: String?
        var mechanisms: Set<String> = []
    }

    private static let state = Mutex(State())
    private static let log = Mutex(Log.none)

    /// Starts the library unless it runs, and lets it speak to `log` from now on; the last log given is the one.
    /// The keytab is for Kerberos; it is read once, so another one later is an error. Returns the mechanisms whose plugins
    /// are installed.
    static func start(log: Log, keytab: String?) throws(SASLError) -> Set<String> {
        self.log.withLock { $0 = log }
        return try state.withLock { state throws(SASLError) in
            if let status = state.status {
                guard status == SASL_OK else { throw .library("status \(status)") }
                guard keytab == nil || keytab == state.keytab else { throw .library("one process reads one keytab") }
                return state.mechanisms
            }
            // The library keeps the path for as long as the process lives.
            let path = unsafe keytab.flatMap { unsafe strdup($0) }
            let status = unsafe portico_sasl_start(
                path,
                { _, level, text in unsafe SASLLibrary.report(level, text) },
                nil
            )
            state.status = status
            state.keytab = keytab
            guard status == SASL_OK else { throw .library("status \(status)") }
            state.mechanisms = unsafe names(sasl_global_listmech())
            return state.mechanisms
        }
    }

    /// The strings of a list that ends with nil.
    private static func names(_ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Set<String> {
        var names: Set<String> = []
        guard var place = unsafe list else { return names }
        while let name = unsafe place.pointee {
            unsafe names.insert(String(cString: name))
            unsafe place += 1
        }
        return names
    }

    /// What the library has to say are its own troubles; the levels that tell of passwords are never asked for.
    private static func report(_ level: Int32, _ text: UnsafePointer<CChar>?) -> Int32 {
        guard level == SASL_LOG_ERR, let text = unsafe text else { return SASL_OK }
        let cause = unsafe String(cString: text)
        let log = log.withLock { $0 }
        log(.error, "sasl.library", [("cause", cause)])
        return SASL_OK
    }
}

/// Why logging in by SASL cannot be offered as it is configured.
public enum SASLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library did not start, and why.
    case library(String)
    /// The mechanism is not there, or lacks something.
    case mechanism(Mechanism, String)

    /// For the log.
    public var description: String {
        switch self {
        case .library(let reason): "the SASL library: \(reason)"
        case .mechanism(let mechanism, let reason): "\(mechanism.rawValue): \(reason)"
        }
    }
}
