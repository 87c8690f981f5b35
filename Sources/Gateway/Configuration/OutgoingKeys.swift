internal import Octets
internal import Relay

extension ConfigurationKeys {
    static var outgoing: [ConfigurationKey<Configuration.Outgoing>] {
        let defaults = Configuration.Outgoing()
        let upToAnHour = Duration.seconds(1)...Duration.seconds(3600)
        let days = Duration.seconds(1)...Duration.seconds(30 * 86_400)
        return [
            ConfigurationKey(
                "enabled",
                \.enabled,
                .flag,
                default: defaults,
                "Whether mail for other domains is taken, from those who signed in and from hosts of relayFrom."
            ),
            ConfigurationKey(
                "relayFrom",
                \.relayFrom,
                .list(of: .network),
                default: defaults,
                "Hosts that may hand over mail for anybody at the port for other servers, without signing in."
            ),
            ConfigurationKey(
                "routes",
                \.routes,
                .list(of: .object(route, default: .init())),
                default: defaults,
                "Where mail for some domains goes whatever DNS says: a smarthost, a server behind this one. The first that fits "
                    + "counts."
            ),
            ConfigurationKey(
                "port",
                \.port,
                .integer(1...65_535),
                default: defaults,
                "The port of servers that DNS names."
            ),
            ConfigurationKey(
                "source",
                \.source,
                .sourceAddress,
                default: defaults,
                "The address that connections come from; \"\" leaves it to the system."
            ),
            ConfigurationKey(
                "pools",
                \.pools,
                .object(pools, default: .init()),
                default: defaults,
                "Addresses that mail comes from by what is sent. What a message is, its field X-Portico-Category says, or one "
                    + "for lists (bulk); else it is personal. With pools, or with shaping, mail goes to each provider no "
                    + "faster than it takes it."
            ),
            ConfigurationKey(
                "shaping",
                \.shaping,
                .list(of: .object(shaping, default: .init())),
                default: defaults,
                "How fast mail goes to the servers of a provider, beside or instead of what is known of the large ones."
            ),
            ConfigurationKey(
                "authorities",
                \.authorities,
                .path,
                default: defaults,
                "A PEM file of authorities that certificates must lead to where they are verified; the system's, if it is not "
                    + "given."
            ),
            ConfigurationKey(
                "connections",
                \.connections,
                .integer(1...10_000),
                default: defaults,
                "Connections to other servers at a time."
            ),
            ConfigurationKey(
                "connectionsPerDestination",
                \.connectionsPerDestination,
                .integer(1...1000),
                default: defaults,
                "Connections at a time to the servers of one domain."
            ),
            ConfigurationKey(
                "messagesPerConnection",
                \.messagesPerConnection,
                .integer(1...10_000),
                default: defaults,
                "Messages over one connection."
            ),
            ConfigurationKey(
                "connectTimeout",
                \.connectTimeout,
                .duration(upToAnHour),
                default: defaults,
                "How long a server may take to accept a connection."
            ),
            ConfigurationKey(
                "answerTimeout",
                \.answerTimeout,
                .duration(upToAnHour),
                default: defaults,
                "How long a server may take to answer: what RFC 5321 gives it for each step, and never more than this. A server "
                    + "that needs longer at the end of a message may have it twice."
            ),
            ConfigurationKey(
                "lease",
                \.lease,
                .duration(upToAnHour),
                default: defaults,
                "How long a message that a process was sending when it died waits until it is sent again."
            ),
            ConfigurationKey(
                "retry",
                \.retry,
                .duration(upToAnHour),
                default: defaults,
                "How long a message waits after the first failure; twice as long after each one more. "
                    + "After greylisting, for a full mailbox and the like it is longer."
            ),
            ConfigurationKey(
                "longestRetry",
                \.longestRetry,
                .duration(days),
                default: defaults,
                "It never waits longer than this, whatever the failure."
            ),
            ConfigurationKey(
                "warning",
                \.warning,
                .duration(Duration.zero...days.upperBound),
                default: defaults,
                "When its sender is told that it takes long; \"0s\" for never."
            ),
            ConfigurationKey(
                "lifetime",
                \.lifetime,
                .duration(days),
                default: defaults,
                "When it goes back to its sender."
            ),
            ConfigurationKey(
                "tls",
                \.tls,
                .object(transport, default: .init()),
                default: defaults,
                "What is asked of TLS, and who hears how it went."
            ),
            ConfigurationKey(
                "bounces",
                \.bounces,
                .object(bounces, default: .init()),
                default: defaults,
                "How bounces are known that come later, as mail."
            ),
            ConfigurationKey(
                "complaints",
                \.complaints,
                .object(complaints, default: .init()),
                default: defaults,
                "Where complaints come to, and when they suspend an account."
            ),
            ConfigurationKey(
                "suppression",
                \.suppression,
                .object(suppression, default: .init()),
                default: defaults,
                "How long addresses are not written to that bounced or complained."
            ),
        ]
    }

    private static var route: [ConfigurationKey<Configuration.Route>] {
        let defaults = Configuration.Route()
        return [
            ConfigurationKey(
                "domain",
                \.domain,
                .word,
                default: defaults,
                isRequired: true,
                "A domain; \".example.com\" for those below it, \"*\" for every one."
            ),
            ConfigurationKey(
                "servers",
                \.servers,
                .list(of: .server),
                default: defaults,
                "Where it goes, in the order in which they are tried: \"mx.example.com\", \"192.0.2.1:2525\", "
                    + "\"[2001:db8::1]:25\". Without any, where DNS says."
            ),
            ConfigurationKey(
                "protocol",
                \.protocol,
                .choice,
                default: defaults,
                "What is spoken."
            ),
            ConfigurationKey(
                "encryption",
                \.encryption,
                .choice,
                default: defaults,
                "TLS: never, if it is offered, always, always with a certificate that has the server's name, or the same "
                    + "from the first octet."
            ),
            ConfigurationKey(
                "user",
                \.user,
                .word,
                default: defaults,
                "The name to sign in with, over TLS only."
            ),
            ConfigurationKey(
                "passwordFile",
                \.passwordFile,
                .path,
                default: defaults,
                "The file with its password in the first line."
            ),
            ConfigurationKey(
                "source",
                \.source,
                .sourceAddress,
                default: defaults,
                "The address that connections come from, in place of those of the pools; \"\" for none."
            ),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// A server that mail goes to.
    fileprivate static var server: Self {
        mapping("a server such as \"mx.example.com\" or \"[2001:db8::1]:25\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, StaticRoute.Server(text) != nil else { return nil }
            return text
        }
    }

    /// A numeric address, or nothing.
    fileprivate static var sourceAddress: Self {
        mapping("an IP address, or \"\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, text.isEmpty || IPAddress(text) != nil else { return nil }
            return text
        }
    }
}

extension Configuration {
    /// What no single key of a route can tell.
    func checkRoutes(_ members: [JSON5.Member], _ reader: ConfigurationReader) throws(ConfigurationError) {
        guard case .object(let keys)? = members.first(where: { $0.name == "outgoing" })?.value.value,
            case .array(let nodes)? = keys.first(where: { $0.name == "routes" })?.value.value
        else { return }
        for (route, node) in zip(outgoing.routes, nodes) {
            var fault: (found: String, expected: String)?
            if route.user.isEmpty, !route.passwordFile.isEmpty {
                fault = ("a passwordFile without a user", "user: text")
            } else if !route.user.isEmpty, route.passwordFile.isEmpty {
                fault = ("a user without a passwordFile", "passwordFile: a path")
            } else if !route.user.isEmpty, route.encryption == .none {
                fault = ("a user and no encryption", "another encryption: a password is not sent in the clear")
            }
            guard let fault else { continue }
            throw ConfigurationError(
                file: reader.file,
                position: node.position,
                found: fault.found,
                expected: fault.expected
            )
        }
    }
}
