internal import Octets
internal import Returns

extension ConfigurationKeys {
    static var pools: [ConfigurationKey<Configuration.Pools>] {
        let defaults = Configuration.Pools()
        return [
            ConfigurationKey(
                "personal",
                \.personal,
                .list(of: .object(sendingAddress, default: .init())),
                default: defaults,
                "For what people write, and for kinds that have no addresses of their own."
            ),
            ConfigurationKey(
                "transactional",
                \.transactional,
                .list(of: .object(sendingAddress, default: .init())),
                default: defaults,
                "For what somebody is waiting for."
            ),
            ConfigurationKey(
                "bulk",
                \.bulk,
                .list(of: .object(sendingAddress, default: .init())),
                default: defaults,
                "For what goes to many."
            ),
        ]
    }

    private static var sendingAddress: [ConfigurationKey<Configuration.SendingAddress>] {
        let defaults = Configuration.SendingAddress()
        return [
            ConfigurationKey(
                "address",
                \.address,
                .address,
                default: defaults,
                isRequired: true,
                "An address of this host, as \"192.0.2.25\"."
            ),
            ConfigurationKey(
                "hostname",
                \.hostname,
                .hostname,
                default: defaults,
                "The name that DNS has for it, which servers are told; without it, that of the service."
            ),
            ConfigurationKey(
                "warmUpFrom",
                \.warmUpFrom,
                .day,
                default: defaults,
                "The day on which a new address begins to send, as \"2026-11-26\", in UTC: 50 messages to each provider, then "
                    + "more from day to day. What is too much for it goes from addresses that are known, or waits."
            ),
            ConfigurationKey(
                "warmUpDays",
                \.warmUpDays,
                .integer(14...42),
                default: defaults,
                "Days until it sends as much as comes."
            ),
        ]
    }

    static var shaping: [ConfigurationKey<Configuration.Shaping>] {
        let defaults = Configuration.Shaping()
        return [
            ConfigurationKey(
                "provider",
                \.provider,
                .word,
                default: defaults,
                isRequired: true,
                "A short name. Those that are known already: \(ProviderTable.knownNames.joined(separator: ", "))."
            ),
            ConfigurationKey(
                "servers",
                \.servers,
                .list(of: .word),
                default: defaults,
                isRequired: true,
                "Names of its mail servers, each with all below it; \"*\" for all servers that are not known."
            ),
            ConfigurationKey(
                "connections",
                \.connections,
                .integer(1...1000),
                default: defaults,
                "Connections at a time from each address."
            ),
            ConfigurationKey(
                "messagesPerConnection",
                \.messagesPerConnection,
                .integer(1...10_000),
                default: defaults,
                "Messages over one connection."
            ),
            ConfigurationKey(
                "perMinute",
                \.perMinute,
                .integer(1...60_000),
                default: defaults,
                "Messages in a minute from each address. It gets slower by itself where a provider asks for that."
            ),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// A numeric address.
    fileprivate static var address: Self {
        mapping("an IP address", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, IPAddress(text) != nil else { return nil }
            return text
        }
    }

    /// A day.
    fileprivate static var day: Self {
        mapping("a day such as \"2026-11-26\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, Configuration.day(text) != nil else { return nil }
            return text
        }
    }
}

extension Configuration {
    /// What no single key of the pools can tell.
    func checkPools(_ members: [JSON5.Member], _ reader: ConfigurationReader) throws(ConfigurationError) {
        guard case .object(let keys)? = members.first(where: { $0.name == "outgoing" })?.value.value,
            let node = keys.first(where: { $0.name == "pools" })?.value,
            outgoing.pools != Pools(), outgoing.pools.personal.isEmpty, outgoing.source.isEmpty
        else { return }
        throw ConfigurationError(
            file: reader.file,
            position: node.position,
            found: "pools without one for what people write",
            expected: "personal: a list, or source: the address for everything else"
        )
    }
}
