/// What those who signed in may send. By default as much as they like, in their own name.
public struct SendingSettings: Hashable, Sendable {
    /// Whose addresses may stand in the header of what an account sends.
    public enum Authors: String, Hashable, Sendable, CaseIterable {
        /// Anybody's.
        case off
        /// Anybody's in From; if not the account's own, Sender says who it was. RFC 6409 §8.1, RFC 5322 §3.6.2.
        case sender
        /// The account's own, in From and in Sender.
        case strict
    }

    /// Whose addresses may stand in the header.
    public var authors = Authors.strict
    /// Octets of a header section; a longer one is refused.
    public var headerLimit = 256 << 10
    /// Recipients in an hour; 0 for any number.
    public var hourly = 0
    /// Recipients in a day; 0 for any number.
    public var daily = 0
    /// For how long what `rates` limits is counted together.
    public var window = Duration.seconds(60)
    /// What an account may do in a short time.
    public var rates = RateLimits()
    /// What is taken for the work of somebody who stole a password.
    public var signs = SuspensionSigns()

    /// Nothing but the own name.
    public init() {}
}

/// What an account is suspended for by itself; 0 for never.
public struct SuspensionSigns: Hashable, Sendable {
    /// It tried to send to so many times its hourly limit within an hour.
    public var overLimitFactor = 0
    /// So many of a hundred of its recipients within a day do not exist, or sent it back.
    public var refusedPercent = 0
    /// But not before it had so many recipients.
    public var refusedAfter = 50
    /// It sends from more than so many networks within an hour.
    public var networks = 0

    /// Never.
    public init() {}
}
