extension ConfigurationKeys {
    static var transport: [ConfigurationKey<Configuration.Transport>] {
        let defaults = Configuration.Transport()
        return [
            ConfigurationKey(
                "policy",
                \.policy,
                .choice,
                default: defaults,
                "What is asked of servers that DNS names: \"published\" is what their domain says by DANE, with a dns server that "
                    + "is trusted, or by MTA-STS; \"encrypted\" is that and always TLS; \"verified\" a certificate with the "
                    + "server's name; \"opportunistic\" TLS if it is offered; \"none\" no TLS."
            ),
            ConfigurationKey(
                "domains",
                \.domains,
                .list(of: .object(rule, default: .init())),
                default: defaults,
                "What is asked for mail to some domains instead."
            ),
            ConfigurationKey(
                "policyPort",
                \.policyPort,
                .integer(1...65_535),
                default: defaults,
                "The port at which MTA-STS policies are fetched; another one than 443 is for tests."
            ),
            ConfigurationKey(
                "reports",
                \.reports,
                .object(reports, default: .init()),
                default: defaults,
                "Reports on how TLS went (TLSRPT, RFC 8460): ours to others, others' to us."
            ),
        ]
    }

    private static var rule: [ConfigurationKey<Configuration.Transport.Rule>] {
        let defaults = Configuration.Transport.Rule()
        return [
            ConfigurationKey(
                "domain",
                \.domain,
                .word,
                default: defaults,
                isRequired: true,
                "A domain, or \".example.com\" for those below it."
            ),
            ConfigurationKey("policy", \.policy, .choice, default: defaults, "As above."),
            ConfigurationKey(
                "names",
                \.names,
                .list(of: .word),
                default: defaults,
                "Names that a certificate may have with \"verified\"; without any, that of the server."
            ),
        ]
    }

    private static var reports: [ConfigurationKey<Configuration.Transport.Reports>] {
        let defaults = Configuration.Transport.Reports()
        return [
            ConfigurationKey(
                "by",
                \.by,
                .list(of: .choice),
                default: defaults,
                "How they are sent once a day to domains that want them: by \"https\", by \"mail\", which must be signed by DKIM "
                    + "on its way out, both, or not."
            ),
            ConfigurationKey(
                "organization",
                \.organization,
                .word,
                default: defaults,
                "Who reports, as people know it; without it, hostname."
            ),
            ConfigurationKey(
                "from",
                \.from,
                .mailAddress,
                default: defaults,
                "The address that they are from, and where to ask; without it, postmaster."
            ),
            ConfigurationKey(
                "addresses",
                \.addresses,
                .list(of: .mailAddress),
                default: defaults,
                "Our own addresses to which others send them, as our TLSRPT records say."
            ),
        ]
    }
}
