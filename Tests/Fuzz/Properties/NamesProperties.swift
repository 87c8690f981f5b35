internal import DNS
internal import Octets
internal import Resolver
internal import TransportPolicy

/// What is written of names: records, addresses, lines of fixed names, `resolv.conf`, names of other scripts, and what
/// domains say of their hosts by MTA-STS.
enum NamesProperties {
    static let words = table([
        "nameserver ", "options ", "timeout:", "attempts:", "rotate", "trust-ad", "\n", "# ", "; ", " ", "\t",
        "192.0.2.1",
        "2001:db8::1", "::", ":", "fe80::1%eth0", "1", "65536", "255", ".", "a", "mx.example.test", "xn--", "bcher-kva",
        "ü", "ß", "例え", "。", "\u{308}", "\u{200D}", "_25._tcp", "A ", "AAAA ", "MX ", "TXT ", "SRV ", "SOA ", "TLSA ",
        "CNAME ", "TYPE", "\\# ", "\\", "\"", "\\032", "10 ", "AB", "ab cd", "* ", "!temporary", "!refused", "[",
        "]:53",
    ])

    private static let types: [RecordType] = [
        .a, .aaaa, .ns, .cname, .soa, .ptr, .mx, .txt, .srv, .tlsa, .ds, RecordType(rawValue: 18),
    ]

    static func check(_ octets: [UInt8]) {
        let settings = ResolverSettings(resolvConf: octets.span)
        precondition((1...ResolverSettings.maximumServers).contains(settings.servers.count))
        precondition(settings.timeout >= .seconds(1) && settings.timeout <= .seconds(30))
        precondition((1...5).contains(settings.attempts))
        for server in settings.servers {
            precondition(
                ResolverSettings.Server("\(server.address)")?.address == server.address,
                "what is written is read"
            )
        }

        if let policy = try? StrictTransport.Policy(parsing: octets.span) {
            let again = try? StrictTransport.Policy(parsing: Array(policy.description.utf8).span)
            precondition(again == policy, "what is written is read")
            for host in policy.hosts {
                precondition(policy.allows(host.hasPrefix("*.") ? "a" + host.dropFirst() : host))
            }
        }

        let text = String(decoding: octets.prefix(2048), as: UTF8.self)
        check(text)
        for type in types { check(type, text) }
        if let names = try? FixedNames(text) { precondition(names.questions.isEmpty) }
        for line in lines(of: octets).prefix(16) { check(String(decoding: line.prefix(300), as: UTF8.self)) }
    }

    private static func check(_ text: String) {
        if let address = IPAddress(text) {
            precondition(IPAddress("\(address)") == address && IPAddress(address.recordData) == address)
            precondition([6, 34].contains(address.reverseName.labels.count))
        }
        if let record = StrictTransport.Record(texts: [text]) { precondition((1...32).contains(record.id.utf8.count)) }
        if let type = RecordType(text) { precondition(RecordType("\(type)") == type) }
        if let server = ResolverSettings.Server(text) {
            precondition(ResolverSettings.Server("\(server.address)") == server)
        }
        if let name = try? InternationalDomain.name(text) {
            precondition((try? InternationalDomain.name(name.description))?.isIdentical(to: name) == true)
            precondition(name.lowercased == name && name.host == name.host.asciiLowercased)
        }
        if let unicode = InternationalDomain.unicode(text) {
            precondition(InternationalDomain.ascii(unicode) == InternationalDomain.ascii(text.asciiLowercased))
        }
        var settings = ResolverSettings(servers: [])
        if (try? settings.override(text)) != nil { precondition(settings.overrides.count == 1) }
    }

    private static func check(_ type: RecordType, _ text: String) {
        guard let data = try? RecordData(type, parsing: text) else { return }
        precondition(data.type == type)
        guard let again = try? RecordData(type, parsing: data.description) else {
            preconditionFailure("what is written is read")
        }
        precondition(again == data && again.description == data.description)
    }
}
