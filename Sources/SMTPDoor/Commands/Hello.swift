internal import SASL
internal import SMTP

extension Session {
    /// EHLO, and LMTP's LHLO: begins anew and says what this server can. RFC 5321 §4.1.1.1, RFC 2033 §4.1.
    mutating func ehlo(_ host: Host) -> Reply {
        begin(Hello(name: host.description, isExtended: true))
        return Reply(250, nil, lines: [configuration.hostname] + announcement)
    }

    /// HELO. RFC 5321 §4.1.1.1.
    mutating func helo(_ name: String) -> Reply {
        begin(Hello(name: name, isExtended: false))
        return Reply(250, nil, configuration.hostname)
    }

    /// RSET. RFC 5321 §4.1.1.5.
    mutating func rset() -> Reply {
        envelope = nil
        return .ok
    }

    /// A second greeting is a RSET too. RFC 5321 §4.1.4.
    private mutating func begin(_ hello: Hello) {
        self.hello = hello
        envelope = nil
    }
}
