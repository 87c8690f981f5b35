public import Directory
internal import Octets
public import World

extension SuppressionList {
    /// An address that is not written to, and why.
    public struct Entry: Hashable, Sendable {
        /// Why it is on the list. An address may be there for several reasons.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// Mail for it came back for good.
            case bounce
            /// Its owner called our mail unwanted.
            case complaint
            /// Its owner wants no more of it.
            case unsubscribed
            /// Somebody who runs the service, or the sender, put it there.
            case manual
        }

        /// The address.
        public var address: MailAddress
        /// Whose list it is on.
        public var scope: Scope
        /// Why.
        public var kind: Kind
        /// Since when.
        public var since: Timestamp
        /// Until when; nil for ever.
        public var expires: Timestamp?
        /// What was said: a server's answer, a note. One line, at most 500 octets.
        public private(set) var detail: String

        /// An entry of those. Of `detail` controls become blanks, and what is too much is cut off.
        public init(
            _ address: MailAddress,
            _ scope: Scope,
            _ kind: Kind,
            since: Timestamp,
            expires: Timestamp? = nil,
            detail: String = ""
        ) {
            self.address = address
            self.scope = scope
            self.kind = kind
            self.since = since
            self.expires = expires
            var scalars = String.UnicodeScalarView()
            var count = 0
            for scalar in detail.unicodeScalars {
                count += UTF8.width(scalar)
                if count > 500 { break }
                scalars.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
            }
            self.detail = String(scalars)
        }

        /// Whether it holds at that time.
        public func isValid(at now: Timestamp) -> Bool { expires.map { $0 > now } ?? true }

        func lasts(shorterThan other: Self) -> Bool {
            guard let expires else { return false }
            return other.expires.map { $0 > expires } ?? true
        }
    }

    /// How long an address stays on a list for what happened. Addresses come back to life: mailboxes are opened again,
    /// domains are bought.
    public struct Policy: Hashable, Sendable {
        /// After a bounce because there is no such mailbox, or it has moved.
        public var noSuchMailbox = Duration.seconds(180 * 86_400)
        /// After a bounce because there is no such domain.
        public var noSuchDomain = Duration.seconds(30 * 86_400)
        /// After a bounce because the mailbox is closed.
        public var mailboxDisabled = Duration.seconds(90 * 86_400)
        /// After a complaint; nil for ever.
        public var complaint: Duration?

        /// The usual times.
        public init() {}

        /// The entry for a bounce of that meaning; nil if the address may be written to again.
        public func entry(
            afterBounceOf address: MailAddress,
            _ meaning: Classification,
            in scope: Scope,
            at now: Timestamp,
            detail: String
        ) -> Entry? {
            guard meaning.isAddressDead else { return nil }
            let lifetime =
                switch meaning.reason {
                case .noSuchDomain: noSuchDomain
                case .mailboxDisabled: mailboxDisabled
                default: noSuchMailbox
                }
            return Entry(address, scope, .bounce, since: now, expires: now + lifetime, detail: detail)
        }

        /// The entry for a bounce of ours; nil if the address may be written to again, or the bounce does not name it:
        /// then whoever knows the recipient of `bounce.token` asks for the address itself.
        public func entry(after bounce: BounceIntake.Matched, in scope: Scope, at now: Timestamp) -> Entry? {
            guard let address = bounce.recipient, bounce.isAddressDead else { return nil }
            return entry(afterBounceOf: address, bounce.meaning, in: scope, at: now, detail: bounce.diagnostic)
        }

        /// The entry for a complaint of the owner of `address`.
        public func entry(
            afterComplaintOf address: MailAddress,
            in scope: Scope,
            at now: Timestamp,
            detail: String = ""
        ) -> Entry {
            Entry(address, scope, .complaint, since: now, expires: complaint.map { now + $0 }, detail: detail)
        }
    }
}

extension Timestamp {
    /// The moment `duration` later; the last one that there is, if it lies beyond.
    static func + (left: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowsToo) = left.milliseconds.addingReportingOverflow(
            milliseconds &+ attoseconds / 1_000_000_000_000_000
        )
        return Timestamp(milliseconds: overflows || overflowsToo ? .max : sum)
    }

    /// Days since 1970-01-01, UTC.
    var day: Int { Int((Double(milliseconds) / 86_400_000).rounded(.down)) }
}
