internal import Octets

extension MessageReader {
    /// Takes what the record says. `cursor.end` is the end of its data; the caller sees that it was reached.
    mutating func data(
        of type: RecordType,
        in recordClass: RecordClass,
        _ octets: Span<UInt8>
    ) throws(SyntaxError) -> RecordData {
        // A prerequisite or a deletion of RFC 2136 §2.4 has a type and no data.
        if cursor.isAtEnd, recordClass == .any || recordClass == .none { return .opaque(type, []) }
        switch type {
        case .ns: return .ns(try name(octets))
        case .cname: return .cname(try name(octets))
        case .ptr: return .ptr(try name(octets))
        case .mx:
            let preference = try uint16(octets, "preference")
            return .mx(preference: preference, exchange: try name(octets))
        case .soa: return .soa(try startOfAuthority(octets))
        case .txt: return .txt(try strings(octets))
        default:
            if recordClass == .internet, let data = try internetData(of: type, octets) { return data }
            return .opaque(type, try withoutPointers(type, octets))
        }
    }

    /// Takes what a record says that has this form in the Internet alone (RFC 3597 §3); nil if it is none of them.
    private mutating func internetData(
        of type: RecordType,
        _ octets: Span<UInt8>
    ) throws(SyntaxError) -> RecordData? {
        switch type {
        case .a: return .a(try uint32(octets, "IPv4 address"))
        case .aaaa:
            var address: UInt128 = 0
            for octet in try take(16, octets, "IPv6 address") { address = address << 8 | UInt128(octet) }
            return .aaaa(address)
        case .srv:
            let priority = try uint16(octets, "priority")
            let weight = try uint16(octets, "weight")
            let port = try uint16(octets, "port")
            return .srv(priority: priority, weight: weight, port: port, target: try name(octets))
        case .tlsa:
            let usage = try uint8(octets, "certificate usage")
            let selector = try uint8(octets, "selector")
            let matchingType = try uint8(octets, "matching type")
            return .tlsa(usage: usage, selector: selector, matchingType: matchingType, association: rest(octets))
        default: return nil
        }
    }

    private mutating func startOfAuthority(_ octets: Span<UInt8>) throws(SyntaxError) -> StartOfAuthority {
        let primary = try name(octets)
        let mailbox = try name(octets)
        let serial = try uint32(octets, "serial")
        let refresh = try uint32(octets, "refresh")
        let retry = try uint32(octets, "retry")
        let expire = try uint32(octets, "expire")
        let minimum = try uint32(octets, "minimum")
        return StartOfAuthority(
            primary: primary,
            mailbox: mailbox,
            serial: serial,
            refresh: refresh,
            retry: retry,
            expire: expire,
            minimum: minimum
        )
    }

    /// Takes strings up to the end. None at all is against RFC 1035 §3.3.14, and harms no one.
    private mutating func strings(_ octets: Span<UInt8>) throws(SyntaxError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        while let count = cursor.next(in: octets) {
            strings.append(try take(Int(count), octets, "character string"))
        }
        return strings
    }

    /// Takes the data as it is, but for the names of old types: a server may still write them with pointers, which mean
    /// nothing outside of the message (RFC 3597 §4).
    private mutating func withoutPointers(
        _ type: RecordType,
        _ octets: Span<UInt8>
    ) throws(SyntaxError) -> [UInt8] {
        guard let (prefix, names) = Self.places(ofNamesIn: type) else { return rest(octets) }
        var data = try take(prefix, octets, "record data")
        for _ in 0..<names { data.append(contentsOf: try name(octets).wire) }
        data.append(contentsOf: rest(octets))
        return data
    }

    /// The octets before the names in the data of a type, and how many names there are; nil if none is ever compressed.
    private static func places(ofNamesIn type: RecordType) -> (prefix: Int, names: Int)? {
        switch type.rawValue {
        case 3, 4, 7, 8, 9: (0, 1)  // MD, MF, MB, MG, MR
        case 14, 17: (0, 2)  // MINFO, RP
        case 18, 21: (2, 1)  // AFSDB, RT
        case 26: (2, 2)  // PX
        case 24: (18, 1)  // SIG
        case 30: (0, 1)  // NXT
        default: nil
        }
    }
}
