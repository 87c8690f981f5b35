internal import CSASL
internal import Synchronization

/// One exchange in the Cyrus library, and all that has to live as long. Used by one task at a time.
@safe final class CyrusConnection: @unchecked Sendable {
    /// What a call came to.
    enum Progress: Hashable {
        case challenge([UInt8])
        case success
        case failure(Int32)
    }

    /// How many are alive.
    static let living = Atomic<Int>(0)

    private let exchange: UnsafeMutablePointer<portico_sasl_exchange>
    private var connection: OpaquePointer?
    @safe private struct Allocation {
        let memory: UnsafeMutableRawPointer
    }

    /// What the library keeps pointers to.
    private var binding: UnsafeMutablePointer<sasl_channel_binding_t>?
    private var allocations: [Allocation] = []

    /// An exchange at the service of that registered name (`imap`, `pop`, `smtp`) on `host`; nil without memory.
    init?(service: String, host: String) {
        guard let exchange = unsafe portico_sasl_make_exchange() else { return nil }
        unsafe self.exchange = unsafe exchange
        unsafe connection = unsafe portico_sasl_connect(exchange, service, host)
        Self.living.add(1, ordering: .relaxed)
        guard unsafe connection != nil else { return nil }
    }

    deinit {
        // The connection first: it may look into the others until it is gone.
        if unsafe connection != nil { unsafe sasl_dispose(&connection) }
        unsafe portico_sasl_free_exchange(exchange)
        unsafe binding?.deallocate()
        for allocation in allocations { unsafe allocation.memory.deallocate() }
        Self.living.subtract(1, ordering: .relaxed)
    }

    // MARK: What the exchange is told before it starts

    /// The value of authPassword: what a SCRAM plugin checks the client by.
    func setSecret(_ secret: String) { unsafe portico_sasl_set_secret(exchange, secret) }

    /// What TLS ties the exchange to, under the name that the client gave it.
    func bind(name: String, _ octets: [UInt8]) -> Bool {
        guard unsafe binding == nil else { return false }
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: name.utf8.count + 1)
        unsafe copy.initialize(from: Self.text(Array(name.utf8)), count: name.utf8.count + 1)
        let value = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, octets.count))
        unsafe value.initialize(from: octets, count: octets.count)
        allocations.append(unsafe Allocation(memory: value))
        allocations.append(unsafe Allocation(memory: copy))
        let made = UnsafeMutablePointer<sasl_channel_binding_t>.allocate(capacity: 1)
        unsafe made.initialize(
            to: sasl_channel_binding_t(name: copy, critical: 0, len: UInt(octets.count), data: value)
        )
        unsafe binding = unsafe made
        return unsafe portico_sasl_bind(connection, made) == SASL_OK
    }

    /// How many bits of strength TLS has, and whom its client certificate is for.
    func setExternal(_ identity: String?, strength: UInt32) -> Bool {
        unsafe portico_sasl_set_external(connection, identity, strength) == SASL_OK
    }

    // MARK: The exchange

    /// Starts `mechanism`; nil for no initial response, which is not the same as an empty one.
    func start(_ mechanism: String, _ initialResponse: [UInt8]?) -> Progress {
        var output: UnsafePointer<CChar>?
        var count: UInt32 = 0
        let octets = initialResponse.map(Self.text)
        let status = unsafe sasl_server_start(
            connection,
            mechanism,
            octets,
            UInt32(initialResponse?.count ?? 0),
            &output,
            &count
        )
        return unsafe progress(status, output, count)
    }

    /// Goes on with what the client answered.
    func step(_ response: [UInt8]) -> Progress {
        var output: UnsafePointer<CChar>?
        var count: UInt32 = 0
        let status = unsafe sasl_server_step(
            connection,
            Self.text(response),
            UInt32(response.count),
            &output,
            &count
        )
        return unsafe progress(status, output, count)
    }

    /// The library wants a NUL behind what it reads.
    private static func text(_ octets: [UInt8]) -> [CChar] { octets.map { CChar(bitPattern: $0) } + [0] }

    private func progress(_ status: Int32, _ output: UnsafePointer<CChar>?, _ count: UInt32) -> Progress {
        switch status {
        case SASL_OK: return .success
        case SASL_CONTINUE:
            let octets = unsafe UnsafeRawBufferPointer(start: output, count: unsafe output == nil ? 0 : Int(count))
            return .challenge(unsafe Array(octets))
        default: return .failure(status)
        }
    }

    /// Whom the exchange that succeeded was for.
    var user: String? {
        guard let name = unsafe portico_sasl_user(connection) else { return nil }
        return unsafe String(validatingCString: name)
    }

    /// The name and password that the client gave to PLAIN or LOGIN. They are forgotten here.
    func takePassword() -> (name: String?, password: [UInt8])? {
        guard let name = unsafe exchange.pointee.name, let password = unsafe exchange.pointee.password else {
            return nil
        }
        defer { unsafe portico_sasl_forget_password(exchange) }
        let octets = unsafe UnsafeRawBufferPointer(start: password, count: Int(exchange.pointee.password_count))
        return (unsafe String(validatingCString: name), unsafe Array(octets))
    }
}
