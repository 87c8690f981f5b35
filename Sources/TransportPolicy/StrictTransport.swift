/// SMTP MTA Strict Transport Security (RFC 8461): a domain says over HTTPS which hosts take its mail, and that they have
/// good certificates.
///
/// ```
/// TXT at _mta-sts.DOMAIN  --> StrictTransport.Record --+
/// https://mta-sts.DOMAIN/.well-known/mta-sts.txt       +--> StrictTransport.State --> the policy that counts now
///                         --> StrictTransport.Policy --+
/// ```
///
/// No I/O here: the state says what to look for next, and is told what was found.
public enum StrictTransport {
    /// The name whose texts say that `domain` has a policy (§3.1).
    public static func recordName(of domain: String) -> String { "_mta-sts." + domain }

    /// The host whose HTTPS server has the policy of `domain`, and whose certificate must bear this name (§3.3).
    public static func host(of domain: String) -> String { "mta-sts." + domain }

    /// Where the policy is on that host. Redirects are not followed, and caches are not used (§3.3).
    public static let path = "/.well-known/mta-sts.txt"

    /// The octets of the longest policy that is read; §3.3 suggests this limit.
    public static let maximumCount = 64 << 10

    /// How long the host may take in all; §3.3 suggests a minute.
    public static let timeout = Duration.seconds(60)
}
