internal import Octets
internal import Resolver

extension Configuration {
    /// Who is asked for names, and what is kept of the answers.
    public struct Names: Hashable, Sendable {
        /// A server that resolves names.
        public struct Server: Hashable, Sendable {
            /// The IP address, with a port or without.
            public var address = ""
            /// Its word that an answer is authentic counts.
            public var trusted = false

            /// A server; it must be filled in.
            public init() {}
        }

        /// Asked in this order; without any, those of `resolvConf`.
        public var servers: [Server] = []
        /// The file of the system that names servers.
        public var resolvConf = "/etc/resolv.conf"
        /// How long one server may take to answer.
        public var timeout = Duration.seconds(3)
        /// Rounds through the servers.
        public var attempts = 2
        /// Answers that are kept.
        public var cacheSize = 20_000
        /// How long every answer is kept.
        public var minimumTimeToLive = Duration.seconds(0)
        /// How long an answer is kept at most.
        public var maximumTimeToLive = Duration.seconds(86_400)
        /// How long it is kept at most that there is nothing.
        public var maximumNegativeTimeToLive = Duration.seconds(3600)
        /// Records that are known without asking.
        public var overrides: [String] = []

        /// The servers of the system.
        public init() {}
    }
}

extension Configuration.Names {
    /// What the resolver is told of it; `resolvConf` is the content of that file, empty if there is none.
    func settings(resolvConf: [UInt8]) -> ResolverSettings {
        var settings = ResolverSettings(resolvConf: resolvConf.span)
        if !servers.isEmpty {
            settings.servers = servers.compactMap { ResolverSettings.Server($0.address, isTrusted: $0.trusted) }
            settings.rotates = false
        }
        settings.timeout = timeout
        settings.attempts = attempts
        settings.cacheLimit = cacheSize
        settings.minimumTimeToLive = UInt32(clamping: minimumTimeToLive.components.seconds)
        settings.maximumTimeToLive = UInt32(clamping: maximumTimeToLive.components.seconds)
        settings.maximumNegativeTimeToLive = UInt32(clamping: maximumNegativeTimeToLive.components.seconds)
        // They were read once already, when the configuration was.
        for line in overrides { try? settings.override(line) }
        return settings
    }
}

extension ConfigurationKeys {
    static var names: [ConfigurationKey<Configuration.Names>] {
        let defaults = Configuration.Names()
        return [
            ConfigurationKey(
                "servers",
                \.servers,
                .list(of: .object(nameServer, default: .init())).limited(to: ResolverSettings.maximumServers),
                default: defaults,
                "Servers that resolve names, asked in this order, 8 at most; without any, those of resolvConf."
            ),
            ConfigurationKey(
                "resolvConf",
                \.resolvConf,
                .path,
                default: defaults,
                "The system's file resolv.conf, read at start-up. Of its options trust-ad and rotate are heeded."
            ),
            ConfigurationKey(
                "timeout",
                \.timeout,
                .duration(.seconds(1)...(.seconds(30))),
                default: defaults,
                "How long one server may take to answer; in each round after the first twice as long as before."
            ),
            ConfigurationKey(
                "attempts",
                \.attempts,
                .integer(1...5),
                default: defaults,
                "Rounds through the servers until a name counts as not to be found out for now."
            ),
            ConfigurationKey(
                "cacheSize",
                \.cacheSize,
                .integer(0...10_000_000),
                default: defaults,
                "Answers that are remembered, long ones counted once for each 512 octets; 0 for none."
            ),
            ConfigurationKey(
                "minimumTimeToLive",
                \.minimumTimeToLive,
                .duration(.seconds(0)...(.seconds(3600))),
                default: defaults,
                "Answers are remembered that long even if their records say less."
            ),
            ConfigurationKey(
                "maximumTimeToLive",
                \.maximumTimeToLive,
                .duration(.seconds(1)...(.seconds(604_800))),
                default: defaults,
                "No answer is remembered longer."
            ),
            ConfigurationKey(
                "maximumNegativeTimeToLive",
                \.maximumNegativeTimeToLive,
                .duration(.seconds(0)...(.seconds(86_400))),
                default: defaults,
                "That there is nothing is not remembered longer."
            ),
            ConfigurationKey(
                "overrides",
                \.overrides,
                .list(of: .record),
                default: defaults,
                "Records that are known without asking, as \"mx.example.com A 192.0.2.1\". A name that is here has these "
                    + "records and no others."
            ),
        ]
    }

    private static var nameServer: [ConfigurationKey<Configuration.Names.Server>] {
        let defaults = Configuration.Names.Server()
        return [
            ConfigurationKey(
                "address",
                \.address,
                .serverAddress,
                default: defaults,
                isRequired: true,
                "Where it listens; port 53 if none is named."
            ),
            ConfigurationKey(
                "trusted",
                \.trusted,
                .flag,
                default: defaults,
                "It validates by DNSSEC, and nobody stands between it and this host: what it calls authentic is believed, "
                    + "for DANE."
            ),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// An IP address, with a port or without.
    fileprivate static var serverAddress: Self {
        let name = "an IP address, with a port or without, such as \"127.0.0.1\" or \"[::1]:5353\""
        return ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                guard case .string(let text) = node.value, ResolverSettings.Server(text) != nil else {
                    throw reader.error(node, expected: name)
                }
                return text
            },
            show: { "\"\($0)\"" }
        )
    }

    /// A record of the DNS on a line.
    fileprivate static var record: Self {
        let name = "a record such as \"mx.example.com A 192.0.2.1\""
        return ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                guard case .string(let text) = node.value else { throw reader.error(node, expected: name) }
                var settings = ResolverSettings(servers: [])
                do throws(SyntaxError) { try settings.override(text) } catch {
                    throw reader.error(node, expected: "\(name), at character \(error.offset + 1) \(error.expected)")
                }
                return text
            },
            show: { "\"\($0)\"" }
        )
    }
}

extension ConfigurationType {
    /// The same list, with no more elements than that.
    fileprivate func limited<Element>(to count: Int) -> Self where Value == [Element] {
        var limited = self
        limited.read = { node, reader throws(ConfigurationError) in
            let elements = try read(node, reader)
            guard elements.count <= count else { throw reader.error(node, expected: "\(name), \(count) at most") }
            return elements
        }
        return limited
    }
}
