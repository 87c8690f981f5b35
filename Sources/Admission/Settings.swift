public import Octets

/// What is asked of other servers before any content. By default only what harms none of the good ones.
public struct AdmissionSettings: Hashable, Sendable {
    /// What is done about a finding.
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        /// It is not looked for.
        case off
        /// It is logged and counted.
        case note
        /// The peer is told, and not served.
        case refuse
    }

    /// What becomes of a peer about whom the name servers do not answer.
    public enum Doubt: String, Hashable, Sendable, CaseIterable {
        /// It is served.
        case pass
        /// It is told to come again.
        case tryAgain
    }

    /// Names of this host: what no stranger greets with.
    public var ownNames: [String] = []
    /// For how long the following are counted together.
    public var window = Duration.seconds(60)
    /// What one customer of a network provider may do: an IPv4 address, or 64 bits of IPv6.
    public var perAddress = RateLimits()
    /// What neighbours may do together: 24 bits of IPv4, 48 of IPv6.
    public var perNetwork = RateLimits()

    /// A greeting with a name or address that is ours.
    public var helloIsOurs = Measure.refuse
    /// A greeting with a name that is none in the public tree.
    public var helloNotQualified = Measure.note
    /// A greeting with a name that has neither address nor mail server.
    public var helloUnknown = Measure.off
    /// An address without a name.
    public var noReverseName = Measure.note
    /// An address whose name is not its own.
    public var reverseNameUnconfirmed = Measure.note
    /// A sender's domain that takes no mail. RFC 7505 §4.2.
    public var senderTakesNoMail = Measure.refuse
    /// A sender's domain that no answer can reach.
    public var senderUnknown = Measure.refuse
    /// Whether the refusal for `senderUnknown` is for ever.
    public var senderUnknownIsPermanent = true
    /// What becomes of those about whom the name servers do not answer. Lists that do not answer name nobody.
    public var doubt = Doubt.pass
    /// How long all look-ups for a message may take together.
    public var patience = Duration.seconds(15)

    /// Lists, of addresses and of domains, and how they are weighed.
    public var lists = ListSettings()
    /// Who is not asked.
    public var allow = AllowSettings()
    /// The greylist.
    public var greylist = GreylistSettings()
    /// What protects against those who guess addresses.
    public var harvest = HarvestSettings()

    /// Harmless.
    public init() {}
}

/// Lists in the DNS, and how they are weighed. RFC 5782.
public struct ListSettings: Hashable, Sendable {
    /// Lists of those from whom no mail is wanted.
    public var deny: [NameList] = []
    /// The weights of the lists that name a peer or its domains, added up, from which on it is refused.
    public var threshold = 1

    /// No lists.
    public init() {}
}

/// Who is not asked anything.
public struct AllowSettings: Hashable, Sendable {
    /// Addresses: by default those of this host itself.
    public var networks: [Subnet] = ["127.0.0.0/8", "::1"].compactMap { Subnet($0) }
    /// Hosts of these domains, by the confirmed name of their address.
    public var names: [String] = []
    /// Lists in the DNS of good hosts.
    public var lists: [NameList] = []

    /// This host itself.
    public init() {}
}

/// The greylist: who is new has to come twice. RFC 6647.
public struct GreylistSettings: Hashable, Sendable {
    /// Whether there is one.
    public var isOn = false
    /// How long one who is new has to wait at least.
    public var delay = Duration.seconds(300)
    /// How long its second try may take.
    public var window = Duration.seconds(2 * 86_400)
    /// How long one who came twice is known, since it was last here.
    public var lifetime = Duration.seconds(36 * 86_400)
    /// After so many senders and recipients for whom it came twice, a network is known altogether; 0 for never.
    public var successes = 5
    /// Triplets that are kept; when there are more, new ones are not held up.
    public var limit = 1_000_000
    /// Domains of senders that are not held up.
    public var allowedSenders: [String] = []
    /// Recipients that are not held up: whole addresses or domains.
    public var allowedRecipients: [String] = []

    /// Off.
    public init() {}
}

/// What protects against those who guess addresses.
public struct HarvestSettings: Hashable, Sendable {
    /// For how long the unknown recipients of a network are counted together.
    public var window = Duration.seconds(3600)
    /// From so many on, the answer to each one more is delayed; 0 for never.
    public var delayedAfter = 0
    /// By so much.
    public var delay = Duration.seconds(5)
    /// From so many on, the network is turned away until the window ends; 0 for never.
    public var limit = 0

    /// Off.
    public init() {}
}
