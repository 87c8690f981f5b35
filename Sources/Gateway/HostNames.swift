internal import Glibc

/// Names of hosts as the system knows them, /etc/hosts included: for what is configured by name. It blocks.
enum HostNames {
    /// The numeric addresses of `host`, in the system's order; a numeric one is its own. Empty if it has none.
    static func addresses(of host: String) -> [String] {
        var hints = unsafe addrinfo()
        // TCP, by its number; else each address would come once for each kind of socket.
        unsafe hints.ai_protocol = 6
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            // The name is written with its NUL, into as much room as is said.
            let status = unsafe getnameinfo(
                entry.pointee.ai_addr,
                entry.pointee.ai_addrlen,
                &name,
                socklen_t(name.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if status == 0 {
                found.append(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        return found
    }
}
