internal import Admission

extension ConfigurationKeys {
    static var submission: [ConfigurationKey<SendingSettings>] {
        let defaults = SendingSettings()
        return [
            ConfigurationKey(
                "authors",
                \.authors,
                .choice,
                default: defaults,
                "Whose addresses may stand in the header: \"strict\" are the account's own, its aliases among them, in From "
                    + "and Sender, else 550 5.7.1; \"sender\" adds Sender if From is another's; \"off\" is anybody's."
            ),
            ConfigurationKey(
                "headerSizeLimit",
                \.headerLimit,
                .size((16 << 10)...(16 << 20)),
                default: defaults,
                "The longest header section of a message that is submitted, which is kept in memory; beyond, 552 5.3.4."
            ),
            ConfigurationKey(
                "hourly",
                \.hourly,
                .integer(0...100_000_000),
                default: defaults,
                "Recipients of an account in an hour; beyond, RCPT gets 450 4.7.1. 0 for any number, as in the next."
            ),
            ConfigurationKey(
                "daily",
                \.daily,
                .integer(0...100_000_000),
                default: defaults,
                "Recipients of an account in a day."
            ),
            ConfigurationKey(
                "window",
                \.window,
                .duration(.seconds(1)...(.seconds(86_400))),
                default: defaults,
                "For how long what the next ones limit is counted together."
            ),
            ConfigurationKey(
                "connections",
                \.rates.connections,
                .integer(0...1_000_000),
                default: defaults,
                "SMTP sessions of an account; beyond, what follows AUTH gets 421 4.7.0. 0 for any number, as in the next."
            ),
            ConfigurationKey(
                "commands",
                \.rates.commands,
                .integer(0...100_000_000),
                default: defaults,
                "Commands of an account at SMTP doors; beyond, 421 4.7.0."
            ),
            ConfigurationKey(
                "messages",
                \.rates.messages,
                .integer(0...1_000_000),
                default: defaults,
                "Messages of an account; beyond, MAIL gets 450 4.7.1."
            ),
            ConfigurationKey(
                "recipients",
                \.rates.recipients,
                .integer(0...100_000_000),
                default: defaults,
                "Recipients of an account, known or not; beyond, RCPT gets 450 4.7.1."
            ),
            ConfigurationKey(
                "suspend",
                \.signs,
                .object(suspensionSigns, default: .init()),
                default: defaults,
                "What an account is suspended for: it cannot send, reads its mail as before, and gets a message that says so. "
                    + "'portico account resume' lets it send again."
            ),
        ]
    }

    private static var suspensionSigns: [ConfigurationKey<SuspensionSigns>] {
        let defaults = SuspensionSigns()
        return [
            ConfigurationKey(
                "overLimitFactor",
                \.overLimitFactor,
                .integer(0...1000),
                default: defaults,
                "It tries to send to more than so many times its hourly limit within an hour; 0 for never, as in the others."
            ),
            ConfigurationKey(
                "refusedPercent",
                \.refusedPercent,
                .integer(0...100),
                default: defaults,
                "So many of a hundred of its recipients within a day do not exist, or send it back."
            ),
            ConfigurationKey(
                "refusedAfter",
                \.refusedAfter,
                .integer(1...1_000_000),
                default: defaults,
                "But not before it had so many recipients."
            ),
            ConfigurationKey(
                "networks",
                \.networks,
                .integer(0...250),
                default: defaults,
                "It sends from more than so many networks within an hour."
            ),
        ]
    }
}
