internal import Directory
internal import Returns

extension Configuration {
    /// Return paths of ours: what a bounce is known by.
    public struct Bounces: Hashable, Sendable {
        /// What leaves with one. RFC 5321 §4.4: each recipient costs a transaction of its own then.
        public var categories: [Category] = [.bulk]
        /// What stands before the `+`.
        public var prefix = "bounce"
        /// How many days after it was sent something may come back.
        public var days = 14
        /// The domain, for senders whose own has no mail here; the name of this server if it is empty.
        public var domain = ""

        /// Of bulk mail.
        public init() {}
    }

    /// What is sent: as its header says.
    public enum Category: String, CaseIterable, Hashable, Sendable {
        /// What somebody is waiting for.
        case transactional
        /// What people write.
        case personal
        /// What goes to many.
        case bulk
    }

    /// Reports of people who called our mail unwanted, and what they lead to. RFC 5965.
    public struct Complaints: Hashable, Sendable {
        /// Where providers send them.
        public var addresses: [String] = []
        /// Domains that they may come from; any if there are none.
        public var from: [String] = []
        /// Days that are looked at.
        public var days = 7
        /// Fewer never suspend.
        public var minimum = 5
        /// Complaints for each 100,000 messages sent that an account may get.
        public var per100000 = 300

        /// The usual limits, and no address.
        public init() {}
    }

    /// How long addresses are not written to any more.
    public struct Suppression: Hashable, Sendable {
        /// After a bounce because there is no such mailbox.
        public var noSuchMailbox = Duration.seconds(180 * 86_400)
        /// After a bounce because there is no such domain.
        public var noSuchDomain = Duration.seconds(30 * 86_400)
        /// After a bounce because the mailbox is closed.
        public var mailboxDisabled = Duration.seconds(90 * 86_400)
        /// After a complaint; zero for ever.
        public var complaint = Duration.zero

        /// The usual times.
        public init() {}
    }
}

extension Configuration {
    /// How long who is not written to.
    var suppression: SuppressionList.Policy {
        var policy = SuppressionList.Policy()
        policy.noSuchMailbox = outgoing.suppression.noSuchMailbox
        policy.noSuchDomain = outgoing.suppression.noSuchDomain
        policy.mailboxDisabled = outgoing.suppression.mailboxDisabled
        policy.complaint = outgoing.suppression.complaint == .zero ? nil : outgoing.suppression.complaint
        return policy
    }

    /// When an account gets too many complaints.
    var complaintLimits: ComplaintWatch.Limits {
        var limits = ComplaintWatch.Limits()
        limits.days = outgoing.complaints.days
        limits.minimum = outgoing.complaints.minimum
        limits.per100000 = outgoing.complaints.per100000
        return limits
    }

    /// Where complaints come to, and from whom.
    var feedback: ComplaintIntake.Settings {
        var settings = ComplaintIntake.Settings()
        settings.addresses = Set(outgoing.complaints.addresses.compactMap { MailAddress($0) })
        settings.domains = outgoing.complaints.from
        return settings
    }
}
