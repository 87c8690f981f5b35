internal import CSystem

extension Address {
    /// The same for the system; nil if the host is not a numeric address or the port not one of 16 bits.
    var system: portico_address? {
        guard let port = UInt16(exactly: port) else { return nil }
        var address = portico_address()
        return unsafe portico_address_parse(&address, host, port) == 0 ? address : nil
    }

    init(_ address: portico_address) {
        var address = address
        let (host, port) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
            text in
            guard let start = text.baseAddress else { return ("", UInt16(0)) }
            let port = unsafe portico_address_format(&address, start)
            return (unsafe String(cString: start), port)
        }
        self.init(host: host, port: Int(port))
    }
}
