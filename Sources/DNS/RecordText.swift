public import Octets

/// Records as master files write them (RFC 1035 §5.1), without `@`, parentheses, comments and relative names.
extension RecordType {
    /// The type called `text`, in any case: a mnemonic that this module knows, or `TYPE` and a number (RFC 3597 §5). Nil
    /// for another.
    public init?(_ text: String) {
        let word = text.asciiUppercased
        if let known = Self.named.first(where: { $0.description == word }) {
            self = known
        } else if word.utf8.starts(with: "TYPE".utf8),
            let number = decimal(Array(word.utf8.dropFirst(4)).span, as: UInt16.self)
        {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    /// The types with a mnemonic.
    static let named: [RecordType] = [
        .a, .ns, .cname, .soa, .ptr, .mx, .txt, .aaaa, .srv, .opt, .ds, .rrsig, .dnskey, .tlsa, .svcb, .https, .any,
    ]
}

extension RecordData {
    /// Reads what a record of that type says: `10 mx.example.test` for MX, `"v=spf1 -all"` for TXT. Names are absolute,
    /// with or without a dot at the end. Any type can be written as `\# 2 ABCD` (RFC 3597 §5), and one without a form of
    /// its own must be; of those with a form, this one is read as what it says.
    public init(_ type: RecordType, parsing text: String) throws(SyntaxError) {
        var reader = RecordTextReader(text)
        if reader.takeGenericMark() {
            self = try reader.generic(type)
            return
        }
        switch type {
        case .a:
            guard case .v4(let value)? = IPAddress(try reader.word()) else { throw reader.unexpected("IPv4 address") }
            self = .a(value)
        case .aaaa:
            guard case .v6(let value)? = IPAddress(try reader.word()) else { throw reader.unexpected("IPv6 address") }
            self = .aaaa(value)
        case .mx: self = .mx(preference: try reader.number(), exchange: try reader.name())
        case .txt: self = .txt(try reader.strings())
        case .ptr: self = .ptr(try reader.name())
        case .cname: self = .cname(try reader.name())
        case .ns: self = .ns(try reader.name())
        case .soa:
            self = .soa(
                StartOfAuthority(
                    primary: try reader.name(),
                    mailbox: try reader.name(),
                    serial: try reader.number(),
                    refresh: try reader.number(),
                    retry: try reader.number(),
                    expire: try reader.number(),
                    minimum: try reader.number()
                )
            )
        case .srv:
            self = .srv(
                priority: try reader.number(),
                weight: try reader.number(),
                port: try reader.number(),
                target: try reader.name()
            )
        case .tlsa:
            self = .tlsa(
                usage: try reader.number(),
                selector: try reader.number(),
                matchingType: try reader.number(),
                association: try reader.hexadecimal()
            )
        default: throw reader.unexpected("\\# and the octets of the record")
        }
        try reader.expectEnd()
    }
}

extension RecordData: CustomStringConvertible {
    /// What the record says, as a master file has it. Octets of a text that are not visible ASCII are `\DDD`.
    public var description: String {
        switch self {
        case .a, .aaaa: IPAddress(self)?.description ?? ""
        case .mx(let preference, let exchange): "\(preference) \(exchange)"
        case .txt(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .ptr(let name), .cname(let name), .ns(let name): name.description
        case .soa(let start):
            "\(start.primary) \(start.mailbox) \(start.serial) \(start.refresh) \(start.retry) \(start.expire) "
                + "\(start.minimum)"
        case .srv(let priority, let weight, let port, let target): "\(priority) \(weight) \(port) \(target)"
        case .tlsa(let usage, let selector, let matchingType, let association):
            "\(usage) \(selector) \(matchingType) \(Self.hexadecimal(association))"
        case .opaque(_, let octets):
            octets.isEmpty ? "\\# 0" : "\\# \(octets.count) \(Self.hexadecimal(octets))"
        }
    }

    private static func quoted(_ string: [UInt8]) -> String {
        var text: [UInt8] = [0x22]
        for octet in string {
            switch octet {
            case 0x22, 0x5C: text += [0x5C, octet]
            case 0x20...0x7E: text.append(octet)
            default: text += [0x5C, 0x30 + octet / 100, 0x30 + octet / 10 % 10, 0x30 + octet % 10]
            }
        }
        return String(decoding: text + [0x22], as: UTF8.self)
    }

    private static func hexadecimal(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }
}
