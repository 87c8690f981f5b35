internal import Network

extension Configuration {
    /// What the SMTP doors believe, and how large mail may be for whom.
    public struct SMTP: Hashable, Sendable {
        /// Networks of proxies that say by XCLIENT whom they speak for.
        public var xclientFrom: [String] = []
        /// Networks that may hand over mail at LMTP ports; this machine, if there are none.
        public var lmtpFrom: [String] = []
        /// How large mail may be for addresses and domains.
        public var sizeLimits: [SizeLimit] = []

        /// Nobody is believed, LMTP is for this machine, and mail is as large as it may be for all.
        public init() {}
    }

    /// How large mail may be for an address or a domain.
    public struct SizeLimit: Hashable, Sendable {
        /// A local address, or a domain for all its addresses that have no limit of their own.
        public var recipient = ""
        /// Octets of a message.
        public var size = 0

        /// A limit; it must be filled in.
        public init() {}
    }

    /// The limits, by address or domain.
    var recipientSizeLimits: [String: Int] {
        Dictionary(smtp.sizeLimits.map { ($0.recipient.lowercased(), $0.size) }) { first, _ in first }
    }

    /// Who may speak LMTP.
    var lmtpNetworks: [Subnet] {
        smtp.lmtpFrom.isEmpty ? Subnet.loopback : smtp.lmtpFrom.compactMap { Subnet($0) }
    }
}

extension ConfigurationKeys {
    static var smtp: [ConfigurationKey<Configuration.SMTP>] {
        let defaults = Configuration.SMTP()
        return [
            ConfigurationKey(
                "xclientFrom",
                \.xclientFrom,
                .list(of: .network),
                default: defaults,
                "Proxies that are believed whom they speak for by XCLIENT, as Postfix and nginx do."
            ),
            ConfigurationKey(
                "lmtpFrom",
                \.lmtpFrom,
                .list(of: .network),
                default: defaults,
                "Who may hand over mail at an LMTP port, without any check; if it is empty, this machine only. At a UNIX socket "
                    + "its mode says who may."
            ),
            ConfigurationKey(
                "sizeLimits",
                \.sizeLimits,
                .list(of: .object(sizeLimit, default: .init())),
                default: defaults,
                "Where mail may be less large than messageSizeLimit. Larger mail gets 552 5.2.3."
            ),
        ]
    }

    private static var sizeLimit: [ConfigurationKey<Configuration.SizeLimit>] {
        let defaults = Configuration.SizeLimit()
        return [
            ConfigurationKey(
                "recipient",
                \.recipient,
                .word,
                default: defaults,
                isRequired: true,
                "An address such as \"user@example.com\", or a domain for all its addresses without a limit of their own."
            ),
            ConfigurationKey(
                "size",
                \.size,
                .size(1024...(100 << 20)),
                default: defaults,
                isRequired: true,
                "The largest message taken."
            ),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// An address, or the network of those that begin with the same bits.
    static var network: Self {
        mapping("a network such as \"192.0.2.0/24\" or an address", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, Subnet(text) != nil else { return nil }
            return text
        }
    }

    /// An IP address, or the path of a UNIX socket.
    static var listenerAddress: Self {
        let name = "an IP address such as \"192.0.2.1\" or \"::\", or a UNIX socket such as \"unix:lmtp.sock\""
        return ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                guard case .string(let text) = node.value else { throw reader.error(node, expected: name) }
                guard text.hasPrefix("unix:") else {
                    guard Subnet(text) != nil, !text.contains("/") else { throw reader.error(node, expected: name) }
                    return text
                }
                let path = String(text.dropFirst("unix:".count))
                guard !path.isEmpty, !path.utf8.contains(0) else { throw reader.error(node, expected: name) }
                return "unix:" + (path.hasPrefix("/") ? path : reader.folder + "/" + path)
            },
            show: { "\"\($0)\"" }
        )
    }

    /// The mode of a file, in octal digits.
    static var fileMode: Self {
        mapping("a mode in octal digits such as \"0660\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, (3...4).contains(text.utf8.count), let mode = UInt16(text, radix: 8),
                mode <= 0o777, !text.hasPrefix("+")
            else { return nil }
            return text
        }
    }
}
