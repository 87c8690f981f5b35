public import Admission
internal import Octets

extension Configuration {
    /// What is asked of other servers that bring mail, before any content.
    public struct Incoming: Hashable, Sendable {
        /// How long they are watched before they are greeted.
        public var greetDelay = Duration.zero
        /// What the gatekeeper asks.
        public var admission = AdmissionSettings()

        /// Nothing that harms a good one.
        public init() {
            // What is written is how long it is; without it there is none.
            admission.greylist.delay = .zero
        }
    }
}

extension ConfigurationKeys {
    static var incoming: [ConfigurationKey<Configuration.Incoming>] {
        incomingRates + incomingNames + incomingLists
    }

    // MARK: Rates

    private static var incomingRates: [ConfigurationKey<Configuration.Incoming>] {
        let defaults = Configuration.Incoming()
        return [
            ConfigurationKey(
                "greetDelay",
                \.greetDelay,
                .duration(.seconds(0)...(.seconds(60))),
                default: defaults,
                "How long a peer is watched before it is greeted; one that speaks first gets 554. Five seconds send away many "
                    + "that only send."
            ),
            ConfigurationKey(
                "window",
                \.admission.window,
                .duration(.seconds(1)...(.seconds(86_400))),
                default: defaults,
                "For how long what perAddress and perNetwork limit is counted together."
            ),
            ConfigurationKey(
                "perAddress",
                \.admission.perAddress,
                .object(rates, default: .init()),
                default: defaults,
                "What each IPv4 address or IPv6 network of 64 bits may do."
            ),
            ConfigurationKey(
                "perNetwork",
                \.admission.perNetwork,
                .object(rates, default: .init()),
                default: defaults,
                "What the addresses of an IPv4 network of 24 bits or an IPv6 network of 48 bits may do together."
            ),
            ConfigurationKey(
                "harvest",
                \.admission.harvest,
                .object(harvest, default: .init()),
                default: defaults,
                "What happens to those who ask for addresses that are not here."
            ),
            ConfigurationKey(
                "allow",
                \.admission.allow,
                .object(allow, default: .init()),
                default: defaults,
                "Who is not asked anything."
            ),
        ]
    }

    /// How much of what in a window.
    static var rates: [ConfigurationKey<RateLimits>] {
        let defaults = RateLimits()
        return [
            ConfigurationKey(
                "connections",
                \.connections,
                .integer(0...1_000_000),
                default: defaults,
                "Connections; beyond, 421 4.7.0. 0 for any number, as in the others."
            ),
            ConfigurationKey(
                "commands",
                \.commands,
                .integer(0...100_000_000),
                default: defaults,
                "Commands; beyond, 421 4.7.0."
            ),
            ConfigurationKey(
                "messages",
                \.messages,
                .integer(0...1_000_000),
                default: defaults,
                "Messages; beyond, MAIL gets 450 4.7.1."
            ),
            ConfigurationKey(
                "recipients",
                \.recipients,
                .integer(0...1_000_000),
                default: defaults,
                "Recipients, known or not; beyond, RCPT gets 450 4.7.1."
            ),
        ]
    }

    private static var harvest: [ConfigurationKey<HarvestSettings>] {
        let defaults = HarvestSettings()
        return [
            ConfigurationKey(
                "window",
                \.window,
                .duration(.seconds(1)...(.seconds(86_400))),
                default: defaults,
                "For how long they are counted together, for each IPv4 address or IPv6 network of 64 bits."
            ),
            ConfigurationKey(
                "delayedAfter",
                \.delayedAfter,
                .integer(0...1_000_000),
                default: defaults,
                "After so many, the answer to each one more is delayed; 0 for never."
            ),
            ConfigurationKey(
                "delay",
                \.delay,
                .duration(.seconds(0)...(.seconds(60))),
                default: defaults,
                "By so much."
            ),
            ConfigurationKey(
                "limit",
                \.limit,
                .integer(0...1_000_000),
                default: defaults,
                "With so many, the connection ends with 421 4.7.0, and so do others until the window ends; 0 for never."
            ),
        ]
    }

    private static var allow: [ConfigurationKey<AllowSettings>] {
        let defaults = AllowSettings()
        return [
            ConfigurationKey(
                "networks",
                \.networks,
                .list(of: .subnet),
                default: defaults,
                "Networks whose hosts are not asked; by default this host itself."
            ),
            ConfigurationKey(
                "names",
                \.names,
                .list(of: .hostname),
                default: defaults,
                "Domains whose hosts are not asked: those whose address has a name there that leads back to it."
            ),
            ConfigurationKey(
                "lists",
                \.lists,
                .list(of: .object(allowList, default: .init(zone: ""))),
                default: defaults,
                "Lists in the DNS whose hosts are not asked, as those of DNSWL."
            ),
        ]
    }

    // MARK: Names

    private static var incomingNames: [ConfigurationKey<Configuration.Incoming>] {
        let defaults = Configuration.Incoming()
        func measure(
            _ name: String,
            _ property: WritableKeyPath<Configuration.Incoming, AdmissionSettings.Measure>,
            _ documentation: String
        ) -> ConfigurationKey<Configuration.Incoming> {
            ConfigurationKey(name, property, .choice, default: defaults, documentation)
        }
        return [
            measure(
                "helloIsOurs",
                \.admission.helloIsOurs,
                "A greeting (EHLO, HELO) with our name or address. \"off\" does not look, \"note\" logs, \"refuse\" "
                    + "answers RCPT with 550 5.7.1. All that is found about a peer is told at RCPT, and never for postmaster."
            ),
            measure(
                "helloNotQualified",
                \.admission.helloNotQualified,
                "A greeting with a name that is none on the Internet, as \"localhost\" or \"my-pc\": 550 5.5.4."
            ),
            measure(
                "helloUnknown",
                \.admission.helloUnknown,
                "A greeting with a name that has neither address nor mail server, or an address that is not the peer's: "
                    + "550 5.7.1. Some good servers greet so."
            ),
            measure(
                "noReverseName",
                \.admission.noReverseName,
                "An address without a name (PTR): 550 5.7.25. The large providers refuse it."
            ),
            measure(
                "reverseNameUnconfirmed",
                \.admission.reverseNameUnconfirmed,
                "An address whose name does not lead back to it: 550 5.7.25. Some good servers have none better."
            ),
            measure(
                "senderTakesNoMail",
                \.admission.senderTakesNoMail,
                "A sender whose domain has a null MX (RFC 7505): MAIL gets 550 5.7.27."
            ),
            measure(
                "senderUnknown",
                \.admission.senderUnknown,
                "A sender whose domain has neither mail server nor address: MAIL gets 550 5.1.8, or 450 4.1.8."
            ),
            ConfigurationKey(
                "senderUnknownReply",
                \.senderUnknownReply,
                .choice,
                default: defaults,
                "Which of both: \"permanent\" or \"temporary\"."
            ),
            ConfigurationKey(
                "nameFailure",
                \.admission.doubt,
                .choice,
                default: defaults,
                "What becomes of a peer that would be refused for a name, if the name servers do not answer: \"pass\", or "
                    + "\"tryAgain\", which is 451 4.4.3."
            ),
            ConfigurationKey(
                "namePatience",
                \.admission.patience,
                .duration(.seconds(1)...(.seconds(120))),
                default: defaults,
                "How long a question to the name servers may take."
            ),
        ]
    }

    // MARK: Lists

    private static var incomingLists: [ConfigurationKey<Configuration.Incoming>] {
        let defaults = Configuration.Incoming()
        return [
            ConfigurationKey(
                "lists",
                \.admission.lists.deny,
                .list(of: .object(list, default: .init(zone: ""))),
                default: defaults,
                "Lists in the DNS of those from whom no mail is wanted. Answers that stand for a failure of the list "
                    + "(127.0.0.1, 127.255.255.0/24, all outside of 127.0.0.0/8) are logged and name nobody."
            ),
            ConfigurationKey(
                "listThreshold",
                \.admission.lists.threshold,
                .integer(1...1_000_000),
                default: defaults,
                "With so much weight of lists a peer is refused: 550 5.7.1 and the list's own words."
            ),
            ConfigurationKey(
                "greylist",
                \.admission.greylist,
                .object(greylist, default: defaults.admission.greylist),
                default: defaults,
                "Who is new has to come twice: RCPT gets 451 4.7.1."
            ),
        ]
    }

    private static var list: [ConfigurationKey<NameList>] {
        let defaults = NameList(zone: "")
        return allowList + [
            ConfigurationKey(
                "of",
                \.subject,
                .choice,
                default: defaults,
                "What it lists: an \"address\" of a host, or a \"domain\", of the sender and of the greeting."
            ),
            ConfigurationKey(
                "weight",
                \.weight,
                .integer(1...1_000_000),
                default: defaults,
                "How much it weighs to be listed there; compare listThreshold."
            ),
        ]
    }

    private static var allowList: [ConfigurationKey<NameList>] {
        let defaults = NameList(zone: "")
        return [
            ConfigurationKey(
                "zone",
                \.zone,
                .hostname,
                default: defaults,
                isRequired: true,
                "The list's name, as \"zen.spamhaus.org\"."
            ),
            ConfigurationKey(
                "answers",
                \.answers,
                .list(of: .answerPattern),
                default: defaults,
                "The answers that count, as \"127.0.0.2\", \"127.0.0.2-11\" or \"127.0.*.3\"; if none are named, all."
            ),
        ]
    }

    private static var greylist: [ConfigurationKey<GreylistSettings>] {
        let defaults = Configuration.Incoming().admission.greylist
        return [
            ConfigurationKey(
                "delay",
                \.delay,
                .duration(.seconds(0)...(.seconds(86_400))),
                default: defaults,
                "How long one who is new has to wait at least; 0 for no greylist. Five minutes are usual."
            ),
            ConfigurationKey(
                "window",
                \.window,
                .duration(.seconds(60)...(.seconds(30 * 86_400))),
                default: defaults,
                "How long its second try may take."
            ),
            ConfigurationKey(
                "lifetime",
                \.lifetime,
                .duration(.seconds(60)...(.seconds(400 * 86_400))),
                default: defaults,
                "How long one who came twice is known, since it was last here."
            ),
            ConfigurationKey(
                "successes",
                \.successes,
                .integer(0...1_000_000),
                default: defaults,
                "A network is known altogether after so many senders and recipients for whom it came twice; 0 for never."
            ),
            ConfigurationKey(
                "limit",
                \.limit,
                .integer(1000...1_000_000_000),
                default: defaults,
                "Networks, and senders and recipients with them, that are remembered."
            ),
            ConfigurationKey(
                "senders",
                \.allowedSenders,
                .list(of: .hostname),
                default: defaults,
                "Domains of senders that are not held up."
            ),
            ConfigurationKey(
                "recipients",
                \.allowedRecipients,
                .list(of: .word),
                default: defaults,
                "Recipients that are not held up: addresses, or domains."
            ),
        ]
    }
}

extension Configuration.Incoming {
    /// Whether a refusal is for ever.
    enum ReplyKind: String, Hashable, Sendable, CaseIterable {
        case permanent
        case temporary
    }

    fileprivate var senderUnknownReply: ReplyKind {
        get { admission.senderUnknownIsPermanent ? .permanent : .temporary }
        set { admission.senderUnknownIsPermanent = newValue == .permanent }
    }
}
