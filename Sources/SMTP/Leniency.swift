/// Departures from RFC 5321's grammar that a server may choose to accept. None is on by default.
public struct Leniency: OptionSet, Hashable, Sendable {
    /// One bit for each option.
    public var rawValue: UInt8

    /// The options that the bits of `rawValue` stand for.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Spaces after the colon of `MAIL FROM:` and `RCPT TO:`. PHP scripts and devices that send
    /// `MAIL FROM: <a@b.test>` need it. RFC 5321 §3.3 forbids them.
    public static let spaceAfterColon = Leniency(rawValue: 1)
    /// `_` in a domain. Outlook greets with the computer's NetBIOS name, which may have one.
    public static let underscoreInDomain = Leniency(rawValue: 2)
}
