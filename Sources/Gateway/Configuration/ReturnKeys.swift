extension ConfigurationKeys {
    static var bounces: [ConfigurationKey<Configuration.Bounces>] {
        let defaults = Configuration.Bounces()
        return [
            ConfigurationKey(
                "categories",
                \.categories,
                .list(of: .choice),
                default: defaults,
                "Mail that leaves with a return path for each recipient, by which a bounce is known. What a message is, its "
                    + "field X-Portico-Category says, or one for lists (bulk); else it is personal."
            ),
            ConfigurationKey(
                "prefix",
                \.prefix,
                .atom,
                default: defaults,
                "What return paths begin with: \"bounce+...@example.com\". No mailbox gets mail for such addresses."
            ),
            ConfigurationKey(
                "days",
                \.days,
                .integer(1...60),
                default: defaults,
                "How many days after it was sent a message may come back."
            ),
            ConfigurationKey(
                "domain",
                \.domain,
                .word,
                default: defaults,
                "The domain of return paths for senders whose own has no mail here; without it, hostname."
            ),
        ]
    }

    static var complaints: [ConfigurationKey<Configuration.Complaints>] {
        let defaults = Configuration.Complaints()
        return [
            ConfigurationKey(
                "addresses",
                \.addresses,
                .list(of: .mailAddress),
                default: defaults,
                "Addresses to which providers send complaints (ARF, RFC 5965)."
            ),
            ConfigurationKey(
                "from",
                \.from,
                .list(of: .word),
                default: defaults,
                "Domains, and those below them, whose servers' complaints count; without any, everybody's."
            ),
            ConfigurationKey("days", \.days, .integer(1...30), default: defaults, "Days over which they are counted."),
            ConfigurationKey(
                "minimum",
                \.minimum,
                .integer(1...1_000_000),
                default: defaults,
                "Fewer in that time never suspend an account."
            ),
            ConfigurationKey(
                "per100000",
                \.per100000,
                .integer(1...100_000),
                default: defaults,
                "More for each 100,000 messages sent suspend the account."
            ),
        ]
    }

    static var suppression: [ConfigurationKey<Configuration.Suppression>] {
        let defaults = Configuration.Suppression()
        let years = Duration.seconds(3600)...Duration.seconds(3650 * 86_400)
        return [
            ConfigurationKey(
                "noSuchMailbox",
                \.noSuchMailbox,
                .duration(years),
                default: defaults,
                "How long an address is not written to that does not exist."
            ),
            ConfigurationKey(
                "noSuchDomain",
                \.noSuchDomain,
                .duration(years),
                default: defaults,
                "The same if its domain does not exist."
            ),
            ConfigurationKey(
                "mailboxDisabled",
                \.mailboxDisabled,
                .duration(years),
                default: defaults,
                "The same if the mailbox is closed."
            ),
            ConfigurationKey(
                "complaint",
                \.complaint,
                .duration(Duration.zero...years.upperBound),
                default: defaults,
                "The same after its owner complained; \"0s\" for ever."
            ),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// A short word of small letters and digits.
    fileprivate static var atom: Self {
        mapping("1 to 16 small letters and digits", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, (1...16).contains(text.utf8.count),
                text.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
            else { return nil }
            return text
        }
    }
}
