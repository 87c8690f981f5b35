public import SMTP

/// What a refusal means for whoever sends: never again to this address, later, or not like this.
///
///     let meaning = Classification(reply)
///     if meaning.isAddressDead { … }      // suppress the address
///     if let hint = meaning.rateHint { … } // go slower
///
/// It is found from the reply's text first, as far as the text is one that is known (`ReplyRules`), then from its enhanced
/// code, then from the plain code. The text comes from a stranger: it is read once, in linear time, up to `textLimit`.
public struct Classification: Hashable, Sendable {
    /// What can be done about it.
    public enum Group: String, Hashable, Sendable, CaseIterable {
        /// The address is of no use: it should not be written to again.
        case hard
        /// It may work later, or elsewhere.
        case soft
        /// The receiver does not want this message, or this sender; the address may be fine.
        case policy
    }

    /// Why it was refused.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Nobody has that address.
        case noSuchMailbox
        /// There is no such domain, or it takes no mail.
        case noSuchDomain
        /// There was such a mailbox; it is closed or asleep.
        case mailboxDisabled
        /// Whoever had the address has another one.
        case moved
        /// The address is not written as the receiver wants it.
        case badAddress
        /// There is no room in the mailbox.
        case mailboxFull
        /// The receiver is overloaded, out of space or out of order.
        case busy
        /// An unknown sender is sent away once, to see whether it comes back.
        case greylisted
        /// No connection, or it broke.
        case connection
        /// The name service did not answer, or nonsense.
        case dns
        /// No TLS, or none that can be trusted.
        case tls
        /// The message goes in circles.
        case loop
        /// It was tried for as long as it may be.
        case expired
        /// Too much at once: messages, connections, recipients.
        case rateLimited
        /// The message is taken for spam.
        case spam
        /// The sending address or domain has a bad name, or is on a list.
        case reputation
        /// SPF, DKIM, DMARC, or the name of the sending host, do not hold.
        case authentication
        /// Something in the message is not taken: a virus, an attachment, a link, its form.
        case content
        /// The message is too large.
        case size
        /// The server does not take mail for that domain from us.
        case relayingDenied
        /// The sender's address is not taken.
        case senderRefused
        /// Only some may write there: members, people of the house.
        case notAllowed
        /// The server lacks what the message needs: SMTPUTF8, 8BITMIME, REQUIRETLS.
        case unsupported
        /// Nothing more is known.
        case other
    }

    /// What can be done about it.
    public var group: Group
    /// Why it was refused.
    public var reason: Reason
    /// Whether the same message may be tried again.
    public var isTransient: Bool
    /// The enhanced code that says it best: the server's own, or else one that fits.
    public var status: EnhancedCode
    /// Which texts it was known by, as `Gmail`; nil if it was known by its codes.
    public var knownFrom: String?
    /// How much slower to go, if that is what was asked for.
    public var rateHint: RateHint?

    /// Octets of a text that are looked at.
    public static let textLimit = 4096

    /// A meaning of those. The group follows from the reason if it is not given.
    public init(
        _ reason: Reason,
        isTransient: Bool,
        status: EnhancedCode? = nil,
        group: Group? = nil,
        knownFrom: String? = nil,
        rateHint: RateHint? = nil
    ) {
        self.reason = reason
        self.isTransient = isTransient
        self.group = group ?? reason.group(isTransient: isTransient)
        self.status = status ?? reason.status(isTransient: isTransient)
        self.knownFrom = knownFrom
        self.rateHint = rateHint
    }

    /// Whether the address should not be written to again.
    public var isAddressDead: Bool { group == .hard && !isTransient }
}

extension Classification.Reason {
    /// What can be done about a refusal for this reason. A server that says 4xx of a missing mailbox may only have lost its
    /// list of users.
    func group(isTransient: Bool) -> Classification.Group {
        switch self {
        case .noSuchMailbox, .noSuchDomain, .mailboxDisabled, .moved, .badAddress: isTransient ? .soft : .hard
        case .mailboxFull, .busy, .greylisted, .connection, .dns, .tls, .loop, .expired, .unsupported, .other: .soft
        case .rateLimited, .spam, .reputation, .authentication, .content, .size, .relayingDenied, .senderRefused,
            .notAllowed:
            .policy
        }
    }

    /// A code for a refusal that had none. RFC 3463 §3, RFC 7504 §3, RFC 7505 §4, RFC 8689 §5.
    func status(isTransient: Bool) -> EnhancedCode {
        let (subject, detail): (UInt16, UInt16) =
            switch self {
            case .noSuchMailbox: (1, 1)
            case .noSuchDomain: (1, 2)
            case .badAddress: (1, 3)
            case .moved: (1, 6)
            case .senderRefused: (1, 8)
            case .mailboxDisabled: (2, 1)
            case .mailboxFull: (2, 2)
            case .busy: (3, 2)
            case .size: (3, 4)
            case .connection: (4, 1)
            case .dns: (4, 3)
            case .loop: (4, 6)
            case .expired: (4, 7)
            case .unsupported: (6, 3)
            case .tls: (7, 10)
            case .rateLimited, .spam, .reputation, .authentication, .content, .relayingDenied, .notAllowed, .greylisted:
                (7, 1)
            case .other: (0, 0)
            }
        return EnhancedCode(class: isTransient ? 4 : 5, subject: subject, detail: detail)
    }
}
